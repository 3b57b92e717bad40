package ctl.vm.cli.question;

import static ctl.vm.journal.json.Samples.BOX;
import static ctl.vm.journal.json.Samples.NOON;
import static ctl.vm.journal.json.Samples.TWO;
import static ctl.vm.journal.json.Samples.found;
import static ctl.vm.journal.json.Samples.operation;
import static ctl.vm.journal.json.Samples.started;
import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion;
import ctl.vm.cli.InProcess;
import ctl.vm.cli.Program;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.Retention;
import ctl.vm.inventory.value.ImageSize;
import ctl.vm.inventory.value.VmName;
import ctl.vm.journal.InMemoryJournal;
import ctl.vm.journal.json.Samples;
import ctl.vm.team.TeamServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the team's server says of roots in the midst of something: behind, with open operations, with trash, damaged. */
class TeamStateTest {

    @TempDir
    private Path folder;

    private final TeamServer server = TeamServer.create();
    private final InMemoryJournal journal = new InMemoryJournal(Samples.ACTOR, Samples.CLOCK);
    private InProcess laptop;
    private TeamServer.ShippingRoot hosta;

    @BeforeEach
    void aRootShips() {
        laptop = InProcess.with(folder, "CTL_TEAM", server.readerUrl());
        journal.append(operation(1), found("MyBox"));
        journal.append(operation(1), found("Two"));
        hosta = server.join("hosta", journal).ship();
    }

    @Test
    void trash_hasWhatWasDeleted_untilItIsUndeletedOrPurged() {
        delete(BOX, 2);
        delete(TWO, 3);
        hosta.ship();

        Program.Result both = laptop.succeeds("trash", "--team", "--json");
        assertThat(both.out()).contains("\"root\" : \"hosta\"", "\"name\" : \"MyBox\"", "\"name\" : \"Two\"",
                "\"keptUntil\" : \"" + NOON.plus(Duration.ofDays(7)) + "\"");
        requireValid("trash-team", both.out());

        journal.append(operation(4), started(new Request.UndeleteVm(operation(2), BOX, BOX)));
        journal.append(operation(4), new Event.VmUndeleted(BOX, operation(2), Optional.empty(), List.of()));
        journal.append(operation(5), started(new Request.Purge(operation(3), TWO, Optional.empty())));
        hosta.ship();
        assertThat(laptop.succeeds("trash", "--in", "hosta").out().lines().map(line -> line.split(" +")[1]))
                .containsExactly("NAME", "Two");

        journal.append(operation(5), new Event.TrashPurged(TWO, Optional.empty(), Optional.empty(), operation(3)));
        hosta.ship();
        Program.Result none = laptop.succeeds("trash", "--team");
        assertThat(none.out()).isEmpty();
        assertThat(none.err()).contains("nothing is in the trash");
    }

    private void delete(VmName vm, int number) {
        journal.append(operation(number), started(new Request.DeleteVm(vm, false, Optional.of(Duration.ofDays(7)))));
        journal.append(operation(number), new Event.VmDeleted(vm, Optional.empty(),
                Optional.of(new Retention(Duration.ofDays(7), Duration.ofMinutes(1)))));
    }

    @Test
    void operations_areThoseThatHaveNotEnded() {
        journal.append(operation(2), started(new Request.Create(new VmName("New"), ImageSize.DEFAULT, false, false)));
        journal.append(operation(3), started(new Request.Create(new VmName("Next"), ImageSize.DEFAULT, false, false)));
        journal.append(operation(3), new Event.OperationInterrupted("stopped by Ctrl-C", 130));
        journal.append(operation(4), started(new Request.Create(new VmName("Not"), ImageSize.DEFAULT, false, false)));
        journal.append(operation(4), new Event.OperationFailed("no space", 1));
        hosta.ship();

        assertThat(laptop.succeeds("operations", "--team").out().lines().map(String::strip))
                .contains("hosta/" + operation(2), "hosta/" + operation(3))
                .doesNotContain("hosta/" + operation(4))
                .anyMatch(line -> line.startsWith("Last event: ") && line.endsWith("creation of New: started"))
                .anyMatch(line -> line.startsWith("Interrupted: ") && line.endsWith(", stopped by Ctrl-C"));
        String json = laptop.succeeds("operations", "--in", "hosta", "--json").out();
        assertThat(json).contains("\"state\" : \"open\"", "\"state\" : \"interrupted\"");
        requireValid("operations-team", json);
    }

