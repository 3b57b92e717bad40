package ctl.vm.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ctl.vm.durable.ForgetfulDisk;
import ctl.vm.durable.RefusingDisk;
import ctl.vm.problem.DiskException;
import ctl.vm.problem.Errno;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Folders that several operations use. */
class FoldersTest {

    private static final Path STAGINGS = Path.of("/root/.staging");

    private final ForgetfulDisk disk = new ForgetfulDisk();

    FoldersTest() {
        disk.folder("/root");
        disk.folder(STAGINGS.toString());
    }

    @Test
    void removeIfEmpty_whereAnotherOperationRemovesItsFolderBetweenTwoLooks_leavesIt() {
        // By the time that the folder is looked at again, nothing is in it.
        Folders.removeIfEmpty(new RefusingDisk(disk, "remove", Errno.ENOTEMPTY).disk(), STAGINGS);

        assertThat(disk.entry(STAGINGS)).isPresent();
    }

    @Test
    void removeIfEmpty_ofAFolderWithSomethingInIt_leavesIt() {
        disk.folder(STAGINGS.resolve("20261130-000000-abcd").toString());

        Folders.removeIfEmpty(disk, STAGINGS);

        assertThat(disk.list(STAGINGS)).hasSize(1);
    }

    @Test
    void removeIfEmpty_ofAnEmptyOrAMissingFolder_leavesNone() {
        Folders.removeIfEmpty(disk, STAGINGS);
        Folders.removeIfEmpty(disk, STAGINGS);

        assertThat(disk.entry(STAGINGS)).isEmpty();
    }

    @Test
    void removeIfEmpty_onABrokenDisk_fails() {
        assertThatThrownBy(() -> Folders.removeIfEmpty(new RefusingDisk(disk, "remove", Errno.EIO).disk(), STAGINGS))
                .isInstanceOf(DiskException.class);
    }
}
