package ctl.vm.journal.h2;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Statements as another version of H2 could print them, and statements that no version may carry out. */
class DefinitionTest {

    private static final String TABLE = """
            CREATE CACHED TABLE "PUBLIC"."EVENT"(
                "SEQUENCE" BIGINT NOT NULL,
                "TIME" TIMESTAMP(6) WITH TIME ZONE NOT NULL,
                "VM" CHARACTER VARYING,
                "HASH" CHARACTER(64) NOT NULL
            )""";
    private static final String KEY = """
            ALTER TABLE "PUBLIC"."IMAGE" ADD CONSTRAINT "PUBLIC"."CONSTRAINT_4" FOREIGN KEY("VM") \
            INDEX "PUBLIC"."CONSTRAINT_4_INDEX_5" REFERENCES "PUBLIC"."VM"("NAME") ON DELETE CASCADE NOCHECK""";
    private static final String INDEX = """
            CREATE INDEX "PUBLIC"."OPERATION_VM" ON "PUBLIC"."OPERATION"("VM" NULLS FIRST, "STARTED" NULLS FIRST)""";
    private static final String VIEW = """
            CREATE FORCE VIEW "PUBLIC"."AUDIT_LOG"("SEQUENCE", "LAST_SEQUENCE", "ACTOR") AS
            SELECT
                "A"."SEQUENCE",
                "A"."LATEST" AS "LAST_SEQUENCE",
                "E"."ACTOR"
            FROM "PUBLIC"."AUDIT_ENTRY" "A"
            INNER JOIN "PUBLIC"."EVENT" "E"
                ON 1=1
            WHERE "E"."SEQUENCE" = "A"."SEQUENCE\"""";
    private static final String LISTING = """
            CREATE FORCE VIEW "PUBLIC"."VM_LISTING"("VM", "SEEN_BY") AS
            SELECT
                "V"."NAME" AS "VM",
                CASE WHEN "V"."ORIGIN" IN('found', 'copied-by-hand') THEN NULL ELSE "V"."ARRIVED_BY" END AS "SEEN_BY",
                CAST(TIMESTAMP WITH TIME ZONE '1970-01-01 00:00:00+00' + (INTERVAL '0.000001' SECOND * \
            ("I"."MODIFIED_NS" * 0.001)) AS TIMESTAMP(9) WITH TIME ZONE) AS "MODIFIED"
            FROM "PUBLIC"."VM" "V"
            LEFT OUTER JOIN "PUBLIC"."IMAGE" "I"
                ON "I"."VM" = "V"."NAME\"""";

    static Stream<String> variants() {
        return Stream.of(TABLE, INDEX, VIEW, LISTING).flatMap(statement -> Stream.of(
                statement,
                statement.replaceAll("\\s+", " "),
                statement.replace("\"", ""),
                statement.replace("\"PUBLIC\".", ""),
                statement.toLowerCase(java.util.Locale.ROOT).replace("\"", "")));
    }

    @ParameterizedTest
    @MethodSource("variants")
    void statement_ofOurs_inAnotherSpelling_isHarmless(String statement) {
        assertThat(Definition.of(statement).isHarmless()).isTrue();
    }

    static Stream<String> printedByAnotherVersion() {
        return Stream.of(
                KEY,
                TABLE.replace("CHARACTER VARYING", "CHARACTER VARYING(1000000000)"),
                TABLE.replace("CHARACTER VARYING", "VARCHAR"),
                TABLE.replace("BIGINT NOT NULL", "BIGINT NOT NULL SELECTIVITY 100"),
                TABLE.replace("CACHED ", ""),
                TABLE.replace("TABLE ", "TABLE IF NOT EXISTS "),
                INDEX.replace(" NULLS FIRST", ""),
                INDEX.replace(" NULLS FIRST", " ASC NULLS LAST"),
                KEY.replace("ON DELETE CASCADE", "ON UPDATE RESTRICT ON DELETE CASCADE"),
                VIEW.replace("ON 1=1\nWHERE \"E\".\"SEQUENCE\" = \"A\".\"SEQUENCE\"",
                        "ON ((\"E\".\"SEQUENCE\") = (\"A\".\"SEQUENCE\"))"),
                VIEW.replace("FORCE ", "OR REPLACE FORCE "),
                LISTING.replace("\"V\".\"ORIGIN\" IN('found', 'copied-by-hand')",
                        "(\"V\".\"ORIGIN\" = 'found') OR (\"V\".\"ORIGIN\" = 'copied-by-hand')"),
                LISTING.replace("IN('found', 'copied-by-hand')", "= ANY(ARRAY['found', 'copied-by-hand'])"),
                "SET CREATE_BUILD 999",
                "CREATE USER IF NOT EXISTS \"CTL\" ADMIN SALT 'fccea8cca766f5a1' HASH '41AA2fda'",
                "CREATE USER \"CTL\" SALT '' HASH '' ADMIN",
                "CREATE CACHED TABLE \"PUBLIC\".\"flyway_schema_history\"("
                        + "\"installed_on\" TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL, \"n\" INT DEFAULT 0)");
    }

