package ctl.vm.postgres;

import ctl.vm.problem.Busy;
import ctl.vm.problem.Problem;
import ctl.vm.problem.ServerFailure;
import ctl.vm.problem.ServerFailure.LoginFault;
import ctl.vm.problem.ServerFailure.TlsFault;
import ctl.vm.problem.VmException;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.sql.SQLException;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.postgresql.util.GT;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * What a server, or the way to it, refused. It is told apart by its SQLSTATE and by what caused it, never by its words:
 * servers and the driver speak the language of their users.
 *
 * @param server for people
 * @param hasOptions whether settings of the server are given with the connection
 * @param ignoredPasswords a file of passwords that was not used
 */
record Refusal(SQLException failure, String server, String user, String database, boolean isConnecting,
        boolean hasPassword, boolean hasOptions, Optional<ServerFailure.IgnoredFile> ignoredPasswords) {

    VmException problem() {
        return causes()
                .filter(VmException.class::isInstance)
                .map(VmException.class::cast)
                .findFirst()
                .orElseGet(() -> known().thrown());
    }

    private Problem known() {
        String state = Optional.ofNullable(failure.getSQLState()).orElse("");
        return switch (state) {
            case "28P01" -> login(LoginFault.WRONG_PASSWORD);
            case "28000" -> login(LoginFault.OTHER);
            case "3D000" -> new ServerFailure.NoSuchDatabase(server, database);
            case "42501" -> ofRights();
            case "53300" -> new Busy.ServerFull(server);
            case "53100" -> new ServerFailure.ServerDiskFull(server);
            case "25006" -> new ServerFailure.ReadOnlyServer(server);
            case "57P03" -> new Busy.ServerUnreachable(server, words());
            case "57P01", "57P02", "57P05", "08003", "25P03" -> new Busy.ConnectionLost(server);
            case "57014", "55P03", "40P01", "40001", "53400" -> new Busy.ServerTooSlow(server, words());
            case "26000" -> new ServerFailure.PoolerInTheWay(server);
            case "08004" -> rejected();
            // A pooler says so of a setting that it does not pass on.
            case "08P01" -> isConnecting && serverMessage().isPresent()
                    ? new ServerFailure.ConnectionRefused(server, words())
                    : new ServerFailure.NotPostgres(server);
            case "08001", "99999" -> ofConnection();
            case "08006" -> cause(SSLException.class).map(this::ofTls)
                    .orElseGet(isConnecting ? this::ofConnection : this::lost);
            // No statement of ours is to blame: settings of the URL are.
            default -> isConnecting
                    ? new ServerFailure.ConnectionRefused(server, words())
                    : unless(isBug(state));
        };
    }

    /** While connecting it is a setting that this login may not choose, or the database as a whole. */
    private Problem ofRights() {
        if (isConnecting && hasOptions) {
            return new ServerFailure.ConnectionRefused(server, words());
        }
        return isConnecting
                ? lacksRight("CONNECT", server, user, database)
                : new ServerFailure.NoServerRights(server, user, Optional.empty());
    }

    static Problem lacksRight(String right, String server, String user, String database) {
        String name = database.matches("[a-z_][a-z0-9_]*") ? database : "\"" + database.replace("\"", "\"\"") + "\"";
        return new ServerFailure.NoServerRights(server, user, Optional.of(right + " ON DATABASE " + name));
    }

    /** Errors in our statements, in what we gave them, and in how we used the driver. */
    private static boolean isBug(String state) {
        return state.isEmpty() || Stream.of("07", "21", "22", "23", "24", "25", "42", "99").anyMatch(state::startsWith);
    }

    private Problem unless(boolean isBug) {
        if (isBug) {
            throw new IllegalStateException("%s (SQLSTATE %s)".formatted(words(), failure.getSQLState()), failure);
        }
        return new ServerFailure.ServerTrouble(server, words());
    }

    private Problem login(LoginFault fault) {
        return new ServerFailure.LoginRefused(server, user, fault, words(), ignoredPasswords);
    }

    /** The driver's own refusals: no password, a way to log in that it does not know, no encryption. */
    private Problem rejected() {
        if (GT.tr("The server does not support SSL.").equals(failure.getMessage())) {
            return new ServerFailure.TlsFailed(server, TlsFault.NOT_OFFERED, words());
        }
        return login(hasPassword ? LoginFault.OTHER : LoginFault.NO_PASSWORD);
    }

    /** A connection that was there. */
    private Problem lost() {
        return cause(SocketTimeoutException.class).isPresent()
                ? new Busy.ServerTooSlow(server, "no answer in time")
                : new Busy.ConnectionLost(server);
    }

    /** One that was not made. */
    private Problem ofConnection() {
        Optional<SSLException> tls = cause(SSLException.class);
        Optional<IOException> broken = cause(IOException.class);
        if (tls.isPresent()) {
            return ofTls(tls.get());
        } else if (broken.isEmpty()) {
            return unless("99999".equals(failure.getSQLState()));
        }
        return new Busy.ServerUnreachable(server, switch (broken.get()) {
            case ConnectException _ -> "connection refused";
            case UnknownHostException _ -> "there is no such host";
            case NoRouteToHostException _ -> "there is no route to that host";
            case SocketTimeoutException _ -> "no answer in time";
            case EOFException _ -> "it ended the connection";
            default -> firstLine(broken.get().getMessage());
        });
    }

    private Problem ofTls(SSLException broken) {
        String words = firstLine(broken.getMessage());
        TlsFault fault;
        if (cause(CertificateExpiredException.class).isPresent()
                || cause(CertificateNotYetValidException.class).isPresent()) {
            fault = TlsFault.EXPIRED;
        } else if (cause(CertPathBuilderException.class).isPresent()) {
            fault = TlsFault.UNKNOWN_AUTHORITY;
        } else if (words.contains("Unsupported or unrecognized SSL message")) {
            return new ServerFailure.NotPostgres(server);
        } else if (words.contains("certificate") && words.contains("fatal alert")) {
            fault = TlsFault.CLIENT_REFUSED;
        } else {
            fault = TlsFault.OTHER;
        }
        return new ServerFailure.TlsFailed(server, fault, words);
    }

    /** What the server said, without its severity and its hints. */
    private String words() {
        return firstLine(serverMessage().map(ServerErrorMessage::getMessage).orElse(failure.getMessage()));
    }

    /** Empty where the driver has refused it. */
    private Optional<ServerErrorMessage> serverMessage() {
        return failure instanceof PSQLException known
                ? Optional.ofNullable(known.getServerErrorMessage())
                : Optional.empty();
    }

    private static String firstLine(String text) {
        return text == null || text.isBlank() ? "no reason was given" : text.lines().findFirst().orElseThrow();
    }

    private <T extends Throwable> Optional<T> cause(Class<T> type) {
        return causes().filter(type::isInstance).map(type::cast).findFirst();
    }

    private Stream<Throwable> causes() {
        return Stream.iterate((Throwable) failure, cause -> cause != null, Throwable::getCause).limit(20);
    }
}
