package ctl.vm.crash;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.crash.Strace.Position;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills the program at every call with which it changes the disk, twice: once the command is repeated, and once the
 * operation is resumed by its id.
 *
 * <pre>
 * mvn -B verify -Pcampaign -Dit.test=KillSweepIT                                 all positions
 * mvn -B verify -Pcampaign -Dit.test=KillSweepIT -Dcrash.slice=3/10              the third tenth of them
 * mvn -B verify -Pcampaign -Dit.test=KillSweepIT -Dcrash.only="clone renameat2 1"  one
 * </pre>
 */
@Order(1)
class KillSweepIT {

    private static final int WORKERS = Integer.getInteger("crash.workers", 2);

    /** The order of positions, so that each slice has some of every scenario. The first half has each of them once. */
    private static final long ORDER_SEED = 3;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    private final AtomicInteger tried = new AtomicInteger();
    private final Map<String, String> broken = Collections.synchronizedMap(new TreeMap<>());

    /** A scenario, the place at which it is killed, and how the user goes on. */
    private record Try(Sweep sweep, Position position, Recovery recovery) {

        Try theOtherWay() {
            return new Try(sweep, position, recovery.other());
        }

        @Override
        public String toString() {
            return sweep.scenario() + " " + position;
        }
    }

    @BeforeEach
    void needsStrace() {
        Shell.assumeTool("strace");
    }

    @Test
    void killed_whereItPublishes_keepsItsPromises() throws Exception {
        run(sweeps(Scenario.few()).stream().flatMap(sweep -> sweep.aroundPublishing().stream()
                .map(position -> first(sweep, position))).toList());
    }

    @Test
    void killed_whereADeletionForGoodHasTakenItsVm_goesOnWhenItIsRepeated() throws Exception {
        List<Scenario> deletion = Scenario.all().stream()
                .filter(scenario -> scenario.name().equals("delete-vm-now"))
                .toList();
        run(sweeps(deletion).stream().map(sweep -> new Try(
                sweep, sweep.aroundPublishing().getLast(), Recovery.REPEATING)).toList());
    }

    @Test
    @Tag("campaign")
    void killed_anywhere_keepsItsPromises() throws Exception {
        Only only = Only.asked();
        List<Scenario> scenarios = Scenario.all().stream()
                .filter(only::hasSomeOf)
                .toList();
        List<Try> all = new ArrayList<>(sweeps(scenarios).stream().flatMap(KillSweepIT::everywhere)
                .filter(one -> only.has(one.sweep().scenario(), one))
                .toList());
        assertThat(all).as("tries").isNotEmpty();
        Collections.shuffle(all, new Random(ORDER_SEED));
        all.addAll(all.stream().map(Try::theOtherWay).toList());
        run(Slice.asked("1/1").of(all));
    }

    private static Stream<Try> everywhere(Sweep sweep) {
        return sweep.positions().stream().map(position -> first(sweep, position));
    }

    private static Try first(Sweep sweep, Position position) {
        return new Try(sweep, position, Recovery.firstOf(position));
    }

    private List<Sweep> sweeps(List<Scenario> scenarios) throws Exception {
        Templates templates = new Templates(folder);
        return inParallel(scenarios, scenario -> new Sweep(scenario, templates.of(scenario), folder));
    }

    private void run(List<Try> tries) throws Exception {
        Instant start = Instant.now();
        List<Sweep.Fate> fates = inParallel(tries, this::fate);
        long killed = fates.stream().filter(Sweep.Fate::failed).count();
        long sweptLater = fates.stream().filter(Sweep.Fate::sweptLater).count();
        Duration time = Duration.between(start, Instant.now());
        new CampaignResult(tries.size(), killed, broken.size(), time).record();
        System.out.printf(
                "%d tries, %d kills, %d left something that the next operation freed, %d broken; %s%n",
                tries.size(), killed, sweptLater, broken.size(), time);
        assertThat(broken).isEmpty();
    }

    private Sweep.Fate fate(Try one) {
        int number = tried.incrementAndGet();
        if (number % 50 == 0) {
            System.out.printf("%d tries so far, %d broken%n", number, broken.size());
        }
        try {
            return one.sweep().tryKill(one.position(), one.recovery());
        } catch (AssertionError promise) {
            System.out.printf("BROKEN, %s, replay with -Dcrash.only=\"%s\": %s%n", one.recovery(), one,
                    promise.getMessage());
            broken.put(one + " " + one.recovery(), promise.getMessage());
            return new Sweep.Fate(false, false);
        }
    }

    /** One of the things that the workers do. */
    interface Work<T, R> {
        R of(T value) throws Exception;
    }

    static <T, R> List<R> inParallel(List<T> values, Work<T, R> work) throws Exception {
        try (ExecutorService workers = Executors.newFixedThreadPool(WORKERS)) {
            List<Future<R>> futures = values.stream().map(value -> workers.submit(() -> work.of(value))).toList();
            List<R> results = new ArrayList<>();
            for (Future<R> future : futures) {
                results.add(future.get());
            }
            return results;
        } catch (ExecutionException failed) {
            throw new AssertionError(failed.getCause());
        }
    }
}
