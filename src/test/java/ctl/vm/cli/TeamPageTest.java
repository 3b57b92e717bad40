package ctl.vm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.PostgresServer;
import ctl.Servers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The statements of {@code docs/team.md}, from an empty server to a root that has joined. */
@Timeout(120)
class TeamPageTest {

    private static final Pattern STATEMENTS = Pattern.compile("(?ms)^```sql\n(.*?)^```$");

    @TempDir
    Path folder;

    @Test
    void statements_ofThePage_makeADatabaseThatARootCanJoin() throws IOException {
        List<String> blocks = STATEMENTS.matcher(Files.readString(Path.of("docs/team.md"))).results()
                .map(found -> found.group(1)).toList();
        assertThat(blocks).hasSize(2);
        InProcess program = new InProcess(folder);
        program.succeeds("create", "MyBox", "1M");
        try (PostgresServer server = Servers.start(Servers.versions().getFirst())) {
            // The tests' own server has these already.
            server.execute("postgres", "DROP OWNED BY ctl_writer, ctl_reader", "DROP ROLE ctl_writer",
                    "DROP ROLE ctl_reader");
            server.execute("postgres", statements(blocks.get(0)));
            server.execute("ctl", "SET ROLE ctl_owner; " + program.succeeds("team", "schema").out()
                    .replace("\\set ON_ERROR_STOP on\n", ""));
            server.execute("postgres", statements(blocks.get(1)));

            program.succeeds("team", "join", server.url("host_a", "ctl"), "--name", "hosta");

            assertThat(program.ctl("team", "join", server.url("ann", "ctl"), "--name", "hosta").exit())
                    .as("joined already").isEqualTo(5);
            assertThat(server.query("ctl", "SELECT name || ' ' || owner FROM ctl_team.root"))
                    .containsExactly("hosta host_a");
            program.succeeds("team", "leave");
            Program.Result refused = program.ctl("team", "join", server.url("ann", "ctl"));
            assertThat(refused.exit()).isEqualTo(1);
            assertThat(refused.err()).contains("the login ann may not do that;", "GRANT ctl_writer TO ann");
        }
    }

    private static String[] statements(String block) {
        return block.lines().toArray(String[]::new);
    }
}
