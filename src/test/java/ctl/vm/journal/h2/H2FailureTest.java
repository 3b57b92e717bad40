package ctl.vm.journal.h2;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.cli.problem.ProblemText;
import ctl.vm.durable.LinuxDisk;
import ctl.vm.inventory.value.Layout;
import ctl.vm.journal.file.JournalFolder;
import ctl.vm.problem.Failure;
import ctl.vm.problem.Problem;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.stream.Stream;
import org.flywaydb.core.api.FlywayException;
import org.h2.api.ErrorCode;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStoreException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a failure of H2 is to a user: damage is only what the bytes of the file prove. */
class H2FailureTest {

    private static final Layout LAYOUT = Layout.at(Path.of("/root"));
    private static final String JOURNAL = "/root/journal";
    private static final JournalFolder FOLDER = new JournalFolder(LAYOUT, new LinuxDisk());

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(failure(ErrorCode.IO_EXCEPTION_2, new IOException("x (Too many open files)")),
                        new Failure.LimitReached(JOURNAL, Failure.Limit.OPEN_FILES)),
                Arguments.of(failure(ErrorCode.GENERAL_ERROR_1, unwritten(new IOException("File too large"))),
                        new Failure.LimitReached(JOURNAL, Failure.Limit.FILE_SIZE)),
                Arguments.of(failure(ErrorCode.FILE_CORRUPTED_1, unwritten(new IOException("No space left on device"))),
                        new Failure.NoSpace(JOURNAL)),
                Arguments.of(
                        failure(ErrorCode.OUT_OF_MEMORY, new OutOfMemoryError("unable to create native thread: x")),
                        new Failure.LimitReached(JOURNAL, Failure.Limit.THREADS)),
                Arguments.of(failure(ErrorCode.GENERAL_ERROR_1, new NoClassDefFoundError("org/h2/X")),
                        new Failure.JavaBroken("java.lang.NoClassDefFoundError: org/h2/X")),
                Arguments.of(failure(ErrorCode.GENERAL_ERROR_1, unwritten(new ClosedChannelException())),
                        new Failure.DiskTrouble("/root/journal/journal.mv.db", "ClosedChannelException")),
                Arguments.of(failure(ErrorCode.DATABASE_IS_CLOSED, null),
                        new Failure.DiskTrouble("/root/journal/journal.mv.db", "what H2 says")),
                Arguments.of(failure(ErrorCode.FILE_VERSION_ERROR_1, new MVStoreException(
                        DataUtils.ERROR_UNSUPPORTED_FORMAT,
                        "The write format 4 is larger than the supported format 3 [2.9.1/5]")),
                        new Failure.JournalTooNew(LAYOUT.journal(), "4 of the database's file format", "3")));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void failure_thatIsNotOfTheBytes_isNoDamage(SQLException failure, Problem problem) {
        assertThat(H2Failure.problem(failure, FOLDER)).isEqualTo(problem);
    }

    static Stream<Arguments> damages() {
        return Stream.of(
                Arguments.of(failure(ErrorCode.FILE_CORRUPTED_1, new MVStoreException(
                        DataUtils.ERROR_FILE_CORRUPT, "File corrupted in chunk 12, expected 4 [2.5.252/6]")),
                        "cannot be read: File corrupted in chunk 12, expected 4"),
                Arguments.of(failure(ErrorCode.GENERAL_ERROR_1, new ArrayIndexOutOfBoundsException("Index 100% out")),
                        "cannot be read: Index 100% out"),
                Arguments.of(failure(ErrorCode.GENERAL_ERROR_1, new EOFException()), "cannot be read: EOFException"),
                Arguments.of(failure(ErrorCode.OUT_OF_MEMORY, new OutOfMemoryError("Java heap space")),
                        "cannot be read: Java heap space"),
                // As Flyway throws it: no number of H2's stands in it.
                Arguments.of(new SQLException("its tables", new FlywayException("the checksum of V003 is another")),
                        "cannot be read: the checksum of V003 is another"),
                Arguments.of(new SQLException(
                        "Column \"X\" not found; SQL statement:\nSELECT X [42122-252]", "",
                        ErrorCode.COLUMN_NOT_FOUND_1),
                        "lacks the column X, which a journal has"),
                Arguments.of(
                        new SQLException("View \"AUDIT_LOG\" not found [90037-240]", "", ErrorCode.VIEW_NOT_FOUND_1),
                        "lacks the view AUDIT_LOG, which a journal has"),
                Arguments.of(failure(ErrorCode.TABLE_OR_VIEW_NOT_FOUND_1, null), "holds no journal"));
    }

    @ParameterizedTest
    @MethodSource("damages")
    void damage_saysWhatCannotBeReadWhere_andWhatToDo(SQLException failure, String said) {
        Problem problem = H2Failure.problem(failure, FOLDER);

        assertThat(problem).isInstanceOfSatisfying(Failure.JournalDamaged.class, damaged -> assertThat(damaged.reason())
                .startsWith("journal.mv.db ").endsWith(said).doesNotContain("H2 error"));
        assertThat(ProblemText.message(problem)).contains("/root/journal is damaged", said);
    }

    @Test
    void damage_ofWhichH2SaysTheFileOnceMore_namesItOnce() {
        var failure = failure(ErrorCode.FILE_CORRUPTED_1,
                new MVStoreException(DataUtils.ERROR_FILE_CORRUPT,
                        "Store header is corrupt: /root/journal/journal.mv.db"));

        assertThat(H2Failure.problem(failure, FOLDER)).isEqualTo(new Failure.JournalDamaged(
                LAYOUT.journal(), "journal.mv.db cannot be read: Store header is corrupt"));
    }

    private static MVStoreException unwritten(IOException cause) {
        MVStoreException failure = new MVStoreException(DataUtils.ERROR_WRITING_FAILED, "Writing to file failed");
        failure.initCause(cause);
        return failure;
    }

    private static SQLException failure(int number, Throwable cause) {
        return new SQLException("what H2 says", "", number, cause);
    }
}
