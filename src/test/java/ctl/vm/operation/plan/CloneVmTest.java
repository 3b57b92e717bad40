package ctl.vm.operation.plan;

import static ctl.vm.operation.World.MY_BOX;
import static ctl.vm.operation.World.NEW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ctl.vm.cli.problem.ProblemText;
import ctl.vm.cli.problem.Refused;
import ctl.vm.durable.Fault;
import ctl.vm.inventory.CopyOptions.When;
import ctl.vm.inventory.CopyOptions;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.Request;
import ctl.vm.operation.World;
import ctl.vm.problem.Failure;
import ctl.vm.problem.VmException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the options of a clone do. */
class CloneVmTest {

    private static final CopyOptions SHARED = new CopyOptions(When.ALWAYS, When.AUTO);

    private final World world = World.make();

    @Test
    void clone_whereBlocksCanBeShared_takesNoSpace() {
        world.disk.sharing();
        long allocated = allocated();
        world.disk.capacity(allocated);

        world.run(clone(CopyOptions.USUAL));

        assertThat(world.vm(NEW)).isEqualTo(world.vm(MY_BOX));
    }

    @Test
    void clone_thatMayNotShare_isRefusedWhereThereIsNoRoom() {
        world.disk.sharing();
        world.disk.capacity(allocated());

        assertThatThrownBy(() -> world.run(clone(new CopyOptions(When.NEVER, When.AUTO))))
                .isInstanceOf(VmException.class)
                .extracting(Refused::message).asString().contains("0 B free");
        assertThat(world.disk.tree()).doesNotContain("disk.s2e 0 bytes");
    }

    @Test
    void clone_ofAVmWhoseOtherFilesDoNotFit_isRefusedBeforeTheFirstByte() {
        world.disk.write("/root/vm/MyBox/memory/dump.bin", new byte[1 << 20]);
        world.disk.capacity(1L << 40);
        long used = (1L << 40) - world.disk.freeBytes(Path.of("/root/vm"));
        world.disk.capacity(used + (1 << 20));

        assertThatThrownBy(() -> world.run(clone(new CopyOptions(When.AUTO, When.NEVER))))
                .isInstanceOfSatisfying(VmException.class,
                        failed -> assertThat(failed.problem()).isInstanceOf(Failure.NotEnoughSpace.class));
        assertThat(world.disk.tree()).doesNotContainPattern("\\.staging/[^/\n]+/.");
    }

    @Test
    void clone_thatMustShareAndCannot_failsAndLeavesNothing() {
        assertThatThrownBy(() -> world.run(clone(SHARED)))
                .isInstanceOfSatisfying(VmException.class, failed -> {
                    assertThat(failed.problem().exitCode()).isEqualTo(2);
                    assertThat(ProblemText.of(failed.problem()).message()).contains("disk.s2e").contains("filesystem");
                });
        assertThat(world.inventory().open()).isEmpty();
        assertThat(world.events().getLast()).isInstanceOf(Event.OperationFailed.class);
        assertThat(world.disk.tree()).doesNotContain(".staging/2");
    }

    @Test
    void clone_thatIsResumed_keepsItsOptions() {
        Request request = clone(new CopyOptions(When.NEVER, When.ALWAYS));
        world.disk.failAt(8, Fault.INPUT_OUTPUT);
        assertThatThrownBy(() -> world.run(request)).isInstanceOf(VmException.class);

        List.copyOf(world.inventory().open().values())
                .forEach(operation -> assertThat(operation.request()).isEqualTo(request));
        List.copyOf(world.inventory().open().keySet()).forEach(world.resume()::resume);

        assertThat(world.vm(NEW)).isEqualTo(world.vm(MY_BOX));
    }

    private static Request clone(CopyOptions options) {
        return new Request.Clone(MY_BOX, NEW, options, false);
    }

    /** Bytes that all files together take. */
    private long allocated() {
        return world.disk.tree().lines()
                .filter(line -> line.endsWith(" allocated"))
                .mapToLong(line -> Long.parseLong(line.replaceFirst(".* ([0-9]+) allocated", "$1")))
                .sum();
    }
}
