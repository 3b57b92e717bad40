package ctl.vm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A VM or snapshot that is not there: what became of it is part of the answer. */
class MissingNameTest {

    @TempDir
    private Path folder;

    private InProcess program;

    @BeforeEach
    void makeMyBox() {
        program = new InProcess(folder);
        program.succeeds("create", "MyBox", "1M");
        program.shell("echo state > MyBox/disk.s2e.ready");
        program.succeeds("reconcile");
    }

    @ParameterizedTest
    @ValueSource(strings = {"list MyBox", "info MyBox", "clone MyBox Two", "export MyBox", "delete -y MyBox",
        "rename MyBox Two",
        "verify MyBox", "delete MyBox:ready"})
    void vmInTheTrash_isNamedWithWhatBringsItBack(String command) {
        program.succeeds("delete", "-y", "MyBox");

        Program.Result missing = program.ctl(command.split(" "));

        assertThat(missing.exit()).isEqualTo(4);
        assertThat(missing.err()).matches("\\[FAIL] MyBox: no such VM: it was deleted a moment ago by \\S+; "
                + "\"ctl vm undelete MyBox\" brings it back\n");
        program.succeeds("undelete", "MyBox");
    }

    @Test
    void vmThatWasRenamed_isNamedByItsNameNow() {
        program.succeeds("rename", "MyBox", "Debian13");
        program.succeeds("rename", "Debian13", "Debian 14");

        assertThat(program.ctl("info", "MyBox").err()).isEqualTo(
                "[FAIL] MyBox: no such VM: it is called Debian 14 now, it was renamed a moment ago; use that name\n");
        assertThat(program.ctl("undelete", "MyBox").err())
                .startsWith("[FAIL] MyBox is not in the trash: it is called Debian 14 now");
    }

    @Test
    void vmThatWasRenamed_andDeletedThen_isNamedByItsLastName() {
        program.succeeds("rename", "MyBox", "Debian 13");
        program.succeeds("delete", "-y", "Debian 13");

        assertThat(program.ctl("list", "MyBox").err())
                .contains("it was renamed to Debian 13, which was deleted a moment ago by ")
                .contains("\"ctl vm undelete 'Debian 13'\" brings it back");
    }

    @Test
    void vmThatIsFreed_leadsToItsHistory() {
        program.succeeds("delete", "-y", "--now", "MyBox");
        String freed = "it was deleted a moment ago by .*, and its space is freed; \"ctl vm audit MyBox\" shows its history\n";

        assertThat(program.ctl("list", "MyBox").err()).matches("\\[FAIL] MyBox: no such VM: " + freed);
        assertThat(program.ctl("undelete", "MyBox").err()).matches("\\[FAIL] MyBox is not in the trash: " + freed);
    }

    @Test
    void vmThatWasRemovedByHand_isSaidToBe_beforeAndAfterThatIsRecorded() {
        program.shell("rm -r MyBox");
        assertThat(program.ctl("info", "MyBox").err()).startsWith("[FAIL] MyBox: no such VM: it was removed by hand; ");

        program.succeeds("reconcile");
        assertThat(program.ctl("info", "MyBox").err())
                .startsWith("[FAIL] MyBox: no such VM: it was removed by hand, as was noticed a moment ago; ");
    }

    @Test
    void vmThatWasMovedByHand_isNamedByItsNameNow_beforeAndAfterThatIsRecorded() {
        program.shell("mv MyBox Yours");
        assertThat(program.ctl("info", "MyBox").err())
                .isEqualTo("[FAIL] MyBox: no such VM: it is called Yours now, it was moved by hand; use that name\n");

        program.succeeds("reconcile");
        assertThat(program.ctl("info", "MyBox").err()).isEqualTo(
                "[FAIL] MyBox: no such VM: it is called Yours now, it was moved by hand a moment ago; use that name\n");
    }

    @Test
    void snapshotInTheTrash_isNamedWithWhatBringsItBack_alsoAfterItsVmWasRenamed() {
        program.succeeds("delete", "MyBox:ready");
        program.succeeds("rename", "MyBox", "Debian");

        assertThat(program.ctl("delete", "Debian:ready").err()).matches(
                "\\[FAIL] Debian:ready: no such snapshot: it was deleted a moment ago by \\S+; "
                        + "\"ctl vm undelete Debian:ready\" brings it back\n");
        program.succeeds("undelete", "Debian:ready");
    }

    @Test
    void undeleteOfASnapshot_saysWhatBecameOfIt() {
        assertThat(program.ctl("undelete", "MyBox:ready").err()).as("it is there")
                .startsWith("[FAIL] MyBox:ready is not in the trash; \"ctl vm trash\" shows");

        program.succeeds("delete", "--now", "MyBox:ready");

        assertThat(program.ctl("undelete", "MyBox:ready").err()).matches(
                "\\[FAIL] MyBox:ready is not in the trash: it was deleted a moment ago by \\S+, and its space is freed; .*\n");
    }

    @Test
    void undeleteOfAPackage_withoutItsPath_namesThatPath() {
        String file = folder.resolve("root/Box.tar.gz").toString();
        program.succeeds("export", "MyBox", file);
        program.succeeds("export", "-f", "MyBox", file);

        assertThat(program.ctl("undelete", "Box.tar.gz").err()).contains("did you mean " + file + "?");
    }

    @Test
    void snapshotThatWasRemovedByHand_orFreed_isSaidToBe() {
        program.shell("rm MyBox/disk.s2e.ready");
        assertThat(program.ctl("delete", "MyBox:ready").err())
                .startsWith("[FAIL] MyBox:ready: no such snapshot: it was removed by hand; ");
        program.shell("echo state > MyBox/disk.s2e.booted");
        program.succeeds("delete", "--now", "MyBox:booted");
        assertThat(program.ctl("delete", "MyBox:booted").err()).contains("and its space is freed");
    }

    @Test
    void nameThatNothingEverHad_isAsBefore() {
        assertThat(program.ctl("info", "MyBxo").err())
                .isEqualTo("[FAIL] MyBxo: no such VM; did you mean MyBox? \"ctl vm list\" shows all\n");
    }

    @Test
    void nameThatIsMissing_besideADamagedJournal_isStillNoSuchVm() {
        program.succeeds("delete", "-y", "MyBox");
        program.shell("cd ../journal && for f in *.db; do echo garbage > $f; done; rm -f listing");

        assertThat(program.ctl("list", "MyBox").err()).contains("[FAIL] MyBox: no such VM");
    }

    @Test
    void json_hasWhatBecameOfIt() {
        program.succeeds("delete", "-y", "MyBox");

        assertThat(program.ctl("list", "--json", "MyBox").out())
                .contains("\"missing\"", "\"became\"", "\"trashed\"", "\"name\"", "\"time\"", "\"by\"");
    }
}
