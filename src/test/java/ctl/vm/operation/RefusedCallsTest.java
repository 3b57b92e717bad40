package ctl.vm.operation;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.durable.PowerLost;
import ctl.vm.durable.RefusingDisk;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.ImageSize;
import ctl.vm.inventory.value.VmName;
import ctl.vm.problem.Errno;
import ctl.vm.problem.VmException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every operation on filesystems of which each does not know one call: it ends as on any other, or with one problem
 * before anything was copied. Nothing is left over, and the journal says what is in the folder.
 */
class RefusedCallsTest {

    /** Each operation meets another one at each call. */
    private static final List<Integer> REFUSALS = List.of(Errno.EINVAL, Errno.ENOSYS, Errno.EOPNOTSUPP);

    private static final String SECOND_NAME = "addName";

    @ParameterizedTest
    @MethodSource("ctl.vm.operation.Scenario#everyOperation")
    void operation_whereOneCallIsRefused_endsAsUsualOrBeforeAnythingIsCopied(Scenario scenario) {
        World start = scenario.prepared();
        for (String call : RefusingDisk.calls().toList()) {
            World goal = goal(start, scenario, !call.equals(SECOND_NAME));
            int errno = REFUSALS.get(Math.floorMod(scenario.name().hashCode() + call.hashCode(), REFUSALS.size()));
            String fate = "%s without %s, errno %d".formatted(scenario, call, errno);
            World world = start.copy();
            RefusingDisk refusing = new RefusingDisk(world.disk, call, errno);
            world.seen = refusing.disk();
            boolean done = succeeds(fate, world, scenario);
            world.seen = world.disk;
            check(fate, call, done, refusing, start, goal, world);
        }
    }

    /** As where the root was moved to another filesystem after the kill. */
    @ParameterizedTest
    @MethodSource("ctl.vm.operation.Scenario#everyOperation")
    void resume_whereOneCallIsRefused_keepsItsPromises(Scenario scenario) {
        World start = scenario.prepared();
        World usual = goal(start, scenario, true);
        World killed = start.copy();
        killed.disk.losePowerAt(usual.disk.acts() * 2 / 3);
        runUntilPowerLoss(killed, scenario);
        killed.disk.restart(1);
        for (String call : RefusingDisk.calls().toList()) {
            // Before all is staged, a second name is but a try, which is made again.
            boolean isKept = !call.equals(SECOND_NAME) || isStaged(killed) && killed.trash().equals(usual.trash());
            World goal = isKept ? usual : goal(start, scenario, false);
            String fate = "%s without %s".formatted(scenario, call);
            World world = killed.copy();
            world.seen = new RefusingDisk(world.disk, call, Errno.EINVAL).disk();
            world.resumeAll();
            world.seen = world.disk;
            if (!world.inventory().open().isEmpty()) {
                Promises.assertPromises(fate, start, goal, world);
                world.resumeAll();
            }
            assertThat(world.inventory().open()).as(fate).isEmpty();
            if (hasFailed(world)) {
                Promises.assertAsBefore(fate, start, world);
            } else {
                Promises.assertReached(fate, goal, world);
            }
        }
    }

    /** @param hasSecondNames without them, a replaced package is not kept */
    private static World goal(World start, Scenario scenario, boolean hasSecondNames) {
        World goal = start.copy();
        if (!hasSecondNames) {
            goal.disk.withoutSecondNames();
        }
        goal.run(scenario.request());
        return goal;
    }

    private static boolean isStaged(World world) {
        return world.inventory().open().values().stream().anyMatch(operation -> operation.staged().isPresent());
    }

    private static boolean hasFailed(World world) {
        return world.events().stream().anyMatch(event -> event instanceof Event.OperationFailed);
    }

    private static void runUntilPowerLoss(World world, Scenario scenario) {
        try {
            world.run(scenario.request());
        } catch (PowerLost expected) {
            world.locks.processDies();
        }
    }

    private static void check(String fate, String call, boolean done, RefusingDisk refusing, World start, World goal,
            World world) {
        String whole = "%s%n%s%n%s".formatted(fate, String.join("\n", world.reporter.lines()), world.disk.tree());
        if (done) {
            Promises.assertReached(whole, goal, world);
        } else {
            // What cannot be read is not copied: the beginning of a package is no more than its head. Of a filesystem
            // that removes nothing, which can be asked only for what is there, the first to be removed may be the
            // package that was replaced.
            if (!call.equals("read") && !call.equals("remove")) {
                assertThat(refusing.written()).as(whole).isEmpty();
            }
            if (call.equals("remove")) {
                // What it could not remove, the next one does.
                List.copyOf(world.inventory().open().keySet()).forEach(world.resume()::abandon);
                world.run(new Request.Create(new VmName("Next"), ImageSize.parse("1M"), false));
            }
            Promises.assertAsBefore(whole, start, world);
        }
        // The operation may have made the journal acquainted with a VM.
        assertThat((done ? goal : start).drift()).as(whole).containsAll(world.drift());
        if (!call.equals("remove")) {
            assertThat(world.inventory().open()).as(whole).isEmpty();
            assertThat(world.disk.tree()).as(whole).doesNotContain(".staging", ".partial", ".rehearsal");
        }
    }

    private static boolean succeeds(String fate, World world, Scenario scenario) {
        try {
            world.run(scenario.request());
            return true;
        } catch (VmException failed) {
            assertThat(failed.problem().exitCode()).as(fate + ": " + failed).isIn(1, 2);
            return false;
        }
    }
}
