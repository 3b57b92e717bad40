package ctl.vm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.PostgresServer;
import ctl.Servers;
import ctl.vm.operation.ThisProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code ctl vm team join} and {@code leave}, at a real server. */
@Timeout(120)
class JoinTeamTest {

    private static final String HOST = ThisProcess.host();
    private static final String USER = System.getProperty("user.name");

    @TempDir
    Path folder;

    private final PostgresServer server = Servers.shared();
    private final String owner = server.newDatabase();
    private final String url = PostgresServer.as("writer_a", owner);
    private InProcess program;
    private Path root;

    @BeforeEach
    void makeSchema() {
        program = new InProcess(folder);
        root = program.vms().getParent();
        server.execute(owner, "SET ROLE owner; " + new InProcess(folder).succeeds("team", "schema").out()
                .replace("\\set ON_ERROR_STOP on\n", ""));
    }

    @Test
    void root_withAHistory_joinsOnce_andLeaves() throws IOException {
        program.succeeds("create", "MyBox", "1M");

        Program.Result joined = program.succeeds("team", "join", url);

        assertThat(joined.out()).isEqualTo("[ OK ] joined the team at %s as %s\n".formatted(url, HOST));
        assertThat(config()).containsExactlyInAnyOrder("team-server = " + url, "team-name = " + HOST);
        assertThat(events("team-joined")).hasSize(1);
        String id = Files.readAllLines(root.resolve("journal/events.jsonl")).getFirst()
                .replaceFirst(".*\"hash\":\"([0-9a-f]{64})\"}$", "$1");
        assertThat(roots()).containsExactly("%s %s writer_a".formatted(id, HOST));

        program.succeeds("team", "join", url);
        assertThat(events("team-joined")).as("joined already").hasSize(1);
        program.succeeds("team", "join", url, "--name", "workshop");
        assertThat(events("team-joined")).as("a new name").hasSize(2);
        assertThat(roots()).containsExactly("%s workshop writer_a".formatted(id));
        assertThat(program.ctl("team", "join", PostgresServer.as("writer_b", url)).err()).isEqualTo(
                "[FAIL] this root has joined the team at %s; let it leave that one first: \"ctl vm team leave\"\n"
                        .formatted(url));

        assertThat(program.succeeds("team", "leave").out())
                .isEqualTo("[ OK ] left the team at %s; what was shipped stays there\n".formatted(url));
        assertThat(config()).isEmpty();
        assertThat(events("team-left")).hasSize(1);
        Program.Result again = program.ctl("team", "leave");
        assertThat(again.exit()).isEqualTo(2);
        assertThat(again.err()).isEqualTo("[FAIL] this root has joined no team; there is none to leave\n");
        assertThat(program.ctl("team", "join", url).err()).as("known, by a name that is not the usual one").contains(
                "[FAIL] the team knows this root as workshop; if it is that root, add \"--name workshop\";");
        program.succeeds("team", "join", url, "--name", "workshop");
    }

    @Test
    void audit_saysWhoJoinedAndLeft() {
        program.succeeds("create", "MyBox", "1M");
        program.succeeds("team", "join", url, "--name", "workshop");
        program.succeeds("team", "leave");

        assertThat(program.succeeds("audit", "--action", "team-join,team-leave").out().lines().skip(1)
                .map(line -> line.replaceAll("^[0-9-]+ [0-9:]+ +", "").replaceAll(" +", " "))).containsExactly(
                        "%s team-leave %s as workshop done - -".formatted(USER, url),
                        "%s team-join %s as workshop done - -".formatted(USER, url));
        assertThat(program.succeeds("audit", "-l", "--by", USER, "--limit", "1").out())
                .contains("team-leave", "    on host ").doesNotContain("made before", "seen on");
        assertThat(program.succeeds("audit", "--json", "--limit", "1").out())
                .contains("\"action\":\"team-leave\"", "\"by\":{\"user\"").doesNotContain("\"vm\":", "seenBy");
        assertThat(program.succeeds("audit", "--csv", "--limit", "1").out()).contains(",team-leave,", ",done,,,,");
        assertThat(program.succeeds("verify").out()).startsWith("[ OK ]");
    }

