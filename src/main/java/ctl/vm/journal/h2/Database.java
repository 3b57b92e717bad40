package ctl.vm.journal.h2;

import ctl.vm.durable.Disk;
import ctl.vm.inventory.value.Layout;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.journal.Deadline;
import ctl.vm.journal.ProgressListener;
import ctl.vm.journal.chain.Head;
import ctl.vm.journal.engine.Engine;
import ctl.vm.journal.file.JournalFolder;
import ctl.vm.journal.sql.IndexHint;
import ctl.vm.journal.sql.SchemaVersion;
import ctl.vm.problem.Busy;
import ctl.vm.problem.Failure;
import ctl.vm.problem.Unsafe;
import ctl.vm.problem.VmException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.h2.Driver;
import org.h2.api.ErrorCode;

/**
 * The H2 file: how it is opened, and what H2's refusals mean.
 *
 * <p>This process must not open the file in any other way while H2 has it open, not even to read: closing that would
 * drop H2's kernel lock on it.
 */
public final class Database implements Engine {

    /**
     * REUSE_SPACE=FALSE: new data goes behind the old, never over it. Otherwise an acknowledged event can be lost when
     * the process is killed, synced or not: H2 writes its file header before it notes the newest chunk, so that the
     * header names the one before, and finds the newest only at the end of the file.
     * {@link NewDatabase#compactWhereDue} makes up for the growth.
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

    private static final int OTHERS_CAN_WRITE = 022;
    private static final Path THIS_PROCESS = Path.of("/proc/self");

    private final JournalFolder folder;
    private final Layout layout;
    private final Warmup preparation = new Warmup(this::lookAhead);
    private volatile Optional<Disk.Entry> harmless = Optional.empty();
    private volatile boolean lacksEnd;

    /**
     * Definitions that were found harmless: they are the same each time, and what else has changed in the file is no
     * definition.
     */
    private final Set<String> known = ConcurrentHashMap.newKeySet();

    /**
     * What this process failed to open, by what the file looked like: H2 keeps such a file locked, and when asked again
     * it would wait for itself. No other file looks like this, nor the same one after it was written to.
     */
    private final Map<Disk.Entry, VmException> refused = new ConcurrentHashMap<>();

    public Database(JournalFolder folder) {
        this.folder = folder;
        this.layout = folder.layout();
    }

    @Override
    public JournalFolder folder() {
        return folder;
    }

    /** Begins to read the definitions, and to load what opening the file takes, beside other work. */
    @Override
    public void getReady() {
        preparation.begin();
    }

    private void lookAhead() {
        try {
            folder.requireReal();
            requireHarmless(layout.databaseFile());
        } catch (SQLException | VmException refused) {
            // It is refused again where it is opened, if it is; or another process has it open, which is waited for
            // there.
        }
    }

    /**
     * Opens what the file holds in this moment, whatever a process writes to it meanwhile, and keeps none from that.
     */
    @Override
    public Connection openForReading() {
        requireWhole();
        try {
            return connect(layout.database(), UnlockedFile.name(layout.database()), READING);
        } catch (SQLException failure) {
            throw problem(failure);
        }
    }

    @Override
    public Connection openForWriting(Deadline deadline) {
        requireWhole();
        if (!Files.isWritable(layout.databaseFile())) {
            // H2 would open it for reading only, and say so at the first insert.
            throw new Failure.Denied(layout.journal().toString()).thrown();
        }
        return open(deadline);
    }

    /** Opens the database of {@link Layout#newDatabase}; makes its tables' file where that is empty. */
    Connection openNew() throws SQLException {
        return connect(layout.newDatabase(), locked(layout.newDatabase()), FLAGS);
    }

    /** Opens the database of {@link Layout#newDatabase} to look at it. */
    Connection lookAtNew() throws SQLException {
        return connect(layout.newDatabase(), locked(layout.newDatabase()), READING);
    }

