package ctl.vm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code list} says where there is nothing to list. */
class EmptyRootTest {

    private static final String HINT = "[INFO] no VMs in %s: \"ctl vm create NAME\" creates one, \"ctl vm import PACKAGE NAME\""
            + " imports one\n";

    @TempDir
    Path folder;

    private InProcess program;
    private String hint;

    @BeforeEach
    void makeRoot() {
        program = new InProcess(folder);
        hint = HINT.formatted(folder.resolve("root"));
    }

    @Test
    void listForPeople_saysHowAVmComesIn() {
        assertThat(program.succeeds("list")).isEqualTo(new Program.Result(0, "", hint));
        assertThat(program.succeeds("list", "-l").err()).isEqualTo(hint);
    }

    @Test
    void listForProgramsOrInSilence_saysNothing() {
        assertThat(program.succeeds("list", "--quiet").err()).isEmpty();
        assertThat(program.succeeds("list", "--json").err()).isEmpty();
        assertThat(program.succeeds("list", "--format", "{name}")).isEqualTo(new Program.Result(0, "", ""));
        assertThat(program.succeeds("list", "--at", "2h", "--json").err()).isEmpty();
    }

    @Test
    void listOfAnEarlierTime_saysThatThereWereNone() {
        assertThat(program.succeeds("list", "--at", "2020-01-01"))
                .isEqualTo(new Program.Result(0, "", "[INFO] the journal knew no VMs at 2020-01-01 00:00:00\n"));
    }

    @Test
    void vmThatIsMissed_isNoSuchVm_andOneThatVanishedIsADifference() {
        program.succeeds("create", "MyBox", "1M");
        program.shell("rm -r MyBox");

        assertThat(program.ctl("list", "MyBox").err()).startsWith("[FAIL] MyBox: no such VM");
        assertThat(program.succeeds("list").err()).startsWith("[INFO] 1 difference ").hasLineCount(1);
    }

    @Test
    void folderThatTheJournalDoesNotKnow_isListed() {
        program.succeeds("create", "MyBox", "1M");
        program.shell("mv MyBox Yours");

        assertThat(program.succeeds("list").out()).startsWith("Yours\n");
        assertThat(program.succeeds("list").err()).startsWith("[INFO] 1 difference ").hasLineCount(1);
    }

    @Test
    void lastVmDeleted_leavesNone() {
        program.succeeds("create", "MyBox", "1M");
        program.succeeds("delete", "-y", "MyBox");

        assertThat(program.succeeds("list").err()).isEqualTo(hint);
    }
}
