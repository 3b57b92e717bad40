package ctl.vm.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Mixes our commands, what people do by hand and deaths of the process at random, in a folder on this machine's disk.
 * After each reconcile journal and folder agree, no file of a user was touched, and another one finds nothing.
 *
 * <pre>
 * mvn -B test -Pcampaign -Dtest=RandomHandsTest                    ten minutes, with seeds that are printed
 * mvn -B test -Pcampaign -Dtest=RandomHandsTest -Dcrash.minutes=60
 * mvn -B test -Pcampaign -Dtest=RandomHandsTest -Dcrash.seed=4711  one seed
 * </pre>
 */
class RandomHandsTest {

    @TempDir
    Path folder;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void commandsHandsAndDeaths_areReconciled(long seed) {
        play(seed, 30);
    }

    @Test
    @Tag("campaign")
    void commandsHandsAndDeaths_forMinutes_areReconciled() {
        if (System.getProperty("crash.seed") != null) {
            play(Long.getLong("crash.seed"), 60);
            return;
        }
        Random seeds = new Random();
        long end = System.nanoTime() + Duration.ofMinutes(Long.getLong("crash.minutes", 10)).toNanos();
        for (int count = 1; System.nanoTime() < end; count++) {
            long seed = seeds.nextInt(Integer.MAX_VALUE);
            boolean isReal = count % 8 == 0;
            System.out.printf("seed %d (%d)%s%n", seed, count, isReal ? " with the real journal" : "");
            if (isReal) {
                playWithRealJournal(seed, 60);
            } else {
                play(seed, 60);
            }
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = 5)
    void commandsHandsAndDeaths_withTheRealJournal_areReconciled(long seed) {
        playWithRealJournal(seed, 24);
    }

    private void playWithRealJournal(long seed, int moves) {
        Stage stage = Stage.withRealJournal(folder.resolve("seed-" + seed), seed);
        play(stage, moves);
        stage.checkJournal();
        stage.strike();
    }

    private void play(long seed, int moves) {
        var stage = new Stage(folder.resolve("seed-" + seed), seed);
        play(stage, moves);
        stage.strike();
    }

    private static void play(Stage stage, int moves) {
        for (int move = 1; move <= moves; move++) {
            stage.somebodyMoves();
            if (move % 4 == 0 || move == moves) {
                stage.reconcile();
            }
        }
        assertThat(stage.reconciled()).as("reconciled").isPositive();
    }
}
