package ctl.vm.postgres;

import ctl.vm.problem.Busy;
import ctl.vm.problem.Problem;
import ctl.vm.problem.ServerFailure;
import ctl.vm.problem.VmException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.postgresql.Driver;

/**
 * A database on a PostgreSQL server, found by its URL as libpq does it: several hosts are tried in turn, and what the
 * URL does not say comes from the service file, the environment and {@code ~/.pgpass}. A password is looked up for each
 * connection and kept nowhere.
 *
 * <p>The driver is loaded by the first connection.
 */
public final class PostgresServer {

    private static final int CONNECT_TIMEOUT_SECONDS = 5;

    /** The longest that a statement may leave this side without an answer. */
    private static final int ANSWER_TIMEOUT_SECONDS = 30;

    private static final String APPLICATION = "ctl vm";

    /** What goes wrong comes as an exception: the driver would also print some of it. Kept, as loggers are forgotten. */
    private static final Logger SILENT = Logger.getLogger("org.postgresql");

    private final String url;
    private final ConnectionSettings settings;

    private PostgresServer(String url, ConnectionSettings settings) {
        this.url = url;
        this.settings = settings;
    }

    /**
     * @param url {@code postgresql://[USER@]HOST[:PORT][,…]/DATABASE[?PARAMETERS]}, without a password
     * @param environment of the process
     * @throws VmException BadServerUrl; PasswordInUrl, as a URL is stored, recorded and shown
     */
    public static PostgresServer of(String url, Map<String, String> environment) {
        return new PostgresServer(url, ConnectionSettings.of(url, environment));
    }

    /** As it was given: it may be stored. */
    public String url() {
        return url;
    }

    /** The login, as the server knows it. */
    public String user() {
        return settings.user();
    }

    /** The problem of a login that lacks a right to the database as a whole. @param right as SQL calls it */
    public VmException lacksRight(String right) {
        return Refusal.lacksRight(right, toString(), settings.user(), settings.database()).thrown();
    }

    /** For people: hosts, ports and the database. */
    @Override
    public String toString() {
        return name(settings.hosts());
    }

    /**
     * Connects to the first host that answers, with autocommit off. Connecting waits 5 seconds for each host, and a
     * statement 30 seconds for its answer, unless {@link Connection#setNetworkTimeout} says otherwise. No statement is
     * prepared on the server, so that a pooler may stand between.
     *
     * @throws VmException ServerUnreachable, ServerFull, LoginRefused, TlsFailed and others
     */
    public Connection connect() {
        String wanted = settings.get("target_session_attrs", "any");
        if (wanted.equals("prefer-standby")) {
            return connect("standby").or(() -> connect("any")).orElseThrow(() -> notOfKind(wanted));
        }
        return connect(wanted).orElseThrow(() -> notOfKind(wanted));
    }

    private VmException notOfKind(String wanted) {
        return wanted.equals("read-write") || wanted.equals("primary")
                ? new ServerFailure.ReadOnlyServer(toString()).thrown()
                : new ServerFailure.NoServerOfKind(toString(), wanted).thrown();
    }

    /** Empty where servers answer, but none of the kind that is wanted. */
    private Optional<Connection> connect(String wanted) {
        Optional<VmException> unreachable = Optional.empty();
        boolean isOther = false;
        for (ConnectionSettings.Host host : settings.hosts()) {
            try {
                Optional<Connection> connection = connect(host, wanted);
                if (connection.isPresent()) {
                    return connection;
                }
                isOther = true;
            } catch (SQLException refused) {
                VmException problem = problem(refused, List.of(host), true);
                // A server that answers has decided: who is refused by one is not to try his password on all.
                if (!(problem.problem() instanceof Busy)) {
                    throw problem;
                }
                unreachable = Optional.of(problem);
            }
        }
        if (!isOther && unreachable.isPresent()) {
            throw unreachable.get();
        }
        return Optional.empty();
    }

    /** Empty where the server answers, but is not of the kind that is wanted. */
    private Optional<Connection> connect(ConnectionSettings.Host host, String wanted) throws SQLException {
        Connection connection = connect(host);
        boolean isKept = false;
        try {
            isKept = is(wanted, connection);
            return isKept ? Optional.of(connection) : Optional.empty();
        } finally {
            if (!isKept) {
                connection.close();
            }
        }
    }

