package ctl.vm.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ctl.vm.durable.Disk;
import ctl.vm.durable.ForgetfulDisk;
import ctl.vm.inventory.Checkpoint;
import ctl.vm.inventory.CopyOptions.When;
import ctl.vm.inventory.CopyOptions;
import ctl.vm.inventory.CopyWatcher;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageDigest;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.problem.Cancelled;
import ctl.vm.problem.VmException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * One file copied on a disk with blocks of 4 KiB.
 *
 * <pre>
 * /vm/source     16 blocks: 4 of data, 4 of hole, 4 of written zeros, 4 of data, and half a block
 * </pre>
 */
class FileCopyTest {

    private static final int BLOCK = 4096;
    private static final Path SOURCE = Path.of("/vm/source");
    private static final Path TARGET = Path.of("/vm/target");

    private final ForgetfulDisk disk = new ForgetfulDisk();
    private final List<Checkpoint> checkpoints = new ArrayList<>();
    private final byte[] content = new byte[16 * BLOCK + BLOCK / 2];

    private long copied;
    private long stopAt = Long.MAX_VALUE;

    FileCopyTest() {
        new Random(1).nextBytes(content);
        Arrays.fill(content, 4 * BLOCK, 12 * BLOCK, (byte) 0);
        disk.folder("/vm");
        try (var file = disk.create(SOURCE, 0640)) {
            file.resize(content.length);
            file.write(ByteBuffer.wrap(content, 0, 4 * BLOCK), 0);
            file.write(ByteBuffer.wrap(content, 8 * BLOCK, content.length - 8 * BLOCK), 8L * BLOCK);
        }
        disk.settle();
    }

    @Test
    void copy_usually_keepsHolesTimesAndPermissions() {
        copy(CopyOptions.USUAL, Optional.empty());

        assertIsWhole();
        assertThat(allocated(TARGET)).isEqualTo(13L * BLOCK);
        assertThat(copied).as("bytes of data").isEqualTo(content.length - 4L * BLOCK);
    }

    @Test
    void copyTree_atEveryMoment_isAsClosedAsItsSource() {
        for (Path folder : List.of(Path.of("/vm/tree"), Path.of("/vm/tree/private"), Path.of("/vm/tree/closed"))) {
            disk.createFolder(folder, 0700);
            disk.create(folder.resolve("file"), 0600).close();
        }
        disk.copyOwner(SOURCE, Path.of("/vm/tree"), 0750);
        disk.copyOwner(SOURCE, Path.of("/vm/tree/file"), 0444);
        disk.copyOwner(SOURCE, Path.of("/vm/tree/closed"), 0500);
        List<String> looked = new ArrayList<>();
        Disk watched = (Disk) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {Disk.class},
                (_, method, arguments) -> {
                    try {
                        Object result = method.invoke(disk, arguments);
                        requireAsClosed(Path.of("/vm/tree"), Path.of("/vm/copy"), method.getName(), looked);
                        return result;
                    } catch (InvocationTargetException failed) {
                        throw failed.getCause();
                    }
                });

        List<String> left = new ArrayList<>();
        new FileCopy(watched, CopyOptions.USUAL, new Watcher()).copyTree(Path.of("/vm/tree"), Path.of("/vm/copy"),
                left);
        // As after an interruption: what is write-protected by now is filled again.
        new FileCopy(watched, CopyOptions.USUAL, new Watcher()).copyTree(Path.of("/vm/tree"), Path.of("/vm/copy"),
                left);

