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
import ctl.vm.inventory.ImageSize;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.VmName;
import ctl.vm.problem.VmException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Loses power at every file act of every operation. After each: what stands under a name is whole, what was not named is
 * untouched, the listing works, and asking again reaches the goal.
 */
class PowerCutTest {

    private static final int SEEDS = 20;

    /** What packages unpack to, by their bytes: the same few come up thousands of times. */
    private static final Map<ByteBuffer, Map<String, World.Content>> UNPACKED = new HashMap<>();

    /** An operation and what it may change. */
    record Scenario(String name, Request request) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Scenario> everyOperation() {
        return Stream.of(
                new Scenario("create", new Request.Create(NEW, ImageSize.parse("1M"), false)),
                new Scenario("create by force", new Request.Create(OLD, ImageSize.parse("1M"), true)),
                new Scenario("clone", new Request.Clone(MY_BOX, NEW, false)),
                new Scenario("clone by force", new Request.Clone(MY_BOX, OLD, true)),
                new Scenario("import", new Request.Import(PACKAGE.toString(), NEW, false, false)),
                new Scenario("import by force", new Request.Import(PACKAGE.toString(), OLD, false, true)),
                new Scenario("import raw", new Request.Import("/work/raw.img", NEW, true, false)),
                new Scenario("export", new Request.Export(MY_BOX, "/work/fresh.tar.gz", false)),
                new Scenario("export by force", new Request.Export(MY_BOX, "/work/stale.tar.gz", true)),
                new Scenario("delete VM", new Request.DeleteVm(MY_BOX)),
                new Scenario("delete snapshot", new Request.DeleteSnapshot(MY_BOX, READY)));
    }

    @ParameterizedTest
    @MethodSource("everyOperation")
    void operation_losingPowerAnywhere_keepsItsPromises(Scenario scenario) {
        World start = prepared();
        World goal = start.copy();
        goal.run(scenario.request());
        int acts = goal.disk.acts();

        for (int at = 1; at <= acts + 1; at++) {
            for (long seed = 0; seed < SEEDS; seed++) {
                World world = start.copy();
                world.disk.losePowerAt(at);
                runUntilPowerLoss(world, scenario.request());
                world.disk.restart(seed);

                String fate = "%s at=%d of %d seed=%d%n%s".formatted(scenario, at, acts, seed, world.disk.tree());
                assertPromises(fate, start, goal, world);
                askAgain(world, scenario.request());
                assertReached(fate, goal, world);
            }
        }
    }

    /** With packages to import and to replace, everything durable. */
    private static World prepared() {
        World world = World.make();
        world.run(new Request.Export(MY_BOX, PACKAGE.toString(), false));
        world.run(new Request.Export(OLD, "/work/stale.tar.gz", false));
        world.disk.write("/work/raw.img", world.disk.read("/root/vm/MyBox/disk.s2e"));
        world.disk.settle();
        World fresh = world.copy();
        fresh.disk.restart(0);
        return fresh;
    }

    private static void runUntilPowerLoss(World world, Request request) {
        try {
            world.run(request);
        } catch (PowerLost expected) {
            // The machine is off.
        }
    }

    private static void assertPromises(String fate, World start, World goal, World world) {
        for (VmName name : List.of(MY_BOX, OLD, NEW)) {
            assertThat(vm(world, name)).as(fate).isIn(vm(start, name), vm(goal, name));
        }
        for (String file : List.of("/work/MyBox.tar.gz", "/work/fresh.tar.gz", "/work/stale.tar.gz")) {
            assertThat(packageAt(world, file)).as(fate).isIn(packageAt(start, file), packageAt(goal, file));
        }
        assertThat(new ListVms(world.workbench()).run(List.of()).vms()).as(fate).isNotEmpty();
        for (Event event : world.events()) {
            if (event instanceof Event.VmArrived arrived) {
                assertThat(vm(world, arrived.vm())).as("acknowledged: " + fate).isEqualTo(vm(goal, arrived.vm()));
            }
        }
    }

    /** What has been done already is refused the second time, and that is as good. */
    private static void askAgain(World world, Request request) {
        try {
            world.run(request);
        } catch (VmException done) {
            assertThat(done.problem().exitCode()).as(done.getMessage()).isIn(4, 5);
        }
    }

    private static void assertReached(String fate, World goal, World world) {
        for (VmName name : List.of(MY_BOX, OLD, NEW)) {
            assertThat(vm(world, name)).as(fate).isEqualTo(vm(goal, name));
        }
        for (String file : List.of("/work/MyBox.tar.gz", "/work/fresh.tar.gz", "/work/stale.tar.gz")) {
            assertThat(packageAt(world, file)).as(fate).isEqualTo(packageAt(goal, file));
        }
    }

    /** A created image is as old as its creation; every other has the time of what it was made from. */
    private static Map<String, World.Content> vm(World world, VmName name) {
        Map<String, World.Content> files = world.vm(name);
        files.replaceAll((file, content) -> content.isAllZeros() ? content.withoutTime() : content);
        return files;
    }

    /** What a package unpacks to; nothing where there is none. */
    private static Map<String, World.Content> packageAt(World world, String file) {
        if (!world.disk.exists(file)) {
            return Map.of();
        }
        return UNPACKED.computeIfAbsent(ByteBuffer.wrap(world.disk.read(file)), _ -> unpack(world, file));
    }

    private static Map<String, World.Content> unpack(World world, String file) {
        World aside = world.copy();
        aside.disk.restart(0);
        VmName name = new VmName("Unpacked");
        aside.run(new Request.Import(file, name, false, false));
        return packaged(aside.vm(name));
    }
}