    @Test
    void root_withoutEvents_getsTheOneThatIdentifiesIt() throws IOException {
        Files.createDirectories(root);
        program.succeeds("team", "join", url);

        assertThat(events("team-joined")).hasSize(1);
        assertThat(roots()).singleElement().asString().endsWith(" %s writer_a".formatted(HOST));
    }

    @Test
    void root_withoutEventsWhoseNameIsTaken_hasNotJoined() throws IOException {
        other("taken");
        Files.createDirectories(root);

        Program.Result refused = program.ctl("team", "join", url, "--name", "taken");

        assertThat(refused.exit()).isEqualTo(5);
        assertThat(refused.err()).isEqualTo(
                "[FAIL] another root of the team is called taken; choose another name with --name\n");
        assertThat(events("team-left")).as("what was recorded before is taken back").hasSize(1);
        assertThat(root.resolve("config")).doesNotExist();
    }

    @Test
    void root_onAHostWithAnother_isCalledLikeItsFolderToo() {
        other(HOST);
        program.succeeds("create", "MyBox", "1M");

        program.succeeds("team", "join", url);

        assertThat(config()).contains("team-name = %s-%s".formatted(HOST, root.getFileName()));
    }

    @Test
    void root_withoutEventsOnAHostWithAnother_recordsTheNameThatItGot() throws IOException {
        other(HOST);
        Files.createDirectories(root);

        program.succeeds("team", "join", url);

        String name = "%s-%s".formatted(HOST, root.getFileName());
        assertThat(config()).contains("team-name = " + name);
        assertThat(events("team-joined").getLast()).contains("\"%s\"".formatted(name));
        assertThat(roots()).hasSize(2).last().asString().contains(" %s writer_a".formatted(name));
    }

    @Test
    void root_thatIsACopy_joinsAsItself() throws IOException {
        program.succeeds("create", "MyBox", "1M");
        program.succeeds("team", "join", url);
        Path copied = folder.resolve("copy");
        program.shell("cp -a '%s' '%s'".formatted(root, copied));
        InProcess copy = program;

        copy.succeeds("--root", copied.toString(), "team", "join", "--copied", "--name", "copy");

        assertThat(roots()).hasSize(2).anySatisfy(line -> assertThat(line).contains(" copy writer_a"));
        assertThat(Files.readString(copied.resolve("config"))).containsPattern("(?m)^team-id = [0-9a-f]{64}$");
        copy.succeeds("--root", copied.toString(), "team", "leave");
        assertThat(Files.readString(copied.resolve("config"))).as("it stays the same root").contains("team-id = ");
        copy.succeeds("--root", copied.toString(), "team", "join", url, "--name", "copy");
        assertThat(roots()).hasSize(2);
    }

    @Test
    void status_whereACopyHasShippedFirst_saysThatTheServerHasAnotherHistory() {
        program.succeeds("create", "MyBox", "1M");
        program.succeeds("team", "join", url);
        String copy = folder.resolve("copy").toString();
        program.shell("cp -a '%s' '%s'".formatted(root, copy));
        program.succeeds("--root", copy, "create", "Other", "1M");
        program.succeeds("--root", copy, "team", "ship");
        program.succeeds("create", "Second", "1M");

        for (String more : List.of("as many events", "more events than the server")) {
            Program.Result status = program.ctl("team");
            assertThat(status.exit()).as(more).isEqualTo(3);
            assertThat(status.err()).isEqualTo(program.ctl("team", "ship").err())
                    .contains("has another history of this root: event ").hasLineCount(1);
            program.succeeds("create", "Third", "1M", "--force");
        }
    }