    private Connection open(Deadline deadline) {
        Disk.Entry file = requireWhole();
        if (refused.containsKey(file)) {
            throw refused.get(file);
        }
        do {
            try {
                return connect(layout.database(), locked(layout.database()), WRITING);
            } catch (SQLException failure) {
                if (failure.getErrorCode() != ErrorCode.DATABASE_ALREADY_OPEN_1) {
                    VmException problem = problem(failure);
                    refused.put(file, problem);
                    throw problem;
                }
            }
        } while (deadline.pause());
        throw new Busy.JournalInUse(layout.journal(), deadline.whole(),
                folder.disk().lockHolder(layout.databaseFile(), layout.journalLock())).thrown();
    }

    /**
     * Whether there is no journal yet. A mirror that holds something without its database is no beginning, nor is a
     * recorded end without both: it is found out when the database is opened.
     */
    @Override
    public boolean isAbsent() {
        return folder.explained(() -> folder.isMissing(layout.databaseFile())
                && folder.length(layout.mirror()) == 0
                && folder.isMissing(layout.head())
                && folder.isMissing(layout.listing()));
    }

    /**
     * Whether the file that was opened last lacked what H2 had written to it: what is in it may be an earlier state.
     * Not so after every cut: only where H2 had closed the file before.
     */
    @Override
    public boolean lacksEnd() {
        return lacksEnd;
    }

    /** H2 would silently begin anew where there is no file, or one of 0 bytes. */
    private Disk.Entry requireWhole() {
        Disk.Entry file = folder.explained(() -> folder.disk().entry(layout.databaseFile()))
                .orElseThrow(() -> damaged("%s is missing".formatted(layout.databaseFile().getFileName())));
        if (file.size() == 0) {
            throw damaged("%s is empty".formatted(layout.databaseFile().getFileName()));
        }
        return file;
    }

    /** @param name how H2 is given the path */
    private Connection connect(Path database, String name, String flags) throws SQLException {
        preparation.await();
        requireUsable(database);
        folder.requireReal();
        Path file = database.resolveSibling(database.getFileName() + ".mv.db");
        requireHarmless(file);
        Connection connection = open("jdbc:h2:" + name + flags);
        try {
            requireOpened(file);
            connection.setAutoCommit(false);
            return connection;
        } catch (SQLException | RuntimeException failure) {
            // Without writing: it may be a file of another user's.
            shutDown(connection, failure);
            throw failure;
        }
    }

    /** H2 trusts much of what it finds in the file: whatever it throws here is about the file. */
    private static Connection open(String url) throws SQLException {
        var login = new Properties();
        login.setProperty("user", USER);
        login.setProperty("password", PASSWORD);
        try {
            return new Driver().connect(url, login);
        } catch (RuntimeException | AssertionError confused) {
            throw new SQLException(confused.toString(), "", ErrorCode.FILE_CORRUPTED_1, confused);
        }
    }