    @ParameterizedTest
    @MethodSource("printedByAnotherVersion")
    void statement_withOtherClausesOrTypes_isHarmless(String statement) {
        assertThat(Definition.of(statement).isHarmless()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "",
        "CREATE",
        "SET CLUSTER 'x'",
        "SET DB_CLOSE_DELAY 1; RUNSCRIPT FROM 'x'",
        "CREATE USER \"CTL\" PASSWORD 'FILE_READ'",
        "CREATE USER \"CTL\" SALT 'not hexadecimal' HASH '' ADMIN",
        "CREATE CACHED TABLE \"T\"(\"I\" INTEGER DEFAULT \"FILE_READ\"(1))",
        "CREATE CACHED TABLE \"T\"(\"I\" INTEGER DEFAULT HASH(1, 1))",
        "CREATE CACHED TABLE \"T\"(\"I\" INTEGER DEFAULT)",
        "CREATE CACHED TABLE \"T\"(\"I\" INTEGER) ENGINE \"x.Engine\"",
        "CREATE CACHED TABLE \"T\"(\"I\" INTEGER CHECK(\"I\" > 0))",
        "CREATE CACHED TABLE \"T\"(\"I\" INTEGER GENERATED ALWAYS AS (1))",
        "CREATE CACHED TABLE \"T\"(\"I\" \"PUBLIC\".\"JAVA_OBJECT\") /* x */",
        "CREATE CACHED TABLE \"T\"(\"I\" INTEGER) -- x",
        "CREATE CACHED TABLE \"T\"(\"I\" JAVA_OBJECT)",
        "CREATE TRIGGER \"T\" BEFORE INSERT ON \"EVENT\" CALL 'x'",
        "CREATE FORCE TRIGGER \"T\" BEFORE SELECT ON \"EVENT\" AS 'x'",
        "CREATE FORCE VIEW \"PUBLIC\".\"AUDIT_LOG\"(\"HASH\") AS SELECT \"HASH\"('found', 'found')",
        "CREATE FORCE VIEW \"PUBLIC\".\"AUDIT_LOG\"(\"HASH\") AS SELECT HASH ('found', 'found')",
        "CREATE FORCE VIEW \"PUBLIC\".\"AUDIT_LOG\"(\"HASH\") AS SELECT HASH/**/('found', 'found')",
        "CREATE FORCE VIEW \"PUBLIC\".\"AUDIT_LOG\"(\"HASH\") AS SELECT HASH--\n('found', 'found')",
        "CREATE FORCE VIEW \"PUBLIC\".\"AUDIT_LOG\"(\"HASH\") AS SELECT HASH//\n('found', 'found')",
        "CREATE FORCE VIEW \"PUBLIC\".\"AUDIT_LOG\"(\"HASH\") AS SELECT 1 + HASH('found', 'found')",
        "CREATE FORCE VIEW \"PUBLIC\".\"AUDIT_LOG\"(\"TIME\") AS"
                + " SELECT TIMESTAMP WITH TIME ZONE '1970-01-01 00:00:01+00'",
        "CREATE FORCE VIEW \"PUBLIC\".\"AUDIT_LOG\"(\"FILE\") AS SELECT FILE_READ('found')",
        "CREATE FORCE VIEW \"PUBLIC\".\"AUDIT_LOG\"(\"FILE\") AS SELECT \"FILE\" FROM \"PUBLIC\".\"OTHER\"",
        "CREATE FORCE VIEW \"PUBLIC\".\"AUDIT_LOG\"(\"FILE\") AS SELECT \"FILE\" FROM CSVREAD('found')",
        "CREATE FORCE VIEW \"PUBLIC\".\"AUDIT_LOG\"(\"FILE\") AS SELECT 'file:///etc/passwd'",
        "CREATE FORCE VIEW \"PUBLIC\".\"AUDIT_LOG\"(\"FILE\") AS SELECT U&'found'",
        "CREATE FORCE VIEW \"PUBLIC\".\"AUDIT_LOG\"(\"FILE\") AS SELECT $$found$$",
        "CREATE FORCE VIEW \"PUBLIC\".\"AUDIT_LOG\"(\"FILE\") AS SELECT \"FILE\" FROM \"FILE",
        "CREATE FORCE VIEW \"PUBLIC\".\"AUDIT_LOG\"(\"FILE\") AS VALUES(1)",
        "CREATE FORCE LINKED TABLE \"EVENT\"('', 'jdbc:x', '', '', '')",
        "DROP TABLE \"EVENT\"",
        "GRANT SELECT ON \"EVENT\" TO PUBLIC",
        "INSERT INTO \"EVENT\" DEFAULT VALUES"})
    void statement_thatCouldCarryOutAnythingElse_isNotHarmless(String statement) {
        assertThat(Definition.of(statement).isHarmless()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TRIGGER", "ALIAS", "ENGINE", "CHECK", "GENERATED", "CALL", "EXECUTE", "RUNSCRIPT",
        "SCRIPT", "LINKED",
        "JAVA_OBJECT", "FILE_WRITE", "CSVWRITE", "LINK_SCHEMA", "WITH_", "\\u0022"})
    void word_thatIsNotKnown_isRefusedWhereverItStands(String word) {
        for (String statement : List.of(TABLE, KEY, INDEX, VIEW, LISTING)) {
            for (int at = statement.indexOf(' '); at >= 0; at = statement.indexOf(' ', at + 1)) {
                String changed = statement.substring(0, at) + " " + word + statement.substring(at);
                assertThat(Definition.of(changed).isHarmless()).as(changed).isFalse();
            }
        }
    }
}
