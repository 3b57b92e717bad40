package ctl.vm.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ctl.vm.problem.DiskException;
import ctl.vm.problem.Errno;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinuxErrorTest {

    private static final Path FILE = Path.of("/vm/MyBox/disk.s2e");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(ints = {Errno.EPERM, Errno.EIO, Errno.EMFILE, Errno.ENOSPC, Errno.EROFS, Errno.ELOOP, Errno.EDQUOT})
    void number_ofWhatJavaThrows_isFoundByTheTextOfTheCLibrary(int errno) {
        String text = LinuxError.of(errno, "write", FILE).reason();

        assertThat(LinuxError.number(new IOException(text))).isEqualTo(errno);
        assertThat(LinuxError.number(new FileSystemException("a", null, text))).isEqualTo(errno);
        assertThat(LinuxError.number(new IOException("a (" + text + ")"))).isEqualTo(errno);
        assertThat(LinuxError.number(new IOException(text + ", or so"))).isEqualTo(Errno.UNKNOWN);
    }

    @Test
    void number_ofAMessageOfJava_isUnknown() {
        assertThat(LinuxError.number(new IOException())).isEqualTo(Errno.UNKNOWN);
        assertThat(LinuxError.number(new IOException("Stream closed"))).isEqualTo(Errno.UNKNOWN);
        assertThat(LinuxError.number(new FileSystemException("a"))).isEqualTo(Errno.UNKNOWN);
    }

    @Test
    void number_ofRealFailures_isThatOfTheKernel() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        Path full = Files.createDirectory(folder.resolve("full"));
        Files.createFile(full.resolve("entry"));

        assertThat(number(() -> Files.size(folder.resolve("missing")))).isEqualTo(Errno.ENOENT);
        assertThat(number(() -> Files.createFile(file))).isEqualTo(Errno.EEXIST);
        assertThat(number(() -> Files.newDirectoryStream(file))).isEqualTo(Errno.ENOTDIR);
        assertThat(number(() -> Files.delete(full))).isEqualTo(Errno.ENOTEMPTY);
        assertThat(number(() -> Files.readSymbolicLink(file))).isEqualTo(Errno.EINVAL);
        assertThat(number(() -> new FileInputStream(file.resolve("below").toFile()))).isEqualTo(Errno.ENOTDIR);
        assertThat(number(() -> new FileOutputStream(full.toFile()))).isEqualTo(Errno.EISDIR);
        assertThat(number(() -> Files.write(Path.of("/dev/full"), new byte[1]))).isEqualTo(Errno.ENOSPC);
        try (FileChannel device = FileChannel.open(Path.of("/dev/full"), StandardOpenOption.WRITE)) {
            assertThat(number(() -> device.force(true))).isEqualTo(Errno.EINVAL);
        }
    }

    private static int number(ThrowingCallable call) {
        return LinuxError.number(catchThrowableOfType(IOException.class, call));
    }

    @Test
    void of_whatJavaThrew_namesFileAndReason() throws IOException {
        Path missing = folder.resolve("missing");
        DiskException reported = LinuxError.of(catchThrowableOfType(IOException.class, () -> Files.size(missing)),
                missing);

        assertThat(reported.errno()).isEqualTo(Errno.ENOENT);
        assertThat(reported.path()).isEqualTo(missing.toString());
        assertThat(reported.reason()).isNotBlank();
        assertThat(LinuxError.of(new IOException("Stream closed"), missing).reason()).isEqualTo("Stream closed");
    }

    @Test
    void cause_belowOtherExceptions_isFound() {
        IOException full = new IOException(LinuxError.of(Errno.ENOSPC, "write", FILE).reason());

        assertThat(LinuxError.cause(new IllegalStateException("general", new IOException("wrapped", full)), FILE))
                .hasValueSatisfying(reported -> assertThat(reported.errno()).isEqualTo(Errno.ENOSPC));
        assertThat(LinuxError.cause(new IllegalStateException("general"), FILE)).isEmpty();
    }

    @Test
    void cause_thatNamesAPosition_keepsItsNumber() {
        DiskException reported = catchThrowableOfType(DiskException.class,
                () -> LinuxCall.PWRITE.check(-Errno.ENOSPC, FILE, 512));

        assertThat(LinuxError.cause(new IllegalStateException(reported), folder)).containsSame(reported);
    }

    @Test
    void check_ofAFailedCall_carriesNumberCallAndPath() {
        DiskException reported = catchThrowableOfType(DiskException.class,
                () -> LinuxCall.PWRITE.check(-Errno.ENOSPC, FILE, 512));

        assertThat(reported.errno()).isEqualTo(Errno.ENOSPC);
        assertThat(reported.call()).isEqualTo("pwrite");
        assertThat(reported.path()).isEqualTo(FILE.toString());
        assertThat(reported.reason()).endsWith(" at byte 512");
        assertThat(reported.is(Errno.EIO, Errno.ENOSPC)).isTrue();
        assertThat(reported.is(Errno.EIO)).isFalse();
    }
}
