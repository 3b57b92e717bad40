package ctl.vm.problem;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A PostgreSQL server refused what was asked of it, and will refuse it again: exit code 1. Nothing was changed. One
 * that may answer another time is {@link Busy}.
 *
 * <p>{@code server} is the host, its port and the database, as {@code db.example.org:5432/ctl}. It never contains a
 * password.
 */
public sealed interface ServerFailure extends Problem {

    @Override
    default int exitCode() {
        return 1;
    }

    /**
     * The login was refused.
     *
     * @param reason in the server's words, where they say more than {@code fault}
     * @param ignored a file of passwords that was not used
     */
    record LoginRefused(String server, String user, LoginFault fault, String reason, Optional<IgnoredFile> ignored)
            implements
                ServerFailure {}

    /**
     * A file that is there and was not used.
     *
     * @param isOpenToOthers whether that is because other users can read it; it cannot be read at all otherwise
     */
    record IgnoredFile(Path path, boolean isOpenToOthers) {}

    /** Why a login was refused. */
    enum LoginFault {
        /** The server asked for a password, and there is none. */
        NO_PASSWORD,
        WRONG_PASSWORD,
        /** Anything else, such as a host that {@code pg_hba.conf} does not list. */
        OTHER
    }

    /** The server has no such database. */
    record NoSuchDatabase(String server, String database) implements ServerFailure {}

    /** The login lacks the right to do what was asked. @param grant what to grant, where that is known */
    record NoServerRights(String server, String user, Optional<String> grant) implements ServerFailure {}

    /** The connection cannot be encrypted as it must be. @param reason in the words of Java or of the server */
    record TlsFailed(String server, TlsFault fault, String reason) implements ServerFailure {}

    /** What is wrong with a server's certificate, or with encryption as a whole. */
    enum TlsFault {
        EXPIRED,
        OTHER_HOST,
        UNKNOWN_AUTHORITY,
        /** The server offers no encryption. */
        NOT_OFFERED,
        /** The server refused the certificate of this side. */
        CLIENT_REFUSED,
        OTHER
    }

    /** A file of a certificate or a key, which cannot be used. */
    record BadTlsFile(Path file, String reason) implements ServerFailure {}

    /** The server is a standby, or its database is read-only. */
    record ReadOnlyServer(String server) implements ServerFailure {}

    /** Servers answer, but none of the kind that was asked for. @param kind as in {@code target_session_attrs} */
    record NoServerOfKind(String server, String kind) implements ServerFailure {}

    /** The connection was refused for what was asked with it, such as an unknown setting. @param reason of the server */
    record ConnectionRefused(String server, String reason) implements ServerFailure {}

    /** A disk of the server is full. */
    record ServerDiskFull(String server) implements ServerFailure {}

    /** Something answers there that is not PostgreSQL. */
    record NotPostgres(String server) implements ServerFailure {}

    /** A pooler gave another session in the midst of work that needs one. */
    record PoolerInTheWay(String server) implements ServerFailure {}

    /** The database has no tables for what was asked. */
    record SchemaMissing(String server, String schema) implements ServerFailure {}

    /** The server has lost the schema with the journal of this root. */
    record JournalMissing(String server, String schema) implements ServerFailure {}

    /** An older program made the tables. */
    record SchemaTooOld(String server, String schema, String found, String known) implements ServerFailure {}

    /** A newer program made the tables. */
    record SchemaTooNew(String server, String schema, String found, String known) implements ServerFailure {}

    /** The login does not ship this root: it never joined with it, or another login did. */
    record NotShippedByLogin(String server, String user) implements ServerFailure {}

    /**
     * The schema of this root holds a journal that does not lead to the one in the folder.
     *
     * @param event number of its last event
     */
    record OtherJournal(String server, String schema, long event) implements ServerFailure {}

    /** Anything else that the server reported. */
    record ServerTrouble(String server, String reason) implements ServerFailure {}
}
