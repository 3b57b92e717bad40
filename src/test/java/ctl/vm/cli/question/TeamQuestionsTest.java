package ctl.vm.cli.question;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.PostgresServer;
import ctl.Servers;
import ctl.vm.cli.InProcess;
import ctl.vm.cli.Program;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Questions to the server of a {@link Team}, asked on a machine that has no root of its own. */
class TeamQuestionsTest {

    @TempDir
    private static Path folder;

    private static Team team;

    @BeforeAll
    static void twoRootsShip() {
        team = Team.create(folder);
    }

    @Test
    void list_ofAllRoots_namesTheRootOfEachVm() {
        assertThat(columns(team.answer("list", "--team"), 4)).containsExactly(
                "ROOT NAME SIZE SNAPSHOTS",
                "hosta MyBox 1.0 MiB 2",
                "hosta Second 1.0 MiB 2",
                "hostb MyBox 7.0 MiB 0");
        assertThat(columns(team.answer("list", "--in", "hosta", "-l"), 3)).containsExactly(
                "ROOT NAME SIZE",
                "hosta MyBox 1.0 MiB", "hosta MyBox:base 3.0 MiB", "hosta MyBox:ready 2.0 MiB",
                "hosta Second 1.0 MiB", "hosta Second:base 3.0 MiB", "hosta Second:ready 2.0 MiB",
                "2 VMs and 4 snapshots in 1 root 12.0 MiB");
    }

    @Test
    void list_ofNames_findsThemInOneRootOrAll() {
        assertThat(columns(team.answer("list", "--team", "MyBox"), 2))
                .containsExactly("ROOT NAME", "hosta MyBox", "hostb MyBox");
        assertThat(columns(team.answer("list", "--team", "hostb/MyBox", "Second"), 2))
                .containsExactly("ROOT NAME", "hosta Second", "hostb MyBox");
        assertThat(columns(team.answer("list", "--team", "--sort", "size"), 2))
                .containsExactly("ROOT NAME", "hostb MyBox", "hosta MyBox", "hosta Second");
    }

    @Test
    void list_atATime_isWhatTheRootsKnewThen() {
        assertThat(columns(team.answer("list", "--team", "--at", "today"), 2)).doesNotContain("hosta MyBox");
        assertThat(columns(team.answer("list", "--in", "hosta", "--at", "2199-01-01"), 2))
                .containsExactly("ROOT NAME", "hosta MyBox", "hosta Second");
    }

    @Test
    void name_thatNoRootHas_isNotFoundWithOneThatMayBeMeant() {
        requireFailure(team.ask("list", "--team", "MyBx"), 4,
                "[FAIL] MyBx: the team's server knows no such VM or snapshot; did you mean hosta/MyBox?\n");
        requireFailure(team.ask("info", "--team", "hostb/Second"), 4,
                "[FAIL] hostb/Second: the team's server knows no such VM or snapshot; "
                        + "\"ctl vm audit --team hostb/Second\" shows what became of it, if it was there\n");
        requireFailure(team.ask("audit", "--in", "hostx"), 4,
                "[FAIL] hostx: no root of the team has this name; did you mean hosta? \"ctl vm team\" shows all\n");
        requireFailure(team.ask("list", "--in", "hosta", "hostb/MyBox"), 2,
                "[FAIL] hostb/MyBox is not in hosta, which --in names; see \"ctl vm list --help\"\n");
    }

    @Test
    void root_thatIsNamedTwiceOrNotAtAll_isRefused() {
        for (String command : List.of("list", "audit", "diff", "operations", "trash", "verify")) {
            requireFailure(team.ask(command, "--team", "--in", "hosta"), 2,
                    "[FAIL] --in asks about one root, --team about all; use one of them; see \"ctl vm %s --help\"\n"
                            .formatted(command));
            requireFailure(team.ask(command, "--in", ""), 2,
                    "[FAIL] \"\" is no name of a root; see \"ctl vm %s --help\"\n".formatted(command));
        }
        requireFailure(team.ask("info", "--team", "/MyBox"), 2,
                "[FAIL] /MyBox: \"\" is no name of a root; see \"ctl vm info --help\"\n");
        requireFailure(team.ask("list", "--team", "hostb/"), 2, "[FAIL] hostb/ names a root and no VM; "
                + "name a whole root with --in hostb; see \"ctl vm list --help\"\n");
    }

