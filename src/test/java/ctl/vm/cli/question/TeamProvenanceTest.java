package ctl.vm.cli.question;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.cli.InProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A VM that went from one root to another in a package.
 *
 * <pre>
 * hosta    Second, a clone of MyBox: exported, then renamed to Renamed
 * hostb    Copy, imported from that package
 * </pre>
 */
class TeamProvenanceTest {

    @TempDir
    private Path folder;

    private Team team;
    private InProcess hosta;
    private InProcess hostb;
    private String packageFile;

    @BeforeEach
    void exportAndImport() {
        team = Team.create(folder);
        hosta = team.host("hosta");
        hostb = team.host("hostb");
        packageFile = folder.resolve("p.tar.gz").toString();
        hosta.succeeds("export", "Second", packageFile);
        hosta.succeeds("rename", "Second", "Renamed");
        hostb.succeeds("import", packageFile, "Copy");
    }

    private String copy() {
        return team.answer("info", "--team", "hostb/Copy");
    }

    @Test
    void info_ofAnImportedVm_namesItsSourceUnderBothNamesAndHasTheHistoryOfAllThatItCameFrom() {
        team.ship("hosta");
        team.ship("hostb");

        assertThat(copy()).containsPattern(
                "  Exported from: hosta/Second, exported on [-0-9]+ [0-9:]+ by \\S+, there now as Renamed\n");
        assertThat(copy().substring(copy().indexOf("History:")).lines().skip(2)).satisfiesExactly(
                imported -> assertThat(imported).contains("hostb", "import", "Copy"),
                exported -> assertThat(exported).contains("hosta", "export", "Second"),
                cloned -> assertThat(cloned).contains("hosta", "clone", "Second"),
                snapshot -> assertThat(snapshot).contains("hosta", "MyBox"),
                snapshot -> assertThat(snapshot).contains("hosta", "MyBox"),
                created -> assertThat(created).contains("hosta", "create", "MyBox"));
        assertThat(team.answer("info", "--team", "hosta/Renamed")).containsPattern(
                "Imported elsewhere:\n    hostb/Copy  [-0-9]+ [0-9:]+ *\n");
        assertThat(team.answer("info", "--team", "hosta/MyBox")).doesNotContain("Imported elsewhere");
        assertThat(team.answer("info", "--team", "hostb/Copy", "--json")).contains("\"claim\" : \"true\"",
                "\"rootName\" : \"hosta\"", "\"vmNow\" : \"Renamed\"", "\"action\" : \"export\"");
    }

    @Test
    void info_whereTheSourceIsDeletedAndTheCopyRenamed_findsBoth() {
        hosta.succeeds("delete", "-y", "Renamed");
        hostb.succeeds("rename", "Copy", "Other");
        hostb.succeeds("delete", "-y", "Other");
        hostb.succeeds("import", packageFile, "Copy");
        team.ship("hosta");
        team.ship("hostb");

        assertThat(copy()).contains(", gone there since\n");
        hosta.succeeds("undelete", "Renamed");
        team.ship("hosta");
        assertThat(team.answer("info", "--team", "hosta/Renamed")).containsPattern(
                "Imported elsewhere:\n    hostb/Other +[-0-9]+ [0-9:]+ +gone since\n    hostb/Copy +[-0-9]+ [0-9:]+ *\n");
    }

    @Test
    void info_whereMoreWasDoneToTheSourceSinceThanIsShown_stillBelievesTheExport() {
        hosta.shell("for n in $(seq 60); do truncate -s 2M Renamed/disk.s2e.later$n; done");
        hosta.succeeds("reconcile");
        team.ship("hosta");
        team.ship("hostb");

        assertThat(copy()).containsPattern("  Exported from: hosta/Second, exported on .*, there now as Renamed\n");
    }

    @Test
    void info_whereTheExportIsNotShippedYet_saysSo() {
        team.ship("hostb");

        assertThat(copy()).containsPattern("Exported from: hosta/Second, by event \\d+, which is not shipped\n");
    }

    @Test
    void info_whereTheRootHasNotJoined_saysSo() {
        InProcess stranger = team.host("stranger");
        stranger.succeeds("create", "Box", "1M");
        stranger.succeeds("export", "Box", folder.resolve("s.tar.gz").toString());
        hostb.succeeds("import", folder.resolve("s.tar.gz").toString(), "Strange");
        team.ship("hostb");

        assertThat(team.answer("info", "--team", "hostb/Strange")).containsPattern(
                "Exported from: Box in root [0-9a-f]{16}, by its event \\d+, which has not joined the team\n");
    }

    @Test
    void info_ofAPackageThatSaysItIsAnother_doesNotBelieveIt() throws Exception {
        // The line of another package, in front of an image that was not exported there.
        hosta.shell(
                "cd /; mkdir -p '%1$s/x'; cd '%1$s/x'; gzip -dc ../p.tar.gz | head -c 1024 >head; echo evil >disk.s2e;"
                        .formatted(folder) + " tar cf body disk.s2e; cat head body | gzip >../evil.tar.gz;"
                        + " head -c 1024 head | sed 's/:[0-9a-f]\\{64\\}:Second/:" + "0".repeat(64)
                        + ":Second/' >forged;"
                        + " cat forged body >../forged.tar");
        hostb.succeeds("import", folder.resolve("evil.tar.gz").toString(), "Evil");
        hostb.succeeds("import", folder.resolve("forged.tar").toString(), "Forged");
        team.ship("hosta");
        team.ship("hostb");

        assertThat(Files.exists(folder.resolve("evil.tar.gz"))).isTrue();
        assertThat(team.answer("info", "--team", "hostb/Evil")).contains(
                "; without a seal, the package could also be another that says so");
        assertThat(team.answer("info", "--team", "hostb/Forged")).containsPattern(
                "Exported from: not hosta/Second, as the package says: hosta has exported no such package by event \\d+\n")
                .doesNotContain("export ");
    }
}
