package ctl.vm.cli.question;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.cli.InProcess;
import ctl.vm.cli.Program;
import ctl.vm.inventory.value.Layout;
import ctl.vm.team.RewrittenHistory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code verify --team} says on a host that ships, on one whose history was rewritten, and elsewhere. */
class TeamVerificationTest {

    @TempDir
    private Path folder;

    private Team team;
    private InProcess hosta;

    @BeforeEach
    void join() throws IOException {
        team = Team.create(folder);
        hosta = team.host("hosta");
        Files.writeString(folder.resolve("hosta/root/config"),
                "team-server = %s\nteam-name = hosta\n".formatted(team.server().readerUrl()));
    }

    @Test
    void verify_ofWhatIsAsItWasShipped_saysHowFarTheServerTestifies() {
        String seal = hosta.succeeds("audit", "--seal").out().strip();
        hosta.succeeds("rename", "Second", "Third");

        Program.Result result = hosta.succeeds("verify", "--team");

        assertThat(result.out()).contains("journal and folder agree",
                "hosta: %s events are on the team's server as shipped, up to %s".formatted(seal.split(":")[1], seal));
        assertThat(result.err())
                .contains("2 events of hosta are not shipped yet: only this host testifies to what they say");
        assertThat(hosta.succeeds("verify", "--team", "--json").out()).contains("\"unshipped\" : 2",
                "\"seal\" : \"" + seal + "\"", "\"clean\" : true");
    }

    @Test
    void verify_ofARewrittenHistory_isCleanAloneAndNamesTheEventBesideTheServer() {
        RewrittenHistory.write(Layout.at(folder.resolve("hosta/root")), 5,
                text -> text.replaceFirst("\"user\":\"[^\"]*\"", "\"user\":\"mallory\""));
        hosta.succeeds("reconcile", "--rebuild", "--accept-loss");
        assertThat(hosta.succeeds("verify").out()).contains("journal and folder agree");

        Program.Result result = hosta.ctl("verify", "--team");

        assertThat(result.exit()).isEqualTo(3);
        assertThat(result.out()).contains("journal and folder agree")
                .containsPattern("team: hosta: event 5 is not the one that was shipped at .* by mallory\n");
        assertThat(hosta.ctl("verify", "--team", "--json").out()).contains("\"clean\" : false", "\"event\" : 5");
    }

    @Test
    void verify_whereNothingIsShipped_checksWhatAllRootsHaveShipped() {
        InProcess laptop = InProcess.with(folder.resolve("laptop"), "CTL_TEAM", team.server().readerUrl());

        assertThat(laptop.succeeds("verify", "--team").out()).contains("hosta: ", "hostb: ");
        assertThat(laptop.succeeds("verify", "--in", "hostb").out()).contains("hostb: ").doesNotContain("hosta: ");
        assertThat(laptop.ctl("verify", "--in", "nowhere").exit()).isEqualTo(4);
        assertThat(laptop.ctl("verify", "--in", "hostb", "MyBox").exit()).isEqualTo(2);
    }

    @Test
    void verify_ofNamedRoot_findsWhatTheServersOwnerChanged_alsoBySeal() {
        String seal = hosta.succeeds("audit", "--seal").out().strip();
        InProcess laptop = InProcess.with(folder.resolve("laptop"), "CTL_TEAM", team.server().readerUrl());
        assertThat(laptop.succeeds("verify", "--in", "hosta", "--against", seal).out()).contains(seal);
        team.server().execute("DELETE FROM ctl_team.vm WHERE name = 'Second'");

        Program.Result result = laptop.ctl("verify", "--in", "hosta", "--against",
                seal.substring(0, seal.length() - 1) + (seal.endsWith("0") ? "1" : "0"));

        assertThat(result.exit()).isEqualTo(3);
        assertThat(result.out()).contains("is not the one that was sealed",
                "on the server, the table vm is not what the events give: Second");
    }
}
