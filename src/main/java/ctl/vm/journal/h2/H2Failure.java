package ctl.vm.journal.h2;

import ctl.vm.inventory.value.Layout;
import ctl.vm.journal.file.JournalFolder;
import ctl.vm.journal.listing.ListingFile;
import ctl.vm.journal.sql.SchemaVersion;
import ctl.vm.problem.Failure;
import ctl.vm.problem.Problem;
import java.io.EOFException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.h2.api.ErrorCode;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStoreException;

/**
 * What a failure of H2 means. Damage is only what its bytes prove: what the system refuses, a limit of this process, or
 * a newer version of H2 is none, and a rebuild would not help.
 *
 * <p>H2's own advice (a recovery tool) would lead away from ours, which loses nothing.
 */
final class H2Failure {

    private static final int LONGEST_REASON = 200;

    /** With the number of H2's version and of its error. */
    private static final Pattern NUMBERS = Pattern.compile(" *\\[[0-9./-]+]");

    private static final Pattern FORMATS = Pattern.compile("format (\\d+) .*format (\\d+)");

    /** As H2 says it of a view, a column, an index and so on. */
    private static final Pattern MISSING = Pattern.compile("([A-Z][a-z]+) \"([^\"]+)\" not found");

    private H2Failure() {}

    static Problem problem(SQLException failure, JournalFolder folder) {
        Layout layout = folder.layout();
        return folder.knownProblem(failure)
                .or(() -> ofThisProcess(failure, layout))
                .or(() -> ofANewerVersion(failure, folder))
                .or(() -> unexplained(failure, layout))
                .orElseGet(() -> new Failure.JournalDamaged(layout.journal(), damage(failure, layout)));
    }

    private static Optional<Problem> ofThisProcess(SQLException failure, Layout layout) {
        // No heap for what the file asks for is no limit: what we wrote fits into it.
        boolean lacksThreads = cause(failure, cause -> cause instanceof OutOfMemoryError
                && String.valueOf(cause.getMessage()).contains("native thread")).isPresent();
        if (lacksThreads) {
            return Optional.of(new Failure.LimitReached(layout.journal().toString(), Failure.Limit.THREADS));
        }
        return cause(failure, cause -> cause instanceof LinkageError || cause instanceof InternalError)
                .map(broken -> new Failure.JavaBroken(deepest(broken).toString()));
    }

    private static Optional<Problem> ofANewerVersion(SQLException failure, JournalFolder folder) {
        return switch (failure.getErrorCode()) {
            case ErrorCode.FILE_VERSION_ERROR_1 -> Optional.of(tooNew(reason(failure), folder.layout()));
            // A newer program can have written what this one does not know, and then its listing says that it is newer.
            case ErrorCode.ACCESS_DENIED_TO_CLASS_1 -> new ListingFile(folder).version()
                    .filter(version -> version > SchemaVersion.KNOWN_VERSION)
                    .map(version -> new Failure.JournalTooNew(folder.layout().journal(), version.toString(),
                            String.valueOf(SchemaVersion.KNOWN_VERSION)));
            default -> Optional.empty();
        };
    }

    private static Failure.JournalTooNew tooNew(String reason, Layout layout) {
        Matcher formats = FORMATS.matcher(reason);
        return formats.find()
                ? new Failure.JournalTooNew(
                        layout.journal(), formats.group(1) + " of the database's file format", formats.group(2))
                : new Failure.JournalTooNew(layout.journal(), "a newer one of the database's file format",
                        "an older one");
    }

    /** H2 could not read or write, or had closed the file after that, and the system gave no number. */
    private static Optional<Problem> unexplained(SQLException failure, Layout layout) {
        boolean isUnread = cause(failure, cause -> cause instanceof IOException && !(cause instanceof EOFException))
                .isPresent();
        boolean isUnwritten = cause(failure, cause -> cause instanceof MVStoreException known
                && (known.getErrorCode() == DataUtils.ERROR_WRITING_FAILED
                        || known.getErrorCode() == DataUtils.ERROR_CLOSED))
                .isPresent();
        return isUnread || isUnwritten || failure.getErrorCode() == ErrorCode.DATABASE_IS_CLOSED
                ? Optional.of(new Failure.DiskTrouble(layout.databaseFile().toString(), reason(failure)))
                : Optional.empty();
    }

    private static String damage(SQLException failure, Layout layout) {
        String file = layout.databaseFile().getFileName().toString();
        return file + switch (failure.getErrorCode()) {
            case ErrorCode.TABLE_OR_VIEW_NOT_FOUND_1, ErrorCode.TABLE_OR_VIEW_NOT_FOUND_DATABASE_EMPTY_1 ->
                " holds no journal";
            case ErrorCode.ACCESS_DENIED_TO_CLASS_1 -> " holds a statement that is none of ours: it is not opened";
            default -> unreadable(reason(failure).replace(": " + layout.databaseFile(), ""));
        };
    }

    private static String unreadable(String reason) {
        Matcher missing = MISSING.matcher(reason);
        return missing.lookingAt()
                ? " lacks the %s %s, which a journal has".formatted(
                        missing.group(1).toLowerCase(Locale.ROOT), missing.group(2))
                : " cannot be read: " + reason;
    }

    /** What the first cause says in its first line, without the numbers and the statement that H2 adds. */
    static String reason(Throwable failure) {
        Throwable first = deepest(failure);
        String said = String.valueOf(first.getMessage()).lines().findFirst().orElse("")
                .replaceFirst("; SQL statement:.*", "");
        String plain = NUMBERS.matcher(said).replaceAll("").strip();
        String reason = plain.isEmpty() || plain.equals("null") ? first.getClass().getSimpleName() : plain;
        return reason.length() <= LONGEST_REASON ? reason : reason.substring(0, LONGEST_REASON) + "…";
    }

    private static Throwable deepest(Throwable failure) {
        return cause(failure, cause -> cause.getCause() == null).orElse(failure);
    }

    /** The first in a chain of causes for which this holds. */
    private static Optional<Throwable> cause(Throwable failure, Predicate<Throwable> wanted) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (wanted.test(cause)) {
                return Optional.of(cause);
            }
        }
        return Optional.empty();
    }
}
