package ctl.vm.operation.run;

import static ctl.vm.operation.World.MY_BOX;
import static ctl.vm.operation.World.OLD;
import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.durable.DiskFile;
import ctl.vm.inventory.CopyOptions;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.VmName;
import ctl.vm.operation.World;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Trash whose space is needed, on a disk whose files can share blocks.
 *
 * <pre>
 * MyBox, First    share all of their 88 KiB
 * Old             8 KiB of its own
 * </pre>
 */
class SharedTrashTest {

    private static final VmName FIRST = new VmName("First");

    private final World world = World.make();

    @BeforeEach
    void cloneOnce() {
        world.disk.sharing();
        world.run(new Request.Clone(MY_BOX, FIRST, CopyOptions.USUAL, false));
    }

    @Test
    void deletionWhoseBlocksAVmHasAsWell_staysWhereANewerOneFreesEnough() {
        delete(FIRST);
        delete(OLD);

        freeUntil(6);

        assertThat(world.trash()).containsKey("First/disk.s2e").doesNotContainKey("Old/disk.s2e");
        assertThat(world.reporter.lines()).endsWith("hint: freed Old from the trash (8.0 KiB): its space is needed");
    }

    @Test
    void trashThatFreesTooLittle_isKept_andSaysHowLittle() {
        delete(FIRST);
        delete(OLD);

        freeUntil(9);

        assertThat(world.trash()).containsKeys("First/disk.s2e", "Old/disk.s2e");
        assertThat(world.reporter.lines()).endsWith(
                "hint: the rest of the trash is kept: all of it would free 8.0 KiB, and 9.0 KiB are missing");
    }

    @Test
    void deletionThatFreesAPart_saysHowMuchOfIt() {
        world.disk.write("/root/vm/First/disk.s2e.own", new byte[] {1});
        delete(FIRST);

        freeUntil(4);

        assertThat(world.reporter.lines()).endsWith("hint: freed First from the trash (4.0 KiB of 92.0 KiB, "
                + "the rest is shared with other files): its space is needed");
    }

    @Test
    void deletionsThatShareBlocksWithEachOtherAlone_goTogether() {
        delete(FIRST);
        delete(OLD);
        delete(MY_BOX);

        freeUntil(50);

        assertThat(world.trash()).containsOnlyKeys("Old/disk.s2e");
    }

    @Test
    void blocksThatAFileOutsideTheRootHasAsWell_areNotReckonedWith() {
        shareWithOutside("/root/vm/Old/disk.s2e");
        delete(OLD);

        freeUntil(4);

        assertThat(world.trash()).containsKey("Old/disk.s2e");
        assertThat(world.reporter.lines()).endsWith(
                "hint: the rest of the trash is kept: all of it would free 0 B, and 4.0 KiB are missing");
    }

    /** Such a file cannot be seen as long as there are two others. */
    @Test
    void blocksThatAFileOutsideTheRootHasAsWellAsTwoDeletions_costOneOfThese() {
        shareWithOutside("/root/vm/MyBox/disk.s2e");
        delete(FIRST);
        delete(OLD);
        delete(MY_BOX);

        freeUntil(50);

        assertThat(world.trash()).containsKeys("Old/disk.s2e", "MyBox/disk.s2e").doesNotContainKey("First/disk.s2e");
        assertThat(world.reporter.lines()).endsWith(
                "hint: the rest of the trash is kept: all of it would free 32.0 KiB, and 50.0 KiB are missing");
    }

    @Test
    void imageThatHasAnotherName_freesNothing() {
        world.disk.addName(Path.of("/root/vm/Old/disk.s2e"), Path.of("/home/kept"));
        delete(OLD);

        freeUntil(4);

        assertThat(world.trash()).containsKey("Old/disk.s2e");
    }

    @Test
    void whatNoDeletionHasPutIntoTheTrash_isNotFreedForItsSpace() {
        world.disk.write("/root/vm/.trash/20260101-000000-abcd/Mine/disk.s2e", new byte[100_000]);

        freeUntil(4);

        assertThat(world.trash()).containsKey("Mine/disk.s2e");
    }

    private void delete(VmName vm) {
        world.run(new Request.DeleteVm(vm));
    }

    /** Makes a copy that shares its blocks. */
    private void shareWithOutside(String file) {
        try (DiskFile source = world.disk.open(Path.of(file));
                DiskFile copy = world.disk.create(Path.of("/home/copy"), 0644)) {
            assertThat(source.shareWith(copy)).isTrue();
        }
    }

    private void freeUntil(long freeKibibytes) {
        long everything = 1L << 40;
        world.disk.capacity(everything);
        world.disk.capacity(everything - world.disk.freeBytes(Path.of("/root/vm")));

        new TrashCleanup(world.context(), Duration.ofMillis(50)).freeSpace(new ByteCount(freeKibibytes << 10));
    }
}
