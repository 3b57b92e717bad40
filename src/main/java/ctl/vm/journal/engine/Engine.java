package ctl.vm.journal.engine;

import ctl.vm.inventory.value.OperationId;
import ctl.vm.journal.Deadline;
import ctl.vm.journal.ProgressListener;
import ctl.vm.journal.chain.Head;
import ctl.vm.journal.file.JournalFolder;
import ctl.vm.journal.file.JournalLock;
import ctl.vm.journal.sql.IndexHint;
import ctl.vm.problem.Failure;
import ctl.vm.problem.VmException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The database that is the authority of one root's journal: how it is opened, made and brought to a newer schema, how a
 * commit becomes durable, and what its refusals mean. What stands in its tables is the same for all.
 *
 * <p>A process has one of these for each root. What makes or replaces the database is for the holder of the
 * {@link JournalLock}.
 */
public interface Engine {

    JournalFolder folder();

    /** Begins what opening takes, beside other work. */
    void getReady();

    /**
     * Whether other hosts write to it as well: then the files beside it do not show that it is as it was, and only it
     * knows its end.
     */
    boolean isShared();

    /** Whether there is no journal yet. */
    boolean isAbsent();

    /** Opens what the database holds in this moment, whatever others write to it meanwhile, and keeps none from that. */
    Connection openForReading();

    Connection openForWriting(Deadline deadline);

    /** The version of the tables that this program writes. */
    int schema();

    IndexHint indexHint();

    /** Makes an empty journal. */
    void make();

    /** Brings the tables to {@link #schema}. If we die in it, the old ones stand, or the new. */
    void upgrade();

    /** Frees space that nothing uses any more, where it pays. The database must be closed. */
    void compactWhereDue();

    /**
     * Makes a database of events that were found right, whole and durable, but does not give it its name yet. If we die
     * here, the next try begins anew.
     *
     * @param events a file of lines
     */
    void makeOf(Path events, ProgressListener progress);

    /** Keeps a damaged database under another name, where there is one. @return how it is called there */
    Optional<String> keepBackup(Instant now);

    /** Gives the database of {@link #makeOf} its name. If we die in it, the old one stands, or the new. */
    void publish();

    /** Removes what an unfinished {@link #makeOf} has left. */
    void discard();

    /**
     * Begins the transaction of an append.
     *
     * @param head the last event that the caller knows of
     * @param operation whose event it is
     * @throws VmException where another process has appended since, or the operation must not go on
     */
    void begin(Connection connection, Head head, OperationId operation) throws SQLException;

    /** Ends the transaction of an append. When this returns, the event is durable. */
    void commit(Connection connection, Head head) throws SQLException;

    /** Makes the disk keep what was committed before. */
    void sync(Connection connection) throws SQLException;

    /**
     * What has become of an append whose end is unknown, as its connection broke off. When this returns, that is final.
     *
     * @param before the last event before it
     * @param head the event itself
     * @throws VmException where it could not be found out
     */
    Outcome outcome(SQLException failure, Head before, Head head);

    /** Of an append that failed. */
    enum Outcome {
        /** It is there, as if it had not failed. */
        COMMITTED,
        /** It is not there, and a repetition may succeed. */
        LOST,
        /** It is not there. */
        REFUSED
    }

    void close(Connection connection) throws SQLException;

    /** Leaves the database as it is, after a failure. */
    void abandon(Connection connection, Throwable failure);

    /**
     * Whether the database that was opened last lacked what had been written to it: what is in it may be an earlier
     * state.
     */
    boolean lacksEnd();

    /** What a failure while reading or writing means. */
    VmException problem(SQLException failure);

    /**
     * Makes sure that a failure while reading is damage.
     *
     * @return what is damaged
     * @throws VmException where it is anything else
     */
    default String requireDamage(SQLException failure) {
        VmException problem = problem(failure);
        if (problem.problem() instanceof Failure.JournalDamaged damaged) {
            return damaged.reason();
        }
        throw problem;
    }

    VmException damaged(String reason);

    /** The indexes of our tables, as the statements that make them. */
    List<String> indexes(Connection connection) throws SQLException;
}
