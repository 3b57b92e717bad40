package ctl.vm.operation;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.durable.Disk;
import ctl.vm.durable.ForgetfulDisk;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.ImageSize;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.VmName;
import ctl.vm.journal.InMemoryLeases;
import ctl.vm.operation.query.ListTrash;
import ctl.vm.problem.Busy;
import ctl.vm.problem.VmException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Two hosts on one folder. One of them stands still before each call in turn, or dies there; the other takes over what
 * it was doing, to the end; then the first goes on as if nothing had been. Nothing is published twice or torn, nothing
 * that the second has is removed, and nothing is left over.
 */
class SharedFolderTest {

    /** One in so many calls is tried; {@code -Dcrash.stride=1} tries each of them. */
    private static final int STRIDE = Integer.getInteger("crash.stride", 9);

    static Stream<Scenario> everyOperation() {
        return Stream.concat(
                Scenario.everyOperation(),
                // As on NFS, which is what most shared folders are.
                Scenario.everyOperationOnPoorFilesystems()
                        .filter(scenario -> scenario.filesystem() == Scenario.Filesystem.WITHOUT_RENAME_FLAGS));
    }

    @ParameterizedTest
    @MethodSource("everyOperation")
    void operation_standingStillAnywhereAndFinishedElsewhere_happensOnce(Scenario scenario) {
        everywhere(scenario, Fate.WOKEN, (start, goal, root, fate) -> {
            Promises.assertReached(fate.text(), goal, root);
            assertNothingIsLeft(root, fate);
        }, false);
    }

    @ParameterizedTest
    @MethodSource("everyOperation")
    void operation_standingStillAnywhereAndGivenUpElsewhere_leavesNothing(Scenario scenario) {
        everywhere(scenario, Fate.WOKEN, SharedFolderTest::assertGivenUp, true);
    }

    @ParameterizedTest
    @MethodSource("everyOperation")
    void operation_dyingAnywhere_isFinishedElsewhere(Scenario scenario) {
        everywhere(scenario, Fate.KILLED, (start, goal, root, fate) -> {
            if (fate.wasStarted()) {
                Promises.assertReached(fate.text(), goal, root);
            }
            assertNothingIsLeft(root, fate);
        }, false);
    }

    @ParameterizedTest
    @MethodSource("everyOperation")
    void operation_dyingAnywhere_isGivenUpElsewhere(Scenario scenario) {
        everywhere(scenario, Fate.KILLED, SharedFolderTest::assertGivenUp, true);
    }

    private static void assertGivenUp(World start, World goal, World root, Outcome outcome) {
        boolean isRenamed = goal.vm(World.MY_BOX).isEmpty() && !root.vm(World.NEW).isEmpty();
        if (outcome.isKept() || isRenamed) {
            // No fence can keep a renaming from happening late, which moves nothing out of or into a hidden folder.
            Promises.assertReached(outcome.text(), goal, root);
        } else {
            Promises.assertAsBefore(outcome.text(), start, root);
        }
        assertNothingIsLeft(root, outcome);
    }

    private static void assertNothingIsLeft(World root, Outcome outcome) {
        outcome.other().run(new Request.Create(new VmName("Next"), ImageSize.parse("1M"), false));
        assertThat(root.disk.tree()).as(outcome.text()).doesNotContain(".staging", ".partial", ".taken");
        new ListTrash(outcome.other().context()).all().forEach(entry -> outcome.other().run(entry.purge()));
        outcome.other().run(new Request.Create(new VmName("Last"), ImageSize.parse("1M"), false));
        assertThat(root.disk.tree()).as(outcome.text()).doesNotContain(".staging", ".trash");
    }

    private enum Fate {
        WOKEN, KILLED
    }

    /** A process that the kernel has ended. */
    private static final class Killed extends Error {}

    /**
     * @param isKept whether the operation came to its end, and not to that of being given up
     * @param wasStarted whether its start was recorded when the first host stood still
     * @param other the second host
     */
    private record Outcome(String text, boolean isKept, boolean wasStarted, World other) {}

    private interface Aftermath {
        void check(World start, World goal, World root, Outcome outcome);
    }

