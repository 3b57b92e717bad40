package ctl.vm.journal.h2;

import ctl.vm.inventory.value.Layout;
import ctl.vm.journal.Deadline;
import ctl.vm.journal.file.DiskProblem;
import ctl.vm.journal.file.LockOwner;
import ctl.vm.journal.file.PrivateFile;
import ctl.vm.journal.listing.InventoryCache;
import ctl.vm.journal.mirror.Mirror;
import ctl.vm.problem.Busy;
import ctl.vm.problem.Failure;
import ctl.vm.problem.Problem;
import ctl.vm.problem.VmException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import org.h2.Driver;
import org.h2.api.ErrorCode;

/**
 * The H2 file: how it is opened, and what H2's refusals mean.
 *
 * <p>This process must not open the file in any other way while H2 has it open, not even to read: closing that would
 * drop H2's kernel lock on it.
 */
public final class Database {

    /**
     * REUSE_SPACE=FALSE: new data goes behind the old, never over it. Otherwise an acknowledged event can be lost when
     * the process is killed, synced or not: H2 writes its file header before it notes the newest chunk, so that the
     * header names the one before, and finds the newest only at the end of the file. {@link Compaction} makes up for
     * the growth.
     *
     * <p>WRITE_DELAY=0: a commit writes at once, and no thread of H2's writes later. MAX_COMPACT_TIME=0: closing does
     * not move chunks about. DB_CLOSE_ON_EXIT=FALSE: no shutdown hook closes the database under a running append; a
     * file that was not closed opens just as well. TRACE_LEVEL_FILE=0: a refusal writes no {@code *.trace.db}.
     * QUERY_CACHE_SIZE=64: an append has more statements than the 8 that H2 remembers, and would parse each anew. The
     * lock is H2's default, the kernel's.
     */
    static final String FLAGS = ";REUSE_SPACE=FALSE;WRITE_DELAY=0;MAX_COMPACT_TIME=0;DB_CLOSE_ON_EXIT=FALSE"
            + ";TRACE_LEVEL_FILE=0;QUERY_CACHE_SIZE=64";

    private static final String READING = FLAGS + ";ACCESS_MODE_DATA=r";
    /** Without it H2 takes a missing file, or one of 0 bytes, for a new database. */
    private static final String WRITING = FLAGS + ";IFEXISTS=TRUE";

    /** The file is protected by its permissions; these are not secrets. */
    static final String USER = "ctl";

    static final String PASSWORD = "";

    /**
     * What this process failed to open, by what the file looked like: H2 keeps such a file locked, and asked again it would
     * wait for itself.
     */
    private static final Map<String, VmException> REFUSED = new ConcurrentHashMap<>();

    private final Layout layout;
    private final Warmup preparation = new Warmup(this::lookAhead);
    private volatile Optional<InventoryCache.Identity> harmless = Optional.empty();

    public Database(Layout layout) {
        this.layout = layout;
    }

    /** Begins to read the definitions, and to load what opening the file takes, beside other work. */
    void getReady() {
        preparation.begin();
    }

    private void lookAhead() {
        try {
            requireReal();
            requireHarmless(layout.databaseFile());
        } catch (SQLException | RuntimeException refused) {
            // It is refused again where it is opened, if it is; or another process has it open, which is waited for there.
        }
    }

    public Connection openForReading(Deadline deadline) {
        requireWhole();
        return open(READING, deadline);
    }

    public Connection openForWriting(Deadline deadline) {
        requireWhole();
        if (!Files.isWritable(layout.databaseFile())) {
            // H2 would open it for reading only, and say so at the first insert.
            throw new Failure.Denied(layout.journal().toString()).thrown();
        }
        return open(WRITING, deadline);
    }

    /** Opens the database of {@link Layout#newDatabase}; makes it where it is missing. */
    Connection openNew() throws SQLException {
        return connect(layout.newDatabase(), FLAGS);
    }

    /** Opens the database of {@link Layout#newDatabase} to look at it. */
    Connection lookAtNew() throws SQLException {
        return connect(layout.newDatabase(), READING);
    }

    private Connection open(String flags, Deadline deadline) {
        String file = look();
        if (REFUSED.containsKey(file)) {
            throw REFUSED.get(file);
        }
        do {
            try {
                return connect(layout.database(), flags);
            } catch (SQLException failure) {
                if (failure.getErrorCode() != ErrorCode.DATABASE_ALREADY_OPEN_1) {
                    throw refused(file, problem(failure));
                }
            } catch (VmException unusable) {
                throw unusable;
            } catch (RuntimeException | AssertionError confused) {
                // H2 trusts much of what it finds in the file.
                throw refused(file, damaged(confused.toString()));
            }
        } while (deadline.pause());
        throw new Busy.JournalInUse(
                layout.journal(), deadline.whole(), LockOwner.of(layout.databaseFile(), layout.journalLock())).thrown();
    }

