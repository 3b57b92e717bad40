package ctl.vm.problem;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Another process is in the way: exit code 6. The same command may work later. */
public sealed interface Busy extends Problem {

    @Override
    default int exitCode() {
        return 6;
    }

    /** Another process has the journal's database open. {@code lockOwner} is its pid where it can be known. */
    record JournalInUse(Path journal, Duration waited, Optional<Long> lockOwner) implements Busy {}

    /** Another host has written to the journal while this process took it to be its own to write to. */
    record JournalChanged(Path journal) implements Busy {}

    /** Another operation reads or changes the VM. @param lockOwner what it is, such as {@code clone of MyBox to Two} */
    record VmInUse(String vm, String lockOwner) implements Busy {}

    /**
     * A process of another host carries out an operation that reads or changes the same.
     *
     * @param what is held: VMs, or the operation itself
     * @param until when its lease ends, or has ended
     * @param isExpired whether it has ended, and the server still has its connection
     */
    record HeldElsewhere(String what, String id, String host, long pid, Instant since, Instant until, boolean isExpired)
            implements
                Busy {}

    /** Another host has taken over an operation while this one could not be reached, or did not go on. */
    record TakenOver(String id) implements Busy {}

    /**
     * Another process opened for writing what an operation was reading or about to remove. The operation stopped first.
     */
    record OpenedMeanwhile(String what, String holder) implements Busy {}

    /**
     * A PostgreSQL server does not answer.
     *
     * @param server its host, port and database
     * @param reason what happened, in a few words
     */
    record ServerUnreachable(String server, String reason) implements Busy {}

    /** A PostgreSQL server takes no more connections. */
    record ServerFull(String server) implements Busy {}

    /** The connection to a PostgreSQL server broke. */
    record ConnectionLost(String server) implements Busy {}

    /** A PostgreSQL server did not do in time what it was asked to, or others held what was needed. */
    record ServerTooSlow(String server, String reason) implements Busy {}
}
