package ctl.vm.operation.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ctl.vm.durable.Fault;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.ImageSize;
import ctl.vm.inventory.value.VmName;
import ctl.vm.operation.World;
import ctl.vm.problem.Failure;
import ctl.vm.problem.VmException;
import ctl.vm.store.SpaceReserve;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who gets the space that is kept for a full disk, and who does not. */
class ReservedSpaceTest {

    private static final Path RESERVE = Path.of("/root/journal/reserve");
    private static final long ROOMY_BYTES = 1 << 30;

    private final World world = World.make();

    @BeforeEach
    void keepAReserve() {
        world.disk.remove(RESERVE);
        world.disk.capacity(ROOMY_BYTES);
        create("First");
        assertThat(world.disk.entry(RESERVE)).isPresent();
    }

    @Test
    void deletion_underAQuotaThatIsUsedUpAnywhere_isDoneWithTheReserve() {
        World once = world.copy();
        int acts = once.disk.acts();
        once.run(new Request.DeleteVm(World.MY_BOX, true));
        // The last act is that of tidying up, which only warns.
        for (int act = 1; act < once.disk.acts() - acts; act++) {
            World other = world.copy();
            other.disk.failAt(act, Fault.QUOTA);

            other.run(new Request.DeleteVm(World.MY_BOX, true));

            assertThat(other.vm(World.MY_BOX)).as("failed at act " + act).isEmpty();
            assertThat(other.inventory().open()).as("failed at act " + act).isEmpty();
            assertThat(other.disk.entry(RESERVE)).as("kept again after act " + act).isPresent();
        }
    }

    @Test
    void deletion_onAFullDisk_getsTheReserve_andWhatTakesSpaceIsRefusedUntilItIsKeptAgain() {
        long taken = ROOMY_BYTES - world.disk.freeBytes(RESERVE.getParent());
        world.disk.capacity(taken);

        world.run(new Request.DeleteVm(World.MY_BOX));

        assertThat(world.disk.entry(RESERVE)).isEmpty();
        assertThatThrownBy(() -> create("Second")).isInstanceOf(VmException.class)
                .extracting(thrown -> ((VmException) thrown).problem()).isInstanceOf(Failure.NotEnoughSpace.class);
        assertThat(world.inventory().open()).isEmpty();
        world.run(new Request.DeleteVm(World.OLD, true));

        world.disk.capacity(taken + SpaceReserve.room().bytes());
        create("Second");
        assertThat(world.disk.entry(RESERVE)).isPresent();
    }

    @Test
    void creation_onAFullDisk_leavesTheReserveWhereItIs() {
        world.disk.capacity(ROOMY_BYTES - world.disk.freeBytes(RESERVE.getParent()));
        world.disk.failAt(2, Fault.NO_SPACE);

        assertThatThrownBy(() -> create("Second")).isInstanceOf(VmException.class)
                .extracting(thrown -> ((VmException) thrown).problem()).isInstanceOf(Failure.NoSpace.class);

        assertThat(world.disk.entry(RESERVE)).isPresent();
    }

    private void create(String name) {
        world.run(new Request.Create(
                new VmName(name), ImageSize.parse("1M"), false));
    }
}
