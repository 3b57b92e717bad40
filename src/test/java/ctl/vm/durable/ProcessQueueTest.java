package ctl.vm.durable;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Those that stand in the queue are open files: several in one process are to each other as several processes. */
class ProcessQueueTest {

    private static final Duration LONG = Duration.ofMinutes(5);

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void makeFile() throws Exception {
        file = Files.createFile(folder.resolve("queue"));
    }

    @Test
    void turn_withNobodyBefore_comesAtOnce() {
        assertThat(ProcessQueue.isTaken(file)).isFalse();
        try (Disk.Turn turn = ProcessQueue.join(file)) {
            assertThat(turn.await(Duration.ZERO)).isTrue();
            assertThat(ProcessQueue.isTaken(file)).isTrue();
        }
        assertThat(ProcessQueue.isTaken(file)).isFalse();
    }

    @Test
    void turns_ofMany_comeInTheOrderInWhichTheyWereAskedFor() throws Exception {
        List<Disk.Turn> turns = new ArrayList<>();
        for (int number = 0; number < 40; number++) {
            turns.add(ProcessQueue.join(file));
        }
        BlockingQueue<Integer> served = new LinkedBlockingQueue<>();
        try (ExecutorService waiting = Executors.newCachedThreadPool()) {
            for (int number = turns.size() - 1; number >= 0; number--) {
                int which = number;
                waiting.execute(() -> {
                    if (turns.get(which).await(LONG)) {
                        served.add(which);
                    }
                });
            }
            for (int number = 0; number < turns.size(); number++) {
                assertThat(served.poll(LONG.toSeconds(), TimeUnit.SECONDS)).isEqualTo(number);
                assertThat(served).isEmpty();
                turns.get(number).close();
            }
        }
    }

    @Test
    void turn_ofOneThatLeavesBeforeItsTurn_isLeftOut() {
        Disk.Turn first = ProcessQueue.join(file);
        Disk.Turn impatient = ProcessQueue.join(file);
        Disk.Turn last = ProcessQueue.join(file);
        assertThat(impatient.await(Duration.ofMillis(50))).isFalse();
        impatient.close();
        assertThat(last.await(Duration.ZERO)).isFalse();
        first.close();
        assertThat(last.await(LONG)).isTrue();
        last.close();
        assertThat(taken()).isTrue();
    }

    /** Whose thread still waits in the kernel when it leaves, keeps none that comes later from the first place. */
    @Test
    void turn_askedForBesideOneThatHasLeft_comes() {
        Disk.Turn first = ProcessQueue.join(file);
        for (int number = 0; number < 3; number++) {
            Disk.Turn impatient = ProcessQueue.join(file);
            assertThat(impatient.await(Duration.ofMillis(10))).isFalse();
            impatient.close();
        }
        first.close();
        for (int number = 0; number < 20; number++) {
            assertThat(taken()).isTrue();
        }
    }

    @Test
    void patience_isAnewWithEachThatIsServed() {
        var patience = new ProcessQueue.Patience(Duration.ofNanos(10), 1, 100);
        assertThat(patience.isOver(1, 109, 1)).isFalse();
        assertThat(patience.isOver(2, 111, 1)).isFalse();
        assertThat(patience.isOver(3, 120, 1)).isFalse();
        assertThat(patience.isOver(3, 129, 1)).isFalse();
        assertThat(patience.isOver(3, 130, 1)).isTrue();
    }

    @Test
    void patience_manyWantTheProcessors_countsTheShareThatTheOneServedCanHave() {
        var patience = new ProcessQueue.Patience(Duration.ofNanos(10), 1, 100);
        assertThat(patience.isOver(1, 132, 0.25)).isFalse();
        assertThat(patience.isOver(1, 134, 0.5)).isFalse();
        assertThat(patience.isOver(1, 135, 1)).isTrue();
    }

    private boolean taken() {
        try (Disk.Turn turn = ProcessQueue.join(file)) {
            return turn.await(LONG);
        }
    }
}
