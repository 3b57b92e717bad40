package ctl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ServersTest {

    static java.util.List<Integer> versions() {
        return Servers.versions();
    }

    @ParameterizedTest
    @MethodSource("versions")
    void shared_databases_areSeparateAndInUtf8(int version) {
        PostgresServer server = Servers.shared(version);
        String url = server.newDatabase();
        server.execute(url, "CREATE TABLE t (name TEXT)", "INSERT INTO t VALUES ('b'), ('B'), ('ä')");
        String copy = server.copyOf(url);
        assertThat(server.query(copy, "SELECT name FROM t ORDER BY name")).containsExactly("B", "b", "ä");
        String english = server.newEnglishDatabase();
        assertThat(server.query(english, "SELECT x FROM unnest(ARRAY['b', 'B', 'ä']) AS t (x) ORDER BY x"))
                .containsExactly("ä", "b", "B");
        assertThat(server.query(url, "SHOW server_version").getFirst()).startsWith(Integer.toString(version));
        assertThat(server.query(url, "SHOW server_encoding")).containsExactly("UTF8");
    }

    @Test
    void own_killedAndStartedAgain_hasWhatWasCommitted() {
        try (PostgresServer server = Servers.start(Servers.NEWEST, "fsync=on")) {
            String url = server.newDatabase();
            server.execute(url, "CREATE TABLE t (i INT)");
            server.kill();
            assertThatThrownBy(() -> server.query(url, "SELECT 1")).rootCause().hasMessageContaining("refused");
            server.start();
            assertThat(server.query(url, "SELECT count(*) FROM t")).containsExactly("0");
            try (PostgresServer standby = server.standby()) {
                assertThatThrownBy(() -> standby.execute(url, "INSERT INTO t VALUES (1)")).rootCause()
                        .hasMessageContaining("read-only");
                standby.promote();
                standby.execute(url, "INSERT INTO t VALUES (1)");
                assertThat(server.query(url, "SELECT count(*) FROM t")).containsExactly("0");
            }
        }
    }

    @Test
    void password_isAskedOfMembersOfOneRole() {
        PostgresServer server = Servers.shared();
        String url = "jdbc:postgresql://127.0.0.1:%d/postgres".formatted(server.port());
        assertThatThrownBy(() -> DriverManager.getConnection(url, "locked", "wrong")).isInstanceOf(SQLException.class);
        assertThat(server.connect(server.url("locked", "postgres"))).isNotNull();
    }

    @Test
    void proxy_toldToCutAnAnswer_cutsAllConnections() throws SQLException {
        PostgresServer server = Servers.shared();
        try (Proxy proxy = new Proxy(server.port());
                Connection connection = DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:%d/postgres?user=reader".formatted(proxy.port()));
                Statement statement = connection.createStatement()) {
            proxy.passAll();
            statement.execute("SELECT 1");
            assertThat(proxy.bytesToClient()).isPositive();
            proxy.cutToClientAfter(3);
            assertThatThrownBy(() -> statement.execute("SELECT 1")).isInstanceOf(SQLException.class);
            assertThat(connection.isClosed()).isTrue();
        }
    }
}
