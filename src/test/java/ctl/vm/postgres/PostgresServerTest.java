package ctl.vm.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ctl.Proxy;
import ctl.Servers;
import ctl.vm.problem.Busy;
import ctl.vm.problem.Problem;
import ctl.vm.problem.ServerFailure;
import ctl.vm.problem.ServerFailure.LoginFault;
import ctl.vm.problem.VmException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Connections to real servers, and all that can be wrong with one. */
@Timeout(60)
class PostgresServerTest {

    @TempDir
    private Path home;

    private final Map<String, String> environment = new HashMap<>();
    private final ctl.PostgresServer server = Servers.shared();
    private final String url = server.newDatabase();

    @Test
    void connection_ofALogin_isThere() throws SQLException {
        try (Connection connection = of(url).connect()) {
            assertThat(connection.getAutoCommit()).isFalse();
            assertThat(ask(connection, "SHOW application_name")).isEqualTo("ctl vm");
            assertThat(ask(connection, "SELECT current_user")).isEqualTo("owner");
            assertThat(connection.getNetworkTimeout()).isEqualTo(30_000);
        }
    }

    @Test
    void password_isTakenFromThePassfileOrTheEnvironment_andNeverShown() throws Exception {
        String locked = ctl.PostgresServer.as("locked", url);
        String name = of(locked).toString();

        assertThat(problem(locked)).isEqualTo(new ServerFailure.LoginRefused(name, "locked", LoginFault.NO_PASSWORD,
                "The server requested SCRAM-based authentication, but no password was provided.", Optional.empty()));
        environment.put("PGPASSWORD", "wrong one");
        assertThat(problem(locked)).isInstanceOfSatisfying(ServerFailure.LoginRefused.class, refused -> assertThat(
                refused.fault()).isEqualTo(LoginFault.WRONG_PASSWORD)).asString().doesNotContain("wrong one");
        environment.put("PGPASSWORD", Servers.PASSWORD);
        of(locked).connect().close();

        environment.remove("PGPASSWORD");
        Path passfile = Files.writeString(home.resolve(".pgpass"),
                "127.0.0.1:*:*:locked:" + Servers.PASSWORD.replace(":", "\\:") + "\n");
        Files.setPosixFilePermissions(passfile, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(problem(locked)).isInstanceOfSatisfying(ServerFailure.LoginRefused.class,
                refused -> assertThat(refused.ignored()).contains(
                        new ServerFailure.IgnoredFile(passfile, true)));
        Files.setPosixFilePermissions(passfile, PosixFilePermissions.fromString("rw-------"));
        of(locked).connect().close();
    }

    @Test
    void server_thatIsNotThere_isUnreachable() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        String nowhere = ctl.PostgresServer.through(free, url);

        assertThat(problem(nowhere)).isEqualTo(
                new Busy.ServerUnreachable(of(nowhere).toString(), "connection refused"));
        assertThat(problem("postgresql://u@no-such-host.invalid/ctl")).isEqualTo(
                new Busy.ServerUnreachable("no-such-host.invalid:5432/ctl", "there is no such host"));
    }

    @Test
    void server_thatHangs_isGivenUpInTime() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
            long start = System.nanoTime();
            Problem problem = problem(ctl.PostgresServer.through(silent.getLocalPort(), url)
                    + "?connect_timeout=2&sslmode=disable");

