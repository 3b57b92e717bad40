package ctl.vm.operation.run;

import static ctl.vm.operation.World.MY_BOX;
import static ctl.vm.operation.World.NEW;
import static ctl.vm.operation.World.OLD;
import static ctl.vm.operation.World.READY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ctl.vm.cli.problem.Refused;
import ctl.vm.inventory.CopyOptions;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.SnapshotName;
import ctl.vm.operation.World;
import ctl.vm.problem.VmException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A trash with MyBox:ready (12 KiB on disk), then MyBox:base and Old (8 KiB each), and a clone of MyBox, which needs 64
 * KiB, and 4 for its notes.
 */
class TrashCleanupTest {

    private static final Request CLONE = new Request.Clone(MY_BOX, NEW, CopyOptions.USUAL, false);
    private static final long NEEDED = 68 << 10;

    private final World world = World.make();

    @BeforeEach
    void deleteThreeTimes() {
        world.run(new Request.DeleteSnapshot(MY_BOX, READY));
        world.run(new Request.DeleteSnapshot(MY_BOX, new SnapshotName("base")));
        world.run(new Request.DeleteVm(OLD));
    }

    @Test
    void operationThatNeedsSpace_freesTheOldestDeletionsAndSaysSo() {
        leaveFree(NEEDED - (16 << 10));

        world.run(CLONE);

        assertThat(world.reporter.lines()).filteredOn(line -> line.contains("trash")).containsExactly(
                "hint: freed MyBox:ready from the trash (12.0 KiB): its space is needed",
                "hint: freed MyBox:base from the trash (8.0 KiB): its space is needed");
        assertThat(world.trash()).containsOnlyKeys("Old/disk.s2e");
        assertThat(world.vm(NEW)).containsKey("disk.s2e");
    }

    @Test
    void operationThatHasItsSpace_freesNothing() {
        leaveFree(NEEDED);

        world.run(CLONE);

        assertThat(world.trash()).hasSize(3);
    }

    @Test
    void operationForWhichAllOfTheTrashWouldNotDo_failsAndFreesNothing() {
        leaveFree(0);

        assertThatThrownBy(() -> world.run(CLONE))
                .isInstanceOf(VmException.class)
                .hasMessageContaining("68.0 KiB");
        assertThat(world.trash()).hasSize(3);
    }

    @Test
    void operationThatHasFreedTrash_stillStopsWhenItsSourceIsOpenedForWriting() {
        int stopped = 0;
        for (int at = 1; at < 200; at++) {
            World each = world.copy();
            leaveFree(each, NEEDED - (16 << 10));
            each.disk.openFor("qemu-system-i386 (pid 4242)", "/root/vm/MyBox/disk.s2e", at);
            try {
                each.run(CLONE);
            } catch (VmException failed) {
                if (each.reporter.lines().stream().anyMatch(line -> line.contains("its space is needed"))) {
                    assertThat(Refused.message(failed)).startsWith("MyBox was opened for writing meanwhile");
                    assertThat(each.inventory().open()).as("the purge has ended").hasSize(1);
                    stopped++;
                }
            }
        }
        assertThat(stopped).isGreaterThan(5);
    }

    private void leaveFree(long bytes) {
        leaveFree(world, bytes);
    }

    private static void leaveFree(World world, long bytes) {
        long everything = 1L << 40;
        world.disk.capacity(everything);
        world.disk.capacity(everything - world.disk.freeBytes(Path.of("/root/vm")) + bytes);
    }
}
