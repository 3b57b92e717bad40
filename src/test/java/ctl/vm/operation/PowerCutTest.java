package ctl.vm.operation;

import static ctl.vm.operation.World.MY_BOX;
import static ctl.vm.operation.World.NEW;
import static ctl.vm.operation.World.OLD;
import static ctl.vm.operation.World.PACKAGE;
import static ctl.vm.operation.World.READY;
import static ctl.vm.operation.World.packaged;
import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.durable.PowerLost;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.ImageSize;
import ctl.vm.inventory.value.VmName;
import ctl.vm.operation.query.ListTrash;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Loses power at every file act of every operation. After each: what stands under a name is whole, what was not named
 * is untouched, the listing works, and asking again reaches the goal.
 */
class PowerCutTest {

    /** Ways in which a disk may forget what was not synced; {@code -Dcrash.losses=20} tries more of them. */
    private static final int SEEDS = Integer.getInteger("crash.losses", 5);

    private static final int SEEDS_ON_POOR_FILESYSTEMS = Math.ceilDiv(SEEDS, 5);

    /** Giving up does not look at what was copied. */
    private static final int SEEDS_OF_GIVING_UP = Math.ceilDiv(SEEDS, 5);

    @ParameterizedTest
    @MethodSource("ctl.vm.operation.Scenario#everyOperation")
    void operation_losingPowerAnywhere_keepsItsPromisesAndGoesOn(Scenario scenario) {
        goOnEverywhere(scenario, SEEDS);
    }

    @ParameterizedTest
    @MethodSource("ctl.vm.operation.Scenario#everyOperationOnPoorFilesystems")
    void operation_losingPowerAnywhereOnAPoorFilesystem_keepsItsPromisesAndGoesOn(Scenario scenario) {
        goOnEverywhere(scenario, SEEDS_ON_POOR_FILESYSTEMS);
    }

    @ParameterizedTest
    @MethodSource("ctl.vm.operation.Scenario#everyOperationOnPoorFilesystems")
    void operation_losingPowerAnywhereOnAPoorFilesystem_canBeGivenUpAndLeavesNothing(Scenario scenario) {
        giveUpEverywhere(scenario, SEEDS_ON_POOR_FILESYSTEMS);
    }

    @ParameterizedTest
    @MethodSource("ctl.vm.operation.Scenario#everyOperation")
    void operation_losingPowerAnywhere_canBeGivenUpAndLeavesNothing(Scenario scenario) {
        giveUpEverywhere(scenario, SEEDS_OF_GIVING_UP);
    }

    private static void goOnEverywhere(Scenario scenario, int seeds) {
        losePowerEverywhere(scenario, seeds, (fate, start, goal, world) -> {
            Promises.assertPromises(fate, start, goal, world);
            Promises.goOn(start, world, scenario.request());
            Promises.assertReached(fate, goal, world);
        });
    }

    private static void giveUpEverywhere(Scenario scenario, int seeds) {
        losePowerEverywhere(scenario, seeds, (fate, start, goal, world) -> {
            if (!world.inventory().open().isEmpty()) {
                List.copyOf(world.inventory().open().keySet()).forEach(world.resume()::abandon);
                if (world.reporter.lines().stream().anyMatch(line -> line.endsWith("it is kept"))) {
                    Promises.assertReached(fate, goal, world);
                } else {
                    Promises.assertAsBefore(fate, start, world);
                }
            }
            world.run(new Request.Create(new VmName("Next"), ImageSize.parse("1M"), false));
            assertThat(world.disk.tree()).as(fate).doesNotContain(".staging");
            new ListTrash(world.context()).all().forEach(entry -> world.run(entry.purge()));
            world.run(new Request.Create(new VmName("Last"), ImageSize.parse("1M"), false));
            assertThat(world.disk.tree()).as(fate).doesNotContain(".staging", ".trash");
            assertThat(world.disk.tree()).as(fate).doesNotContain(".partial");
        });
    }

    /** What is to hold after a power cut. */
    private interface Aftermath {
        void check(String fate, World start, World goal, World world);
    }

    private static void losePowerEverywhere(Scenario scenario, int seeds, Aftermath aftermath) {
        World start = scenario.prepared();
        World goal = start.copy();
        goal.run(scenario.request());
        int acts = goal.disk.acts();
        for (int at = 1; at <= acts + 1; at++) {
            // Other ways at each act: one in which all or nothing is lost would say little.
            for (long seed = (long) at * seeds; seed < (long) (at + 1) * seeds; seed++) {
                World world = start.copy();
                world.disk.losePowerAt(at);
                runUntilPowerLoss(world, scenario.request());
                world.disk.restart(seed);
                world.locks.processDies();
                String fate = "%s at=%d of %d seed=%d%n%s".formatted(scenario, at, acts, seed, world.disk.tree());
                aftermath.check(fate, start, goal, world);
            }
        }
    }

    private static void runUntilPowerLoss(World world, Request request) {
        try {
            world.run(request);
        } catch (PowerLost expected) {
            // The machine is off.
        }
    }
}
