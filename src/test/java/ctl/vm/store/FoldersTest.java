package ctl.vm.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ctl.vm.durable.Disk;
import ctl.vm.durable.ForgetfulDisk;
import ctl.vm.durable.RefusingDisk;
import ctl.vm.problem.DiskException;
import ctl.vm.problem.Errno;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
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

    @Test
    void removeTree_whereFuseKeepsARemovedFileForAMoment_removesAll() {
        disk.folder(STAGINGS.resolve("MyBox").toString());
        var kept = new AtomicInteger(3);

        Folders.removeTree(keepingAFile(".fuse_hidden0000000a00000001", kept), STAGINGS);

        assertThat(disk.entry(STAGINGS)).isEmpty();
        assertThat(kept).hasValue(0);
    }

    @Test
    void removeTree_whereAnotherProgramPutsAFile_fails() {
        disk.folder(STAGINGS.resolve("MyBox").toString());
        var kept = new AtomicInteger(3);

        assertThatThrownBy(() -> Folders.removeTree(keepingAFile("other", kept), STAGINGS))
                .isInstanceOfSatisfying(DiskException.class, failed -> assertThat(failed.is(Errno.ENOTEMPTY)).isTrue());
    }

    /** A disk on which a file comes back in a folder that is about to be removed. @param times so often */
    private Disk keepingAFile(String name, AtomicInteger times) {
        return (Disk) Proxy.newProxyInstance(Disk.class.getClassLoader(), new Class<?>[] {Disk.class},
                (_, method, arguments) -> {
                    boolean isFolder = method.getName().equals("remove") && arguments[0].equals(STAGINGS);
                    if (isFolder && times.get() > 0) {
                        times.decrementAndGet();
                        disk.folder(STAGINGS.resolve(name).toString());
                    }
                    try {
                        return method.invoke(disk, arguments);
                    } catch (InvocationTargetException failed) {
                        throw failed.getCause();
                    }
                });
    }
}