    private Connection connect(ConnectionSettings.Host host) throws SQLException {
        int timeout = settings.connectTimeoutSeconds(CONNECT_TIMEOUT_SECONDS);
        Properties properties = new Properties();
        properties.setProperty("user", settings.user());
        password(host).ifPresent(password -> properties.setProperty("password", password));
        properties.setProperty("PGDBNAME", settings.database());
        properties.setProperty("PGHOST", host.name());
        properties.setProperty("PGPORT", Integer.toString(host.port()));
        properties.setProperty("ApplicationName", settings.get("application_name", APPLICATION));
        properties.setProperty("connectTimeout", Integer.toString(timeout));
        // It covers the login as well: a server that hangs may still accept connections.
        properties.setProperty("socketTimeout", Integer.toString(timeout));
        properties.setProperty("tcpKeepAlive", settings.get("keepalives", "1").equals("1") ? "true" : "false");
        properties.setProperty("prepareThreshold", "0");
        properties.setProperty("gssEncMode", "disable");
        settings.get("options").ifPresent(options -> properties.setProperty("options", options));
        settings.get("channel_binding").ifPresent(binding -> properties.setProperty("channelBinding", binding));
        // Kerberos needs a module of Java that the bundled one lacks.
        properties.setProperty("requireAuth", settings.get("require_auth", "!gss,!sspi"));
        Tls.of(settings).addTo(properties);
        SILENT.setLevel(Level.OFF);
        Connection connection = new Driver().connect("jdbc:postgresql:///", properties);
        try {
            connection.setAutoCommit(false);
            connection.setNetworkTimeout(
                    Runnable::run, settings.answerTimeoutSeconds(ANSWER_TIMEOUT_SECONDS) * 1000);
            return connection;
        } catch (SQLException broken) {
            connection.close();
            throw broken;
        }
    }

    private static boolean is(String wanted, Connection connection) throws SQLException {
        if (wanted.equals("any")) {
            return true;
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT pg_is_in_recovery(), current_setting('transaction_read_only') = 'on'")) {
            row.next();
            boolean isStandby = row.getBoolean(1);
            boolean isReadOnly = row.getBoolean(2);
            connection.rollback();
            return switch (wanted) {
                case "read-write" -> !isReadOnly;
                case "read-only" -> isReadOnly;
                case "primary" -> !isStandby;
                default -> isStandby;
            };
        }
    }

    private Optional<String> password(ConnectionSettings.Host host) {
        return settings.get("password")
                .or(() -> passwords().password(host, settings.database(), settings.user()));
    }

    private PasswordFile passwords() {
        return new PasswordFile(settings.file("passfile", ".pgpass"));
    }

    /**
     * What a failure of a statement is to a user.
     *
     * @throws IllegalStateException where it is a bug of ours, such as a statement that is not SQL
     */
    public VmException problem(SQLException failure) {
        return problem(failure, settings.hosts(), false);
    }

    private VmException problem(SQLException failure, List<ConnectionSettings.Host> hosts, boolean isConnecting) {
        boolean hasPassword = hosts.stream().anyMatch(host -> password(host).isPresent());
        Optional<ServerFailure.IgnoredFile> ignored = hasPassword ? Optional.empty() : passwords().ignored();
        return new Refusal(failure, name(hosts), settings.user(), settings.database(), isConnecting, hasPassword,
                settings.get("options").isPresent(), ignored).problem();
    }

    /**
     * Whether a problem may pass by itself, so that the same is worth trying later: a server that is away, full or
     * starting, a standby that is about to become the primary, or a process that has the journal open.
     */
    public static boolean mayPass(Problem problem) {
        return switch (problem) {
            case Busy.ServerUnreachable _, Busy.ServerFull _, Busy.ConnectionLost _, Busy.ServerTooSlow _ -> true;
            case Busy.JournalInUse _ -> true;
            case ServerFailure.ReadOnlyServer _, ServerFailure.NoServerOfKind _, ServerFailure.ServerDiskFull _ -> true;
            default -> false;
        };
    }

    private String name(List<ConnectionSettings.Host> hosts) {
        return hosts.stream().map(ConnectionSettings.Host::toString).collect(Collectors.joining(","))
                + "/" + settings.database();
    }
}
