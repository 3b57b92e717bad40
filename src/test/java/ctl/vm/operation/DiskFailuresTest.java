package ctl.vm.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ctl.vm.linux.LinuxError;
import ctl.vm.problem.Errno;
import ctl.vm.problem.Failure;
import ctl.vm.problem.Problem;
import ctl.vm.problem.VmException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Error numbers, and the problems that they are to a user. */
class DiskFailuresTest {

    private static final String FILE = "/vm/MyBox/disk.s2e";

    static Stream<Arguments> problems() {
        return Stream.of(
                Arguments.of(Errno.EACCES, new Failure.Denied(FILE)),
                Arguments.of(Errno.EPERM, new Failure.Denied(FILE)),
                Arguments.of(Errno.ENOSPC, new Failure.NoSpace(FILE)),
                Arguments.of(Errno.EDQUOT, new Failure.NoSpace(FILE)),
                Arguments.of(Errno.EROFS, new Failure.ReadOnlyDisk(FILE)),
                Arguments.of(Errno.ENOENT, new Failure.DiskTrouble(FILE, "no such file or folder")),
                Arguments.of(Errno.EEXIST, new Failure.DiskTrouble(FILE, "exists already")),
                Arguments.of(Errno.EIO, new Failure.DiskTrouble(FILE, "Input/output error")),
                Arguments.of(Errno.EMFILE, new Failure.LimitReached(FILE, Failure.Limit.OPEN_FILES)),
                Arguments.of(Errno.ENFILE, new Failure.LimitReached(FILE, Failure.Limit.OPEN_FILES)),
                Arguments.of(Errno.EFBIG, new Failure.LimitReached(FILE, Failure.Limit.FILE_SIZE)),
                Arguments.of(Errno.ENOMEM, new Failure.LimitReached(FILE, Failure.Limit.MEMORY)),
                Arguments.of(Errno.ENOTCONN, new Failure.DiskGone(FILE, "Transport endpoint is not connected")),
                Arguments.of(Errno.ESTALE, new Failure.DiskGone(FILE, "Stale file handle")),
                Arguments.of(Errno.ENOLCK, new Failure.NoLocks(FILE, "No locks available")),
                Arguments.of(Errno.EINVAL, new Failure.NotSupported(FILE, "Invalid argument")),
                Arguments.of(Errno.ENOSYS, new Failure.NotSupported(FILE, "Function not implemented")),
                Arguments.of(Errno.EOPNOTSUPP, new Failure.NotSupported(FILE, "Operation not supported")),
                Arguments.of(Errno.ELOOP, new Failure.DiskTrouble(FILE, "Too many levels of symbolic links")));
    }

    @ParameterizedTest
    @MethodSource("problems")
    void errno_ofACallOfOurs_isAProblemWithItsExitCode(int errno, Problem problem) {
        assertThat(explained(LinuxError.of(errno, "write", Path.of(FILE)))).isEqualTo(problem);
        assertThat(problem.exitCode()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("problems")
    void errno_behindAnExceptionOfJava_isTheSameProblem(int errno, Problem problem) {
        String reason = LinuxError.of(errno, "write", Path.of(FILE)).reason();

        assertThat(explained(new UncheckedIOException(new FileSystemException(FILE, null, reason)))).isEqualTo(problem);
    }

    @Test
    void failure_ofAStream_namesTheDisk() {
        assertThat(explained(new UncheckedIOException(new IOException("Stream closed"))))
                .isEqualTo(new Failure.DiskTrouble("the disk", "Stream closed"));
        assertThat(explained(new UncheckedIOException(new NoSuchFileException(FILE))))
                .isEqualTo(new Failure.DiskTrouble(FILE, "no such file or folder"));
    }

    @Test
    void failure_thatIsExplained_isKeptAsTheCause() {
        UncheckedIOException failed = LinuxError.of(Errno.EIO, "fsync", Path.of(FILE));

        assertThatThrownBy(() -> DiskFailures.explained(() -> {
            throw failed;
        })).isInstanceOf(VmException.class).hasCause(failed);
    }

    private static Problem explained(UncheckedIOException failed) {
        return DiskFailures.explain(failed).problem();
    }
}