    @Test
    void info_ofAName_isAboutEachRootThatHasIt() {
        assertThat(team.answer("info", "--team", "hosta/MyBox").lines().map(String::strip))
                .contains("hosta/MyBox", "Size: 1.0 MiB", "Origin: created", "Snapshots:", "Clones:")
                .doesNotContain("hostb/MyBox");
        assertThat(team.answer("info", "--team", "MyBox")).contains("hosta/MyBox\n", "hostb/MyBox\n")
                .doesNotContain("On disk");
        assertThat(team.answer("info", "--in", "hosta", "MyBox", "--json"))
                .contains("\"root\" : \"hosta\"", "\"clones\" : [ {\n    \"name\" : \"Second\"")
                .doesNotContain("onDiskBytes");
    }

    @Test
    void audit_ofAllRoots_isInTheOrderOfTime() {
        assertThat(columns(team.answer("audit", "--team", "--reverse").replaceAll(" {2}20..-..-.. ..:..:..", ""), 4))
                .containsExactly(
                        "ROOT TIME (" + ZoneId.systemDefault().getId() + ") WHO WHAT",
                        "hosta " + user() + " create MyBox",
                        "hosta ? (seen by " + user() + ") by-hand MyBox:base appeared",
                        "hosta ? (seen by " + user() + ") by-hand MyBox:ready appeared",
                        "hosta " + user() + " clone Second from MyBox",
                        "hostb " + user() + " create MyBox");
    }

    @Test
    void audit_ofASnapshotInARoot_hasItsEntriesAlone() {
        assertThat(team.answer("audit", "--team", "hosta/MyBox:base", "--csv").lines().skip(1).map(line -> line.split(
                ",")[8])).containsExactly("by-hand");
        assertThat(team.answer("audit", "--team", "MyBox", "--json").lines())
                .hasSize(4)
                .allSatisfy(line -> assertThat(line).matches("\\{\"root\":\"host[ab]\",\"asOf\":\"20.*"));
        assertThat(team.answer("audit", "--team", "--action", "create,clone", "--limit", "2", "--csv").lines())
                .hasSize(3);
        assertThat(team.answer("audit", "--team", "--by", user(), "--failed", "--csv").lines()).hasSize(1);
    }

    @Test
    void diff_ofAllRoots_saysWhereWhatHasChanged() {
        assertThat(team.answer("diff", "--team").lines())
                .containsExactly("hosta/MyBox: appeared", "hosta/Second: appeared", "hostb/MyBox: appeared");
        assertThat(team.answer("diff", "--in", "hostb", "--json"))
                .contains("\"root\" : \"hostb\"", "\"kind\" : \"vm-appeared\"").doesNotContain("hosta");
    }

    @Test
    void server_thatIsAway_isOneLine_andNothingIsAnsweredFromHere() {
        InProcess hosta = InProcess.with(folder.resolve("hosta"), "CTL_TEAM",
                "postgresql://reader@127.0.0.1:1/nowhere");
        for (List<String> question : List.of(List.of("list", "--team"), List.of("audit", "--in", "hosta"),
                List.of("audit", "--team", "--follow"), List.of("trash", "--team"))) {
            Program.Result result = hosta.ctl(question.toArray(String[]::new));
            assertThat(result.exit()).isEqualTo(6);
            assertThat(result.out()).isEmpty();
            assertThat(result.err()).startsWith("[FAIL] ").contains("127.0.0.1:1").hasLineCount(1);
        }
    }

    @Test
    void database_withoutTheTeamsTables_isOneLine() {
        PostgresServer server = Servers.shared();
        InProcess laptop = InProcess.with(folder.resolve("laptop"), "CTL_TEAM",
                PostgresServer.as("reader", server.newDatabase()));
        Program.Result result = laptop.ctl("list", "--team");
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err()).startsWith("[FAIL] ").contains("ctl_team").hasLineCount(1);
    }

    @Test
    void team_thatNothingNames_isOneLine() {
        requireFailure(new InProcess(folder.resolve("laptop")).ctl("list", "--team"), 2,
                "[FAIL] nothing says where the team's server is; set CTL_TEAM to its URL, or let this root join: "
                        + "\"ctl vm team join postgresql://HOST/DATABASE\"\n");
    }

    private static void requireFailure(Program.Result result, int exit, String line) {
        assertThat(result.err()).isEqualTo(line);
        assertThat(result.exit()).isEqualTo(exit);
        assertThat(result.out()).isEmpty();
    }

    /** The first cells of each line of a table, with a blank between them. */
    private static List<String> columns(String table, int count) {
        return table.lines().map(line -> String.join(" ", List.of(line.split(" {2,}|: ", count + 1)).subList(0,
                Math.min(count, line.split(" {2,}|: ", count + 1).length)))).toList();
    }

    private static String user() {
        return System.getProperty("user.name");
    }
}
