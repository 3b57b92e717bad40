package ctl.vm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A journal that something has damaged, as a user meets it and mends it. */
class RebuildIT {

    @TempDir
    Path folder;

    private Program program;
    private InProcess inProcess;

    @BeforeEach
    void makeTwoVms() {
        program = new Program(folder);
        inProcess = new InProcess(program);
        inProcess.succeeds("create", "MyBox", "1M");
        inProcess.succeeds("clone", "MyBox", "Two");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ": > journal.mv.db",
                "head -c 100K /dev/urandom > journal.mv.db",
                ": > events.jsonl",
                "sed -i 2s/MyBox/YrBox/ events.jsonl",
            })
    void damagedJournal_isRefusedThenMadeAnewWithoutLosingAnEvent(String damage) {
        String before = listing();
        program.shell("cd \"$CTL_ROOT/journal\" && rm listing && " + damage);

        assertThat(inProcess.succeeds("list").out()).contains("MyBox", "Two");
        Program.Result mended = program.succeeds("reconcile", "--rebuild");

        assertThat(mended.out()).startsWith("[ OK ] ").contains("anew");
        assertThat(listing()).isEqualTo(before);
        assertThat(inProcess.succeeds("create", "Three", "1M").err()).isEmpty();
        assertThat(inProcess.succeeds("reconcile", "--rebuild").out())
                .isEqualTo("[ OK ] the journal needs no repair\n[ OK ] journal and folder agree\n");
    }

    /** What a power cut can leave where the last line was being written, or behind it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "truncate -s -100 events.jsonl && truncate -s +100 events.jsonl",
                "truncate -s +5000 events.jsonl",
                "truncate -s -300 events.jsonl && head -c 300 /dev/urandom >> events.jsonl",
                "truncate -s -300 events.jsonl && head -c 5000 events.jsonl >> events.jsonl",
                "printf '{\"sequence\":7,\"oper' >> events.jsonl",
            })
    void tornEndOfTheMirror_isMadeWholeByTheNextChange(String damage) {
        program.shell("cd \"$CTL_ROOT/journal\" && cp events.jsonl whole && " + damage);
        assertThat(inProcess.succeeds("list").out()).contains("MyBox", "Two");

        Program.Result create = program.succeeds("create", "Three", "1M");

        assertThat(create.err().lines().filter(line -> !line.isEmpty())).hasSizeLessThanOrEqualTo(1)
                .allMatch(line -> line.startsWith("[WARN] ") && line.contains("kept in events.jsonl.torn"));
        program.shell("cd \"$CTL_ROOT/journal\" && cmp whole <(head -c $(stat -c %s whole) events.jsonl)");
        assertThat(inProcess.succeeds("verify").out()).contains("journal and folder agree");
        assertThat(inProcess.succeeds("reconcile", "--rebuild").out()).startsWith("[ OK ] the journal needs no repair");
    }

    @Test
    void change_beforeADamagedJournalIsMended_isRefusedAndChangesNothing() {
        program.shell("head -c 100K /dev/urandom > \"$CTL_ROOT/journal/journal.mv.db\"");

        Program.Result create = program.ctl("create", "Three", "1M");

        assertThat(create.exit()).isEqualTo(1);
        assertThat(create.err()).startsWith("[FAIL] ").contains("ctl vm reconcile --rebuild").hasLineCount(1);
        assertThat(program.vms().resolve("Three")).doesNotExist();
    }

    /** With what names the last event beside the two, and without it. */
    @ParameterizedTest
    @ValueSource(strings = {"true", "rm listing", "rm head", "rm head listing"})
    void bothFilesCut_isALossThatHasToBeAccepted(String beside) {
        program.shell("cd \"$CTL_ROOT/journal\" && " + beside + " && truncate -s -10000 journal.mv.db"
                + " && head -5 events.jsonl > cut && cat cut > events.jsonl && rm cut");

        assertThat(inProcess.succeeds("list").out()).contains("MyBox", "Two");
        assertThat(program.ctl("create", "Three", "1M").exit()).isEqualTo(1);
        assertThat(inProcess.ctl("verify").exit()).isEqualTo(3);
        Program.Result refused = program.ctl("reconcile", "--rebuild");
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.err()).containsAnyOf("event 6: it can be read neither", "may be lost")
                .contains("--accept-loss")
                .hasLineCount(1);

        Program.Result accepted = program.ctl("reconcile", "--rebuild", "--accept-loss");
        assertThat(accepted.out()).contains("anew");
        assertThat(accepted.err()).contains("[WARN] accepted as lost: event");
        assertThat(inProcess.ctl("verify").out()).doesNotContain("journal: ");
        assertThat(program.succeeds("create", "Three", "1M").err()).doesNotContain("FAIL");
    }

    @Test
    void bothFilesRemoved_areNotTakenForANewJournal() {
        program.shell("cd \"$CTL_ROOT/journal\" && rm journal.mv.db events.jsonl");

        assertThat(program.ctl("create", "Three", "1M").err()).startsWith("[FAIL] ")
                .contains("journal.mv.db is missing");
        assertThat(inProcess.ctl("reconcile", "--rebuild").err()).contains("every event, up to event 6");
    }

    @Test
    void journalThatIsLostAltogether_isGivenUpOnlyWhenToldTo() {
        program.shell("cd \"$CTL_ROOT/journal\" && : > journal.mv.db && : > events.jsonl");

        Program.Result refused = program.ctl("reconcile", "--rebuild");
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.err()).contains("--accept-loss").hasLineCount(1);

        assertThat(program.succeeds("reconcile", "--rebuild", "--accept-loss").out()).contains("MyBox: made by hand");
        assertThat(inProcess.succeeds("list", "-l").out()).doesNotContain("not in the journal");
        assertThat(inProcess.succeeds("create", "Three", "1M").err()).isEmpty();
    }

    /** Without what is free: others write to that disk as well. */
    private String listing() {
        return inProcess.succeeds("list", "-l").out().replaceFirst(", [^,]* free\n$", "");
    }
}