            assertThat(problem).isInstanceOfSatisfying(Busy.ServerUnreachable.class,
                    unreachable -> assertThat(unreachable.reason()).isEqualTo("no answer in time"));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
        }
    }

    @Test
    void somethingElse_thatAnswers_isNotPostgres() throws IOException {
        for (String greeting : new String[] {"HTTP/1.1 400 Bad Request\r\n\r\n", "220 mail.example.org ESMTP\r\n"}) {
            try (ServerSocket other = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
                Thread.ofVirtual().start(() -> greet(other, greeting));
                String there = ctl.PostgresServer.through(other.getLocalPort(), url);
                assertThat(problem(there)).as(greeting).isEqualTo(new ServerFailure.NotPostgres(of(there).toString()));
            }
        }
    }

    @Test
    void hosts_areTriedInTurn() throws SQLException {
        String two = url.replace("127.0.0.1:", "127.0.0.1:1,127.0.0.1:");

        try (Connection connection = of(two).connect()) {
            assertThat(ask(connection, "SELECT 1")).isEqualTo("1");
        }
        try (Connection connection = of(two + "?target_session_attrs=read-write").connect()) {
            assertThat(ask(connection, "SELECT 1")).isEqualTo("1");
        }
        for (String kind : new String[] {"standby", "read-only"}) {
            assertThat(problem(two + "?target_session_attrs=" + kind))
                    .isEqualTo(new ServerFailure.NoServerOfKind(of(two).toString(), kind));
        }
        of(two + "?target_session_attrs=prefer-standby").connect().close();
    }

    @Test
    void database_thatIsMissing_andLoginThatIs_areNamed() {
        String missing = server.url("owner", "nothing");
        assertThat(problem(missing)).isEqualTo(
                new ServerFailure.NoSuchDatabase(of(missing).toString(), "nothing"));
        String nobody = ctl.PostgresServer.as("nobody", url);
        assertThat(problem(nobody)).isInstanceOfSatisfying(ServerFailure.LoginRefused.class,
                refused -> assertThat(refused.reason()).contains("role \"nobody\" does not exist"));
    }

    @Test
    void settings_thatTheServerRefuses_areProblemsOfTheUrl() {
        for (String setting : new String[] {"x=y", "work_mem=much", "port=1", "shared_buffers=1", "ssl=off",
            "log_statement=all"}) {
            assertThat(problem(url + "?options=-c%20" + setting)).as(setting)
                    .isInstanceOfSatisfying(ServerFailure.ConnectionRefused.class,
                            refused -> assertThat(refused.reason()).contains(setting.split("=")[0]));
        }
    }

    @Test
    void database_thatALoginMayNotConnectTo_namesTheGrant() {
        String database = ctl.PostgresServer.databaseOf(url);
        server.execute("postgres", "REVOKE CONNECT ON DATABASE %s FROM PUBLIC".formatted(database));
        String other = ctl.PostgresServer.as("writer_a", url);

        assertThat(problem(other)).isEqualTo(new ServerFailure.NoServerRights(
                of(other).toString(), "writer_a", Optional.of("CONNECT ON DATABASE " + database)));
    }

    @Test
    void statements_thatAreRefused_areSaidAsProblems() throws SQLException {
        PostgresServer owner = of(url);
        assertThat(failing(owner, "CREATE ROLE other")).isEqualTo(
                new ServerFailure.NoServerRights(owner.toString(), "owner", Optional.empty()));
        assertThat(failing(owner, "SET TRANSACTION READ ONLY; CREATE TABLE a (b INT)"))
                .isEqualTo(new ServerFailure.ReadOnlyServer(owner.toString()));
        assertThat(failing(owner, "SET statement_timeout = 5; SELECT pg_sleep(5)"))
                .isInstanceOf(Busy.ServerTooSlow.class);
        assertThat(failing(owner, "SELECT pg_terminate_backend(pg_backend_pid())"))
                .isEqualTo(new Busy.ConnectionLost(owner.toString()));
        assertThat(failing(owner, "EXECUTE s_1")).isEqualTo(new ServerFailure.PoolerInTheWay(owner.toString()));
        assertThat(failing(owner, "DO $$ BEGIN RAISE 'full' USING ERRCODE = '53100'; END $$"))
                .isEqualTo(new ServerFailure.ServerDiskFull(owner.toString()));
        assertThat(failing(owner, "DO $$ BEGIN RAISE 'odd' USING ERRCODE = 'XX001'; END $$"))
                .isEqualTo(new ServerFailure.ServerTrouble(owner.toString(), "odd"));
        assertThat(catchThrowableOfType(IllegalStateException.class, () -> failing(owner, "SELEC")))
                .as("a bug of ours").hasMessageContaining("42601");
    }

    @Test
    void connection_thatIsCut_isLost() throws SQLException {
        try (Proxy proxy = new Proxy(server.port())) {
            PostgresServer through = of(ctl.PostgresServer.through(proxy.port(), url));
            try (Connection connection = through.connect()) {
                proxy.cut();
                assertThat(problemOf(through, connection, "SELECT 1"))
                        .isEqualTo(new Busy.ConnectionLost(through.toString()));
            }
        }
    }

    @Test
    void server_withoutRoom_isFull() {
        server.execute("postgres", "ALTER DATABASE %s CONNECTION LIMIT 0".formatted(
                ctl.PostgresServer.databaseOf(url)));
        Problem problem = problem(url);

        assertThat(problem).isEqualTo(new Busy.ServerFull(of(url).toString()));
        assertThat(PostgresServer.mayPass(problem)).isTrue();
    }

    @Test
    void problem_thatIsNoneOfTheServers_doesNotPassByItself() {
        assertThat(PostgresServer.mayPass(new Busy.JournalChanged(Path.of("/root")))).isFalse();
        assertThat(PostgresServer.mayPass(new Busy.TakenOver("20261130-172040-jxv4"))).isFalse();
    }

    private static void greet(ServerSocket listening, String greeting) {
        while (!listening.isClosed()) {
            try (Socket socket = listening.accept()) {
                socket.getOutputStream().write(greeting.getBytes(StandardCharsets.UTF_8));
                socket.getInputStream().transferTo(OutputStream.nullOutputStream());
            } catch (IOException ended) {
                // The next one, if there is one, is greeted as well.
            }
        }
    }

    private Problem failing(PostgresServer tried, String sql) throws SQLException {
        try (Connection connection = tried.connect()) {
            return problemOf(tried, connection, sql);
        }
    }

    private static Problem problemOf(PostgresServer tried, Connection connection, String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
            throw new AssertionError("it was done: " + sql);
        } catch (SQLException failed) {
            return tried.problem(failed).problem();
        }
    }

    private Problem problem(String tried) {
        return catchThrowableOfType(VmException.class, () -> of(tried).connect()).problem();
    }

    private PostgresServer of(String tried) {
        environment.put("HOME", home.toString());
        return PostgresServer.of(tried, environment);
    }

    private static String ask(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }
}