    @Test
    void rootThatIsBehind_isShownAsOfItsLastShipment() {
        assertThat(laptop.succeeds("list", "--team").out()).doesNotContain("AS OF");

        journal.append(operation(1), found("Three"));
        journal.append(operation(1), found("Four"));
        hosta.ship(3);

        assertThat(laptop.succeeds("list", "--team").out().lines().findFirst().orElseThrow()).endsWith("AS OF");
        assertThat(laptop.succeeds("list", "--team").out()).contains("Three").doesNotContain("Four");
        assertThat(laptop.succeeds("audit", "--team").err())
                .matches("\\[INFO] as the team's server knows it: hosta as of 20.*, 1 event behind\n");

        hosta.ship();
        server.execute("UPDATE ctl_team.root SET seen = now() - INTERVAL '1 hour'");
        assertThat(laptop.succeeds("audit", "--in", "hosta").err())
                .matches("\\[INFO] as the team's server knows it: hosta as of 20.{14}\n");
    }

    @Test
    void eventThatWasChangedOnTheServer_isNamedWithItsRoot() {
        server.execute("ALTER TABLE ctl_team.event DISABLE TRIGGER USER",
                "UPDATE ctl_team.event SET line = replace(line, '\"Two\"', '\"One\"') WHERE sequence = 2");

        for (List<String> question : List.of(List.of("audit", "--team"), List.of("diff", "--team", "--since",
                "2026-11-01"))) {
            Program.Result result = laptop.ctl(question.toArray(String[]::new));
            assertThat(result.exit()).isEqualTo(1);
            assertThat(result.err()).startsWith("[FAIL] what the team's server has of root hosta is damaged: "
                    + "event 2: its hash is not that of its content; ").hasLineCount(1);
        }
    }

    @Test
    void json_ofEachQuestion_isAsItsSchemaSays() {
        requireValid("list-team", laptop.succeeds("list", "--team", "--json").out());
        requireValid("list-at", laptop.succeeds("list", "--team", "--at", "2199-01-01", "--json").out());
        requireValid("info-team", laptop.succeeds("info", "--team", "hosta/MyBox", "--json").out());
        requireValid("diff", laptop.succeeds("diff", "--team", "--since", "2026-11-01", "--json").out());
        List<String> entries = laptop.succeeds("audit", "--team", "--json").out().lines().toList();
        assertThat(entries).hasSize(2).allSatisfy(line -> requireValid("audit", line));
    }

    @Test
    void completion_offersWhatTheLastListHasShown_withoutAsking() throws Exception {
        Files.createDirectories(folder.resolve("root/journal"));
        assertThat(laptop.succeeds("__complete", "list", "--in", "h").out()).isEmpty();
        laptop.succeeds("list", "--team");

        InProcess away = InProcess.with(folder, "CTL_TEAM", "postgresql://127.0.0.1:1/nowhere");
        assertThat(away.succeeds("__complete", "list", "--in", "h").out()).isEqualTo("hosta\t\n");
        assertThat(away.succeeds("__complete", "info", "--team", "hosta/").out())
                .isEqualTo("hosta/MyBox\t\nhosta/Two\t\n");
        assertThat(away.succeeds("__complete", "audit", "--in", "hosta", "M").out()).isEqualTo("MyBox\t\n");
        Program.Result elsewhere = away.ctl("info", "hosta/MyBox");
        assertThat(elsewhere.err()).isEqualTo("[FAIL] hosta/MyBox: file not found; if the VM of another root is meant, "
                + "type \"ctl vm info --team hosta/MyBox\"\n");
        assertThat(elsewhere.exit()).isEqualTo(4);
    }

    private static void requireValid(String name, String json) {
        var schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(SchemaLocation.of(
                Path.of("docs/schemas", name + ".schema.json").toUri().toString()));
        assertThat(schema.validate(json, InputFormat.JSON)).as("%s%n%s", name, json).isEmpty();
    }
}