    private static VmException refused(String file, VmException problem) {
        REFUSED.put(file, problem);
        return problem;
    }

    /** No other file looks like this, nor the same one after somebody has written to it. */
    private String look() {
        try {
            return Files.readAttributes(layout.databaseFile(), "unix:dev,ino,size,ctime").toString();
        } catch (IOException failure) {
            throw DiskProblem.of(layout, failure).thrown();
        }
    }

    /**
     * Whether there is no journal yet. A mirror that holds something without its database is no beginning: it is found
     * out when the database is opened.
     */
    public boolean isAbsent() {
        try {
            return Files.notExists(layout.databaseFile()) && new Mirror(layout.mirror()).length() == 0;
        } catch (IOException failure) {
            throw DiskProblem.of(layout, failure).thrown();
        }
    }

    /** H2 would silently begin anew where there is no file, or one of 0 bytes. */
    private void requireWhole() {
        try {
            if (Files.size(layout.databaseFile()) == 0) {
                throw damaged("%s is empty".formatted(layout.databaseFile().getFileName()));
            }
        } catch (NoSuchFileException missing) {
            throw damaged("%s is missing".formatted(layout.databaseFile().getFileName()));
        } catch (IOException failure) {
            throw DiskProblem.of(layout, failure).thrown();
        }
    }

    private Connection connect(Path database, String flags) throws SQLException {
        preparation.await();
        requireUsable(database);
        requireReal();
        Path file = database.resolveSibling(database.getFileName() + ".mv.db");
        requireHarmless(file);
        var login = new Properties();
        login.setProperty("user", USER);
        login.setProperty("password", PASSWORD);
        Connection connection = new Driver().connect(url(database) + flags, login);
        requireOpened(connection, file);
        connection.setAutoCommit(false);
        return connection;
    }

    /** Closes without writing where it was another file: that is somebody's. */
    private void requireOpened(Connection connection, Path file) throws SQLException {
        try {
            PrivateFile.requireOpened(layout, file);
        } catch (VmException another) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("SHUTDOWN IMMEDIATELY");
            }
            throw another;
        } catch (IOException failure) {
            connection.close();
            throw DiskProblem.of(layout, failure).thrown();
        }
    }

    private void requireReal() {
        try {
            PrivateFile.requireReal(layout);
        } catch (IOException failure) {
            throw DiskProblem.of(layout, failure).thrown();
        }
    }

    /** What was found harmless is not read again until somebody has written to it, which a time to the nanosecond tells. */
    private void requireHarmless(Path file) throws SQLException {
        if (Files.exists(file)) {
            Optional<InventoryCache.Identity> now = identity(file);
            if (now.isEmpty() || !now.equals(harmless)) {
                SchemaWhitelist.require(file);
                harmless = now;
            }
        }
    }

    /** Empty where the file cannot be looked at: then opening it tells why. */
    private static Optional<InventoryCache.Identity> identity(Path file) {
        try {
            return Optional.of(new InventoryCache.Identity(
                    Files.size(file), Files.getLastModifiedTime(file).toInstant(), 0));
        } catch (IOException unknown) {
            return Optional.empty();
        }
    }

    /** H2 ends the path at the first ";" and takes a backslash for a slash: it would make its file somewhere else. */
    private void requireUsable(Path database) {
        if (database.toString().matches("(?s).*[;\\\\].*")) {
            throw new Failure.DiskTrouble(
                    layout.journal().toString(), "a path with \";\" or \"\\\" in it cannot hold a journal").thrown();
        }
    }

    static String url(Path database) {
        return "jdbc:h2:file:" + database;
    }

    /**
     * What a failure while reading or writing means: the disk's, or else a damaged file. H2's own advice (a recovery tool)
     * would lead away from ours, which loses nothing: only the number is handed on, which its documentation explains.
     */
    public VmException problem(SQLException failure) {
        return DiskProblem.known(layout, failure)
                .map(Problem::thrown)
                .orElseGet(() -> damaged(describe(failure).formatted(layout.databaseFile().getFileName())));
    }

    VmException damaged(String reason) {
        return new Failure.JournalDamaged(layout.journal(), reason).thrown();
    }

    private static String describe(SQLException failure) {
        return switch (failure.getErrorCode()) {
            case ErrorCode.TABLE_OR_VIEW_NOT_FOUND_1, ErrorCode.TABLE_OR_VIEW_NOT_FOUND_DATABASE_EMPTY_1 ->
                "%s holds no journal";
            case ErrorCode.ACCESS_DENIED_TO_CLASS_1 -> "%s holds a statement that is none of ours: it is not opened";
            default -> "%s cannot be read (H2 error " + failure.getErrorCode() + ")";
        };
    }
}