    private static void everywhere(Scenario scenario, Fate fate, Aftermath aftermath, boolean givesUp) {
        World start = scenario.prepared();
        World goal = start.copy();
        goal.run(scenario.request());
        int points = new Try(start.copy(), Integer.MAX_VALUE, fate, givesUp).run(scenario).points;
        assertThat(points).isGreaterThan(10);
        for (int at = 1 + new Random(scenario.hashCode()).nextInt(STRIDE); at <= points; at += STRIDE) {
            World root = start.copy();
            Try tried = new Try(root, at, fate, givesUp).run(scenario);
            aftermath.check(start, goal, root, tried.outcome("%s, %s at %d of %d: %s%n%s".formatted(
                    scenario, fate, at, points, tried.where, changed(start, root))));
        }
    }

    private static String changed(World start, World root) {
        List<String> before = start.disk.tree().lines().toList();
        return root.disk.tree().lines().filter(line -> !before.contains(line)).collect(Collectors.joining("\n"));
    }

    /** One run on the first host, interrupted once. */
    private static final class Try {

        private final InMemoryLeases leases = new InMemoryLeases();
        private final World first;
        private final World second;
        private final World root;
        private final int at;
        private final Fate fate;
        private final boolean givesUp;
        private int points;
        private boolean isPaused;
        private String where = "";
        private final long startsBefore;
        private boolean wasStarted;
        /** Whether its end was recorded by then. */
        private boolean wasEnded;
        private Optional<VmException> failed = Optional.empty();

        Try(World root, int at, Fate fate, boolean givesUp) {
            this.root = root;
            this.startsBefore = starts(root);
            this.at = at;
            this.fate = fate;
            this.givesUp = givesUp;
            this.first = root.mountedBy(leases, "one", watched(root.disk));
            this.second = root.mountedBy(leases, "two", root.disk);
            root.disk.beforeActsOnFiles(this::point);
            first.beforeAppends(this::point);
        }

        private static long starts(World world) {
            return world.events().stream().filter(event -> event instanceof Event.OperationStarted).count();
        }

        Try run(Scenario scenario) {
            try {
                first.run(scenario.request());
            } catch (VmException stopped) {
                failed = Optional.of(stopped);
            } catch (Killed dead) {
                // Its kernel has dropped its locks, and the server its session.
            }
            isPaused = true;
            return this;
        }

        Outcome outcome(String text) {
            failed.ifPresent(stopped -> assertThat(stopped.problem())
                    .as("%s: %s", text, stopped).isInstanceOf(Busy.TakenOver.class));
            assertThat(second.inventory().open()).as(text).isEmpty();
            boolean isRecordedElsewhere = second.reporter.lines().stream()
                    .anyMatch(line -> line.endsWith("it is kept"));
            boolean isDoneHere = failed.isEmpty() && fate == Fate.WOKEN;
            return new Outcome(text, isRecordedElsewhere || isDoneHere || wasEnded, wasStarted || wasEnded, second);
        }

        private void point() {
            if (isPaused || ++points != at) {
                return;
            }
            isPaused = true;
            where = StackWalker.getInstance().walk(frames -> frames
                    .filter(frame -> frame.getClassName().startsWith("ctl.vm")
                            && !frame.getClassName().contains("Test"))
                    .limit(6).map(frame -> frame.getMethodName()).collect(Collectors.joining(" < ")));
            leases.expire();
            leases.cutOff("one");
            List<OperationId> open = List.copyOf(root.inventory().open().keySet());
            wasStarted = !open.isEmpty();
            wasEnded = open.isEmpty() && starts(root) > startsBefore;
            for (OperationId id : open) {
                if (givesUp) {
                    second.resume().abandon(id);
                } else {
                    second.resume().resume(id);
                }
            }
            if (fate == Fate.KILLED) {
                throw new Killed();
            }
        }

        /** Stands still before each call, also those that only look. */
        private Disk watched(ForgetfulDisk disk) {
            InvocationHandler handler = (proxy, method, arguments) -> {
                point();
                Method own = ForgetfulDisk.class.getMethod(method.getName(), method.getParameterTypes());
                try {
                    return own.isDefault()
                            ? InvocationHandler.invokeDefault(proxy, method, arguments)
                            : method.invoke(disk, arguments);
                } catch (InvocationTargetException failed) {
                    throw failed.getCause();
                }
            };
            return (Disk) Proxy.newProxyInstance(Disk.class.getClassLoader(), new Class<?>[] {Disk.class}, handler);
        }
    }
}
