package ctl.vm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.inventory.CopyOptions;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.Sample;
import ctl.vm.inventory.value.Layout;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.SnapshotName;
import ctl.vm.inventory.value.VmName;
import ctl.vm.journal.h2.H2Journal;
import ctl.vm.journal.h2.H2JournalTest;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Changes by hand at VMs of an operation that died as soon as its start was recorded. They are shown wherever others
 * are, with what {@code resume} would do, and it does that.
 */
class InterruptedByHandTest {

    private static final VmName MY_BOX = new VmName("MyBox");
    private static final VmName TWO = new VmName("Two");

    @TempDir
    Path folder;

    private final Random random = new Random(7);
    private InProcess program;

    @BeforeEach
    void makeMyBox() {
        program = new InProcess(folder);
        program.succeeds("create", "MyBox", "1M");
        program.shell("head -c 5000 /dev/urandom > MyBox/disk.s2e.ready; head -c 9000 /dev/urandom"
                + " | dd of=MyBox/disk.s2e conv=notrunc status=none");
        program.succeeds("reconcile");
    }

    @Test
    void nothingChanged_isFinished() {
        dies(new Request.Clone(MY_BOX, TWO, CopyOptions.USUAL, false));

        assertThat(program.succeeds("list", "-l").err()).hasLineCount(1).contains("1 operation was interrupted");
        assertThat(program.succeeds("verify").out()).contains("journal and folder agree");
        assertThat(program.ctl("reconcile", "--dry-run").out()).isEqualTo("clone of MyBox to Two: to be finished\n");
        program.succeeds("resume");
    }

    @Test
    void deletion_ofAVmThatGotASnapshot_isShownAndRefused() {
        String id = dies(new Request.DeleteVm(MY_BOX, false));
        program.shell("echo fresh > MyBox/disk.s2e.fresh");

        assertShown("MyBox:fresh", "new snapshot", id,
                "does not finish it: deletion of MyBox would take MyBox away, which has changed since");
        assertThat(program.ctl("reconcile", "--dry-run").out()).isEqualTo("""
                MyBox:fresh: new snapshot: to be left until "deletion of MyBox" is finished or abandoned
                deletion of MyBox: to be left, because it would take MyBox away; "ctl vm resume" does not finish it:\
                 deletion of MyBox would take MyBox away, which has changed since
                """);
        Program.Result left = program.ctl("reconcile");
        assertThat(left.exit()).isEqualTo(7);
        assertThat(left.err().lines().filter(line -> line.startsWith("[FAIL]"))).singleElement().asString()
                .startsWith("[FAIL] deletion of MyBox: it would take MyBox away");
        assertThat(left.err()).contains(
                "[SKIP] MyBox:fresh: new snapshot; it is left until \"deletion of MyBox\" is finished or abandoned");
        Program.Result json = program.ctl("reconcile", "--json");
        assertThat(json.exit()).isEqualTo(7);
        assertThat(json.out()).contains("\"error\" : {", "\"exitCode\" : 7", "it would take MyBox away");
        Program.Result refused = program.ctl("resume");
        assertThat(refused.exit()).isEqualTo(7);
        assertThat(refused.err()).hasLineCount(1).startsWith("[FAIL] deletion of MyBox: ");
        program.succeeds("abandon", id);
        assertThat(program.succeeds("reconcile").out()).isEqualTo("[ OK ] MyBox:fresh: new snapshot\n");
    }

    @Test
    void clone_ofWhichTheNameWasTakenByHand_isShownAndStops() {
        String id = dies(new Request.Clone(MY_BOX, TWO, CopyOptions.USUAL, false));
        program.shell("cp -r MyBox Two");

        assertShown("Two", "made by hand", id, "does not finish it: Two already exists");
        assertThat(program.ctl("resume").exit()).isEqualTo(5);
        program.succeeds("resume", id, "--as", "Three");
        assertThat(program.succeeds("reconcile").out()).isEqualTo("[ OK ] Two: copied by hand from MyBox\n");
    }

    @Test
    void deletion_ofAVmThatWasRenamed_isShownAndTakenBack() {
        String id = dies(new Request.DeleteVm(MY_BOX, false));
        program.shell("mv MyBox Other");

        assertThat(program.ctl("reconcile", "--dry-run").out()).isEqualTo("""
                Other: renamed by hand from MyBox: to be left until "deletion of MyBox" is finished or abandoned
                deletion of MyBox: to be taken back: MyBox: no such VM
                """);
        assertThat(program.succeeds("list", "-l").err()).contains("\"ctl vm resume %s\" takes it back".formatted(id));
        assertThat(program.ctl("resume").exit()).isEqualTo(4);
        assertThat(program.succeeds("reconcile").out()).isEqualTo("[ OK ] Other: renamed by hand from MyBox\n");
    }

