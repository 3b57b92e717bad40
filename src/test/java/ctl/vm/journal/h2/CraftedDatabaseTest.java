package ctl.vm.journal.h2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashSet;
import org.h2.api.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A database file that somebody has made to run his code on the machine of whoever opens it. */
class CraftedDatabaseTest {

    private static final String RAN = "java.nio.file.Files.write(java.nio.file.Path.of(\"RAN\"), new byte[1]);";

    private static final String TRIGGER = "CREATE TRIGGER T BEFORE INSERT ON E AS 'org.h2.api.Trigger create()"
            + " throws Exception { " + RAN + " return new org.h2.api.Trigger() {"
            + " public void fire(java.sql.Connection c, Object[] o, Object[] n) {} }; }'";

    private static final String LINK = "CREATE LINKED TABLE L('', 'jdbc:h2:mem:x;INIT=CREATE TABLE IF NOT EXISTS N(I INT)"
            + "\\;CALL FILE_WRITE(''78'', ''RAN'')', 'sa', '', 'N')";

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {TRIGGER, LINK})
    void statement_thatH2CarriesOutWhenItOpensTheFile_runsThereAndNotWithUs(String statement) throws Exception {
        craft(statement);
        assertThat(Files.deleteIfExists(ran())).as("when it is made").isTrue();

        open().close();
        assertThat(Files.deleteIfExists(ran())).as("when H2 opens it: this is what we must not do").isTrue();

        assertRefused();
        assertThat(ran()).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "CREATE ALIAS A AS 'String a() { return null; }'",
        "CREATE ALIAS A FOR 'java.lang.System.getProperty'",
        "CREATE VIEW V AS SELECT FILE_READ('/etc/passwd') X",
        "CREATE VIEW V AS SELECT S FROM (VALUES ('x')) T(S)",
        "CREATE VIEW V AS SELECT \"FILE_READ\"(1) X",
        "CREATE VIEW V AS WITH RECURSIVE T(N) AS (SELECT 1 UNION ALL SELECT N + 1 FROM T) SELECT N FROM T",
        "ALTER TABLE E ADD COLUMN F INT DEFAULT LENGTH(FILE_READ('/etc/passwd'))",
        "ALTER TABLE E ADD CHECK(I > 0)",
        "CREATE CONSTANT C VALUE 'x'",
        "CREATE DOMAIN D AS INT",
        "CREATE SEQUENCE S",
        "CREATE SCHEMA S",
        "CREATE ROLE R"
    })
    void statement_thatWeWouldNotHaveWritten_isRefused(String statement) throws Exception {
        craft(statement);

        assertRefused();
    }

    @Test
    void database_ofTablesOnly_isLetThrough() throws Exception {
        craft("CREATE TABLE F(I INT PRIMARY KEY, S VARCHAR(10) NOT NULL)");

        SchemaWhitelist.require(file(), new HashSet<>());
    }

    /** H2 does so by itself, after many changes: a long journal that was made anew must not be refused. */
    @Test
    void database_whoseValuesH2HasCounted_isLetThrough() throws Exception {
        craft("CREATE TABLE F(I INT)");
        run("INSERT INTO F SELECT X FROM SYSTEM_RANGE(1, 5000)");
        run("ANALYZE");

        SchemaWhitelist.require(file(), new HashSet<>());
    }

    private void run(String statement) throws SQLException {
        try (Connection connection = open(); var crafted = connection.createStatement()) {
            crafted.execute(statement);
        }
    }

    private void craft(String statement) throws SQLException {
        try (Connection connection = open(); var crafted = connection.createStatement()) {
            crafted.execute("CREATE TABLE E(I INT)");
            crafted.execute(statement.replace("RAN", ran().toString()));
        }
    }

    private void assertRefused() throws IOException {
        assertThatThrownBy(() -> SchemaWhitelist.require(file(), new HashSet<>())).isInstanceOfSatisfying(
                SQLException.class,
                refused -> assertThat(refused.getErrorCode()).isEqualTo(ErrorCode.ACCESS_DENIED_TO_CLASS_1));
    }

    private Connection open() throws SQLException {
        return DriverManager.getConnection(Database.url(folder.resolve("crafted")), Database.USER, Database.PASSWORD);
    }

    private Path file() {
        return folder.resolve("crafted.mv.db");
    }

    private Path ran() {
        return folder.resolve("ran");
    }
}