        assertThat(looked).hasSizeGreaterThan(10);
        for (String path : List.of("", "file", "private", "private/file", "closed", "closed/file")) {
            assertThat(entry(Path.of("/vm/copy").resolve(path)).mode()).as(path)
                    .isEqualTo(entry(Path.of("/vm/tree").resolve(path)).mode());
        }
        for (String folder : List.of("", "private", "closed")) {
            assertThat(entry(Path.of("/vm/copy").resolve(folder)).modified()).as(folder)
                    .isEqualTo(entry(Path.of("/vm/tree").resolve(folder)).modified());
        }
    }

    private void requireAsClosed(Path source, Path copy, String when, List<String> looked) {
        disk.entry(copy).ifPresent(made -> {
            assertThat(made.mode() & 077 & ~entry(source).mode()).as("%s after %s", copy, when).isZero();
            looked.add(when);
            if (made.kind() == Disk.Kind.FOLDER) {
                disk.list(copy).forEach(child -> requireAsClosed(
                        source.resolve(child.getFileName()), child, when, looked));
            }
        });
    }

    @Test
    void copy_withoutZeros_makesThemHoles() {
        copy(new CopyOptions(When.AUTO, When.ALWAYS), Optional.empty());

        assertIsWhole();
        assertThat(allocated(TARGET)).isEqualTo(9L * BLOCK);
    }

    @Test
    void copy_whereTheFilesystemDoesNotTellHoles_writesNoZeros() {
        disk.hidingHoles();
        disk.capacity(allocated(SOURCE) + 10L * BLOCK);

        copy(CopyOptions.USUAL, Optional.empty());

        assertIsWhole();
        assertThat(allocated(TARGET)).isEqualTo(9L * BLOCK);
    }

    @Test
    void copy_withoutHoles_writesZeros() {
        copy(new CopyOptions(When.AUTO, When.NEVER), Optional.empty());

        assertIsWhole();
        assertThat(allocated(TARGET)).isEqualTo(17L * BLOCK);
    }

    @Test
    void copy_thatIsStopped_goesOnAtItsCheckpointAndKeepsNoSpaceBehindIt() {
        for (When sparse : When.values()) {
            stopAt = 10L * BLOCK;
            checkpoints.clear();
            CopyOptions options = new CopyOptions(When.NEVER, sparse);
            assertThatThrownBy(() -> copy(options, Optional.empty())).isInstanceOf(VmException.class);
            long durable = checkpoints.getLast().durable().bytes();
            assertThat(entry(TARGET).size()).isEqualTo(durable);

            stopAt = Long.MAX_VALUE;
            copied = 0;
            copy(options, Optional.of(checkpoints.getLast()));

            assertIsWhole();
            assertThat(copied).isLessThanOrEqualTo(content.length - durable);
        }
    }

    @Test
    void copy_toADiskThatIsTooSmall_failsBeforeTheFirstByte() {
        disk.capacity(allocated(SOURCE) + 8L * BLOCK);

        assertThatThrownBy(() -> copy(CopyOptions.USUAL, Optional.empty()))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("No space left");

        assertThat(copied).isZero();
        assertThat(allocated(TARGET)).isZero();
    }

    @Test
    void share_makesAWholeCopyThatTakesNoSpace() {
        disk.sharing();
        long free = disk.freeBytes(SOURCE);

        assertThat(FileCopy.share(disk, SOURCE, TARGET)).isTrue();

        assertIsWhole();
        assertThat(disk.freeBytes(SOURCE)).isEqualTo(free);
    }

    @Test
    void share_onADiskThatCannot_saysSo() {
        assertThat(FileCopy.share(disk, SOURCE, TARGET)).isFalse();
    }

    private void copy(CopyOptions options, Optional<Checkpoint> checkpoint) {
        new FileCopy(disk, options, new Watcher()).copy(SOURCE, TARGET, checkpoint);
    }

    private void assertIsWhole() {
        disk.restart(7);
        disk.settle();
        assertThat(disk.read(TARGET.toString())).isEqualTo(content);
        assertThat(entry(TARGET).modified()).isEqualTo(entry(SOURCE).modified());
        assertThat(entry(TARGET).mode()).isEqualTo(0640);
    }

    private long allocated(Path file) {
        return disk.allocated(file);
    }

    private Disk.Entry entry(Path file) {
        return disk.entry(file).orElseThrow();
    }

    /** Wants a checkpoint, and then to stop, when so much is done. */
    private final class Watcher implements CopyWatcher {

        @Override
        public void copied(long bytes) {
            copied += bytes;
        }

        @Override
        public boolean wantsCheckpoint() {
            return copied >= stopAt;
        }

        @Override
        public void reached(ByteCount durable, Optional<ImageDigest.Chain> digest, Checkpoint.Source source) {
            checkpoints.add(new Checkpoint(ImageName.DISK, durable, source));
            throw new Cancelled(Cancelled.Signal.INTERRUPT).thrown();
        }

        @Override
        public void startsAnew() {
            throw new AssertionError("nobody has written to the source");
        }
    }
}