    /** Leaves the file as it is, after a failure. */
    static void shutDown(Connection connection, Throwable failure) {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SHUTDOWN IMMEDIATELY");
        } catch (SQLException closed) {
            // H2 does that itself after a failed write.
            failure.addSuppressed(closed);
        }
    }

    /**
     * Makes sure that it was this file that H2 has just opened, where another user may write to the journal's folder:
     * that user may have put a link there between {@link JournalFolder#requireReal} and H2's opening. The kernel knows
     * what was opened.
     *
     * @throws ctl.vm.problem.VmException NotOurs
     */
    void requireOpened(Path file) {
        try {
            if (isContested(layout.journal()) && !isOpen(layout.root().toRealPath()
                    .resolve(layout.root().relativize(layout.journal()))
                    .resolve(file.getFileName()))) {
                throw new Unsafe.NotOurs(file, "a file").thrown();
            }
        } catch (IOException failure) {
            throw folder.problem(new UncheckedIOException(failure)).thrown();
        }
    }

    private static boolean isContested(Path folder) throws IOException {
        Map<String, Object> found = Files.readAttributes(folder, "unix:uid,mode", LinkOption.NOFOLLOW_LINKS);
        return ((int) found.get("mode") & OTHERS_CAN_WRITE) != 0
                || !found.get("uid").equals(Files.getAttribute(THIS_PROCESS, "unix:uid"));
    }

    private static boolean isOpen(Path file) throws IOException {
        try (Stream<Path> open = Files.list(THIS_PROCESS.resolve("fd"))) {
            return open.anyMatch(link -> leadsTo(link, file));
        }
    }

    private static boolean leadsTo(Path link, Path file) {
        try {
            return Files.readSymbolicLink(link).equals(file);
        } catch (IOException closed) {
            return false;
        }
    }

    /** What was found harmless is not read again until it is written to, which a time to the nanosecond shows. */
    private void requireHarmless(Path file) throws SQLException {
        Optional<Disk.Entry> now = folder.explained(() -> folder.disk().entry(file));
        if (now.filter(entry -> entry.size() > 0).isPresent() && !now.equals(harmless)) {
            lacksEnd = SchemaWhitelist.require(file, known);
            harmless = now;
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
        return "jdbc:h2:" + locked(database);
    }

    /** The lock is H2's own. */
    private static String locked(Path database) {
        return "file:" + database;
    }

    /** What a failure while reading or writing means. */
    @Override
    public VmException problem(SQLException failure) {
        return H2Failure.problem(failure, folder).thrown();
    }

    @Override
    public VmException damaged(String reason) {
        return new Failure.JournalDamaged(layout.journal(), reason).thrown();
    }

    @Override
    public boolean isShared() {
        return false;
    }

    @Override
    public int schema() {
        return SchemaVersion.KNOWN_VERSION;
    }

    @Override
    public IndexHint indexHint() {
        return IndexHint.USE_INDEX;
    }

    @Override
    public void make() {
        newDatabase().make();
    }

    @Override
    public void upgrade() {
        newDatabase().upgrade();
    }

    @Override
    public void compactWhereDue() {
        newDatabase().compactWhereDue();
    }

    @Override
    public void makeOf(Path events, ProgressListener progress) {
        newDatabase().makeOf(events, progress);
    }

    @Override
    public Optional<String> keepBackup(Instant now) {
        return folder.isMissing(layout.databaseFile())
                ? Optional.empty()
                : Optional.of(folder.keepBackup(layout.databaseFile(), now).toString());
    }

    @Override
    public void publish() {
        newDatabase().publish();
    }

    @Override
    public void discard() {
        newDatabase().discard();
    }

    private NewDatabase newDatabase() {
        return new NewDatabase(this);
    }

    /** The kernel's lock keeps everybody else out. */
    @Override
    public void begin(Connection connection, Head head, OperationId operation) {}

    @Override
    public void commit(Connection connection, Head head) throws SQLException {
        connection.commit();
        sync(connection);
    }

    /** H2 writes a commit to the file, but only this makes the disk keep it. */
    @Override
    public void sync(Connection connection) throws SQLException {
        try (Statement checkpoint = connection.createStatement()) {
            checkpoint.execute("CHECKPOINT SYNC");
        }
    }

    /** What became of it is seen from the file when it is opened again. */
    @Override
    public Outcome outcome(SQLException failure, Head before, Head head) {
        return Outcome.REFUSED;
    }

    /** If we die before or while H2 closes the file, it opens again with everything that was committed. */
    @Override
    public void close(Connection connection) throws SQLException {
        connection.close();
    }

    @Override
    public void abandon(Connection connection, Throwable failure) {
        shutDown(connection, failure);
    }

    @Override
    public List<String> indexes(Connection connection) throws SQLException {
        List<String> indexes = new ArrayList<>();
        try (Statement script = connection.createStatement();
                ResultSet found = script.executeQuery("SCRIPT NODATA NOPASSWORDS NOSETTINGS")) {
            while (found.next()) {
                if (found.getString(1).startsWith("CREATE INDEX") && !found.getString(1).contains("flyway")) {
                    indexes.add(found.getString(1));
                }
            }
        }
        return indexes;
    }
}