    @Test
    void rename_ofWhichOnlyTheRecordIsMissing_isNoChangeByHand() {
        dies(new Request.Rename(MY_BOX, TWO));
        program.shell("mv MyBox Two");

        assertThat(program.succeeds("list", "-l").err()).hasLineCount(1);
        assertThat(program.succeeds("verify").out()).contains("journal and folder agree");
        assertThat(program.ctl("reconcile", "--dry-run").out())
                .isEqualTo("renaming of MyBox to Two: to be recorded, as all else is done\n");
        assertThat(program.succeeds("reconcile").out()).contains("[ OK ] rename MyBox to Two");
    }

    @Test
    void resume_ofSeveral_endsThoseThatItCanAndFailsWithALineForTheRest() {
        dies(new Request.DeleteVm(MY_BOX, false));
        dies(new Request.DeleteSnapshot(MY_BOX, new SnapshotName("ready"), false));
        program.shell("echo fresh > MyBox/disk.s2e.ready; touch MyBox/disk.s2e");
        dies(new Request.Clone(MY_BOX, TWO, CopyOptions.USUAL, false));

        Program.Result result = program.ctl("resume");

        assertThat(result.exit()).isEqualTo(7);
        assertThat(program.succeeds("list", "Two").out()).contains("Two");
        assertThat(result.err().lines().filter(line -> line.startsWith("[WARN]"))).hasSize(1);
        assertThat(result.err().lines().filter(line -> line.startsWith("[FAIL]"))).singleElement().asString()
                .startsWith("[FAIL] 2 operations are left undone; deletion of MyBox");
    }

    @Test
    void abandon_withoutAnId_listsAndAsks() {
        String id = dies(new Request.Clone(MY_BOX, TWO, CopyOptions.USUAL, false));
        String listed = "clone of MyBox to Two (ctl vm abandon %s)\n".formatted(id);

        Program.Result refused = program.ctl("abandon");
        assertThat(refused.exit()).isEqualTo(2);
        assertThat(refused.out()).isEqualTo(listed);
        assertThat(refused.err()).hasLineCount(1).contains("Abandon 1 interrupted operation?", "add -y");
        Program.Result no = program.answering("n\n", "abandon");
        assertThat(no.exit()).isEqualTo(1);
        assertThat(no.out()).contains(listed);
        assertThat(no.err()).contains("[SKIP] nothing was abandoned");
        assertThat(program.succeeds("operations").out()).contains(id);
        assertThat(program.ctl("abandon", "--all", id).exit()).isEqualTo(2);

        assertThat(program.succeeds("abandon", "-y").out()).isEqualTo("[ OK ] abandon clone of MyBox to Two\n");
        dies(new Request.Clone(MY_BOX, TWO, CopyOptions.USUAL, false));
        assertThat(program.succeeds("abandon", "--all").out()).isEqualTo("[ OK ] abandon clone of MyBox to Two\n");
    }

    @ParameterizedTest
    @CsvSource({"operations, true", "resume, false", "abandon, false", "trash, true", "diff --since now, true"})
    void nothingToShow_isSaidOnStderr(String command, boolean hasJson) {
        Program.Result result = program.succeeds(command.split(" "));

        assertThat(result.out()).isEmpty();
        assertThat(result.err()).startsWith("[INFO] ").hasLineCount(1);
        if (hasJson) {
            Program.Result json = program.succeeds((command + " --json").split(" "));
            assertThat(json.out()).contains("[ ]");
            assertThat(json.err()).isEmpty();
        }
    }

    private void assertShown(String what, String change, String id, String next) {
        Program.Result listing = program.succeeds("list", "-l");
        assertThat(listing.out().lines()).anySatisfy(
                line -> assertThat(line).startsWith(what).contains(change));
        String hint = "was interrupted: \"ctl vm resume %s\" %s".formatted(id, next);
        assertThat(listing.err()).contains(hint);
        assertThat(program.succeeds("list", "--json").out()).contains("\"next\" : \"stop\"", change);
        Program.Result verified = program.ctl("verify");
        assertThat(verified.exit()).isEqualTo(3);
        assertThat(verified.out()).contains("folder: %s: %s".formatted(what, change));
        assertThat(verified.err()).contains(hint);
        assertThat(program.ctl("verify", "--json").out()).contains("\"next\" : \"stop\"");
        assertThat(program.ctl("reconcile", "--dry-run", "--json").out()).contains("\"next\" : \"stop\"", change);
    }

    /** An operation of which nothing but its start was recorded. Returns its id. */
    private String dies(Request request) {
        var journal = new H2Journal(H2JournalTest.database(Layout.at(folder.resolve("root"))), Sample::actor,
                Clock.systemUTC(), Duration.ofSeconds(10), _ -> {});
        OperationId id = OperationId.startedAt(Instant.now(), random.nextInt());
        journal.append(id, new Event.OperationStarted(request, Optional.empty()));
        return id.text();
    }
}
