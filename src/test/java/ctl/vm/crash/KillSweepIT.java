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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills the program at every call with which it changes the disk.
 *
 * <pre>
 * mvn -B verify -Pcampaign -Dit.test=KillSweepIT                                 all positions
 * mvn -B verify -Pcampaign -Dit.test=KillSweepIT -Dcrash.slice=3/10              the third tenth of them
 * mvn -B verify -Pcampaign -Dit.test=KillSweepIT -Dcrash.only="clone renameat2 1"  one
 * </pre>
 */
class KillSweepIT {

    private static final int WORKERS = Integer.getInteger("crash.workers", 2);

    /** The order of positions, so that each slice has some of every scenario. */
    private static final long ORDER_SEED = 3;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    private final AtomicInteger tried = new AtomicInteger();
    private final Map<String, String> broken = Collections.synchronizedMap(new TreeMap<>());

    /** A scenario and the place at which it is killed. */
    private record Try(Sweep sweep, Position position) {

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
                .map(position -> new Try(sweep, position))).toList());
    }

    @Test
    @Tag("campaign")
    void killed_anywhere_keepsItsPromises() throws Exception {
        String only = System.getProperty("crash.only", "");
        List<Scenario> scenarios = Scenario.all().stream()
                .filter(scenario -> only.isEmpty() || only.startsWith(scenario.name() + " "))
                .toList();
        List<Try> all = new ArrayList<>(sweeps(scenarios).stream().flatMap(KillSweepIT::everywhere)
                .filter(one -> only.isEmpty() || one.toString().equals(only))
                .toList());
        Collections.shuffle(all, new Random(ORDER_SEED));
        run(slice(all, "1/1"));
    }

    private static Stream<Try> everywhere(Sweep sweep) {
        return sweep.positions().stream().map(position -> new Try(sweep, position));
    }

    /** @param usual the slice where none is asked for, such as 1/1 for all */
    static <T> List<T> slice(List<T> all, String usual) {
        String[] slice = System.getProperty("crash.slice", usual).split("/");
        int number = Integer.parseInt(slice[0]) - 1;
        int slices = Integer.parseInt(slice[1]);
        System.out.printf("slice %d of %d of %d positions%n", number + 1, slices, all.size());
        return all.subList(all.size() * number / slices, all.size() * (number + 1) / slices);
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
        System.out.printf(
                "%d positions tried, %d kills, %d left something that the next operation freed, %d broken; %s%n",
                tries.size(), killed, sweptLater, broken.size(), Duration.between(start, Instant.now()));
        assertThat(broken).isEmpty();
    }

    private Sweep.Fate fate(Try one) {
        int number = tried.incrementAndGet();
        if (number % 50 == 0) {
            System.out.printf("%d positions so far, %d broken%n", number, broken.size());
        }
        try {
            return one.sweep().tryKill(one.position());
        } catch (AssertionError promise) {
            System.out.printf("BROKEN, replay with -Dcrash.only=\"%s\": %s%n", one, promise.getMessage());
            broken.put(one.toString(), promise.getMessage());
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
