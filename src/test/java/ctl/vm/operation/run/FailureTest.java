package ctl.vm.operation.run;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.durable.Fault;
import ctl.vm.inventory.Event;
import ctl.vm.operation.Promises;
import ctl.vm.operation.Scenario;
import ctl.vm.operation.World;
import ctl.vm.problem.VmException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Lets every file act and every append of every operation fail once. After each: the inventory is as it was before or
 * as it was to be, the journal says which, what was interrupted goes on, and there is at most one line about the
 * failure.
 */
class FailureTest {

    @ParameterizedTest
    @MethodSource("ctl.vm.operation.Scenario#everyOperation")
    void operation_ofWhichAnyFileActFails_keepsItsPromisesAndGoesOn(Scenario scenario) {
        World start = scenario.prepared();
        World goal = start.copy();
        goal.run(scenario.request());
        int acts = goal.disk.acts();
        for (Fault fault : Fault.values()) {
            for (int at = 1; at <= acts; at++) {
                World world = start.copy();
                world.disk.failAt(at, fault);
                checkAftermath("%s %s at=%d of %d".formatted(scenario, fault, at, acts), scenario, start, goal, world);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("ctl.vm.operation.Scenario#everyOperation")
    void operation_ofWhichAnyAppendFails_keepsItsPromisesAndGoesOn(Scenario scenario) {
        World start = scenario.prepared();
        World goal = start.copy();
        goal.run(scenario.request());
        int appends = goal.events().size() - start.events().size();
        for (boolean stored : List.of(false, true)) {
            for (int at = 1; at <= appends; at++) {
                World world = start.copy();
                world.journal.failAt(at, stored);
                String fate = "%s append=%d of %d stored=%s".formatted(scenario, at, appends, stored);
                checkAftermath(fate, scenario, start, goal, world);
            }
        }
    }

    private static void checkAftermath(String fate, Scenario scenario, World start, World goal, World world) {
        boolean done = succeeds(world, scenario);
        fate = "%s%n%s%n%s".formatted(fate, world.events(), world.disk.tree());
        if (done) {
            Promises.assertReached(fate, goal, world);
        } else {
            Promises.assertPromises(fate, start, goal, world);
        }
        Promises.goOn(start, world, scenario.request());
        if (world.events().stream().noneMatch(event -> event instanceof Event.OperationFailed)) {
            Promises.assertReached(fate, goal, world);
        } else {
            Promises.assertAsBefore(fate, start, world);
        }
        assertThat(world.disk.tree()).as(fate).doesNotContain(".partial");
    }

    private static boolean succeeds(World world, Scenario scenario) {
        try {
            world.run(scenario.request());
            return true;
        } catch (VmException failed) {
            assertThat(failed.problem().exitCode()).as(failed.toString()).isEqualTo(1);
            return false;
        }
    }
}