    @Test
    void status_showsOtherRoots_whereALoginOfAReaderIsNamed() {
        program.succeeds("create", "MyBox", "1M");
        program.succeeds("team", "join", url, "--name", "workshop");
        other("elsewhere");

        assertThat(program.succeeds("team").out()).contains("workshop (this root)").doesNotContain("elsewhere");
        assertThat(InProcess.with(folder, "CTL_TEAM", PostgresServer.as("reader", owner)).succeeds("team").out())
                .containsPattern("workshop \\(this root\\) .*\nelsewhere ").doesNotContain("workshop  ");
        assertThat(InProcess.with(folder, "CTL_TEAM", PostgresServer.as("writer_b", owner)).ctl("team").exit())
                .as("a login that was named, and may not see them").isEqualTo(1);
    }

    @Test
    void option_ofAnotherAction_isRefused() {
        Map.of("team ship --name x", "--name can only be used with \"ctl vm team join\"",
                "team ship --json", "--json can only be used without an ACTION",
                "team --follow", "--follow can only be used with \"ctl vm team ship\"",
                "team --from 2", "--from can only be used with \"ctl vm team schema\"",
                "team schema --follow", "--follow can only be used with \"ctl vm team ship\"",
                "team leave --copied", "--copied can only be used with \"ctl vm team join\"",
                "team schema --from 99", "the newest version of the schema is 2: there is no version 99")
                .forEach((line, message) -> {
                    Program.Result refused = program.ctl(line.split(" "));
                    assertThat(refused.exit()).as(line).isEqualTo(2);
                    assertThat(refused.err() + refused.out()).as(line).contains(message.replace("\"",
                            line.endsWith("--json") ? "\\\"" : "\"")).doesNotContain("CREATE", "ROOT");
                });
    }

    @Test
    void password_inTheUrl_isFoundNowhere() throws IOException {
        program.succeeds("create", "MyBox", "1M");
        String secret = "s3cret-" + System.nanoTime();
        String line = url.replace("writer_a@", "writer_a:" + secret + "@");

        for (List<String> words : List.of(List.of("team", "join", line), List.of("team", line),
                List.of("team", "join", url + "?password=" + secret), List.of("create", "Two", "1M", line),
                List.of("create", line, "1M"), List.of("delete", line, "--json"), List.of("audit", "--user=" + line))) {
            Program.Result refused = program.ctl(words.toArray(String[]::new));
            assertThat(refused.out() + refused.err()).as("%s", words).doesNotContain(secret);
        }
        assertThat(program.ctl("team", "join", line).exit()).isEqualTo(2);
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                        .as("%s", file).doesNotContain(secret);
            }
        }
    }

    @Test
    void settings_ofTheTeam_areNotSetByHand() {
        program.succeeds("create", "MyBox", "1M");

        assertThat(program.ctl("config", "team-server", url).err()).contains("is set by \"ctl vm team join\"");
        assertThat(program.succeeds("config", "team-server").out()).isEqualTo("\n");
    }

    @Test
    void server_thatIsAway_changesNothing() throws IOException {
        program.succeeds("create", "MyBox", "1M");

        assertThat(program.ctl("team", "join", PostgresServer.through(1, url)).exit()).isEqualTo(6);
        assertThat(events("team-joined")).isEmpty();
        assertThat(root.resolve("config")).doesNotExist();
    }

    private void other(String name) {
        server.execute(owner, "INSERT INTO ctl_team.root (id, name, owner, joined, seen) VALUES (repeat('a', 64), '%s',"
                .formatted(name) + " 'writer_b', now(), now())");
    }

    private List<String> roots() {
        return server.query(owner, "SELECT id || ' ' || name || ' ' || owner FROM ctl_team.root ORDER BY number");
    }

    private List<String> config() {
        try {
            return Files.readAllLines(root.resolve("config"));
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }

    private List<String> events(String name) throws IOException {
        Path mirror = root.resolve("journal/events.jsonl");
        return !Files.exists(mirror)
                ? List.of()
                : Files.readAllLines(mirror).stream().filter(line -> line.contains("\"name\":\"" + name + "\""))
                        .toList();
    }
}
