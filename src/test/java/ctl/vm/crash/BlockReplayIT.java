package ctl.vm.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Cuts the power at every write: a command runs on a disk that logs all its block writes, and the disk is put together
 * again as it was after each of them, and as it may have been when the disk lost some of what it had not been told to
 * keep. Each such disk is mounted. All promises must hold there, H2's own file included; what was acknowledged must be
 * there; and the command must be able to go on, in both ways that users have.
 *
 * <p>Most writes change nothing that a user can see: disks on which all files are the same, inodes and times included,
 * are recovered once.
 *
 * <pre>
 * mvn -B verify -Pcampaign -Dit.test=BlockReplayIT                             each scenario, all disks
 * mvn -B verify -Pcampaign -Dit.test=BlockReplayIT -Dcrash.slice=3/10          a tenth of the scenarios
 * mvn -B verify -Pcampaign -Dit.test=BlockReplayIT -Dcrash.only="clone-force"  one scenario
 * </pre>
 */
@Tag("campaign")
class BlockReplayIT {

    private final long seed = Long.getLong("crash.seed", 3);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    private final Map<String, String> broken = Collections.synchronizedMap(new TreeMap<>());

    @BeforeEach
    void needsTools() {
        LoggedDisk.assumeTools();
    }

    @ParameterizedTest
    @MethodSource("ctl.vm.crash.Filesystem#kindsAsked")
    void powerCut_atAnyWrite_keepsItsPromises(String kind) throws Exception {
        System.out.printf("seed %d%n", seed);
        Only only = Only.asked();
        List<Scenario> scenarios = Slice.asked("1/1").of(Scenario.all().stream()
                .filter(scenario -> scenario.before().isEmpty())
                .filter(only::hasSomeOf)
                .toList());
        Templates templates = new Templates(folder);
        Instant start = Instant.now();
        List<Replay.Count> counts = KillSweepIT.inParallel(scenarios,
                scenario -> replayed(kind, new Sweep(scenario, templates.of(scenario), folder)));
        Replay.Count all = counts.stream().reduce(Replay.Count.NONE, Replay.Count::plus);
        new CampaignResult(all.disks(), all.recoveries(), broken.size(), Duration.between(start, Instant.now()))
                .record();
        System.out.printf("%s: %d scenarios, %s, %d broken promises%n", kind, scenarios.size(),
                all, broken.size());
        assertThat(broken).isEmpty();
    }

    private Replay.Count replayed(String kind, Sweep sweep) throws Exception {
        Path own = Files.createDirectory(folder.resolve("%s-%s".formatted(kind, sweep.scenario())));
        Replay replay = new Replay(kind, sweep, own, seed, (cut, promise) -> {
            System.out.printf("BROKEN on %s, %s at %s, replay with -Dcrash.only=\"%s\" -Dcrash.seed=%d: %s%n", kind,
                    sweep.scenario(), cut, sweep.scenario(), seed, promise);
            broken.put("%s %s %s".formatted(kind, sweep.scenario(), cut), promise);
        });
        Replay.Count count = replay.run();
        System.out.printf("%s %s: %s%n", kind, sweep.scenario(), count);
        Shell.require("rm", "-rf", own.toString());
        return count;
    }
}
