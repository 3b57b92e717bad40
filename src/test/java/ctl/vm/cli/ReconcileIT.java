package ctl.vm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ctl.vm.child.Children;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What people do in the folder with the tools that they have: MyBox with a snapshot, Old without, both in the journal.
 */
class ReconcileIT {

    @TempDir
    Path folder;

    private Program program;
    private InProcess inProcess;

    @BeforeEach
    void makeVms() {
        program = new Program(folder);
        inProcess = new InProcess(program);
        inProcess.succeeds("create", "MyBox", "1M");
        inProcess.succeeds("create", "Old", "2M");
        program.shell(
                """
                cd "$CTL_ROOT/vm"
                dd if=/dev/urandom of=MyBox/disk.s2e bs=4k count=3 seek=7 conv=notrunc status=none
                head -c 5000 /dev/urandom > MyBox/disk.s2e.ready
                find . -name 'disk*' -exec touch -d '2026-01-02 03:04:05' {} +
                """);
        inProcess.succeeds("reconcile");
    }

    @Test
    void nothingDone_isNoDrift() {
        assertThat(inProcess.succeeds("reconcile", "--dry-run").out()).isEqualTo("[ OK ] journal and folder agree\n");
    }

    @Test
    void everyKindOfChange_isToldAheadThenRecordedAndThenGone() {
        program.shell(
                """
                cd "$CTL_ROOT/vm"
                cp -r MyBox Copied
                mv Old Renamed
                mv MyBox/disk.s2e.ready MyBox/disk.s2e.set
                truncate -s 3M MyBox/disk.s2e
                echo notes > MyBox/notes.txt
                ln -s MyBox Link
                find Copied -type f -exec touch -d '2026-02-02 03:04:05' {} +
                """);
        String before = contents();

        Program.Result plan = program.ctl("reconcile", "--dry-run");
        assertThat(plan.exit()).as(plan.toString()).isEqualTo(3);
        assertThat(plan.out()).isEqualTo(
                """
                Renamed: renamed by hand from Old: to be recorded
                Copied: copied by hand from MyBox as it was before it was written to, without snapshot set, with snapshot ready in addition: to be recorded
                MyBox:set: renamed by hand from MyBox:ready: to be recorded
                MyBox (disk): grown from 1.0 MiB to 3.0 MiB: to be recorded
                """);
        assertThat(plan.err()).contains("vm/MyBox/notes.txt is no image", "vm/Link is a symbolic link");
        assertThat(inProcess.ctl("reconcile", "--dry-run").exit()).as("a dry run records nothing").isEqualTo(3);

        assertThat(program.succeeds("reconcile").out())
                .isEqualTo(plan.out().replaceAll("(?m)^(.*): to be recorded$", "[ OK ] $1"));
        assertThat(inProcess.succeeds("reconcile", "--dry-run").out()).isEqualTo("[ OK ] journal and folder agree\n");
        assertThat(contents()).as("the folder").isEqualTo(before);
        assertThat(inProcess.succeeds("list", "-l").out()).doesNotContain("not in the journal")
                .contains("copied by hand from MyBox");
        assertThat(inProcess.succeeds("audit", "Renamed", "--action", "by-hand").out())
                .contains("Old moved to Renamed");
    }

    @Test
    void copyWithTheSameContent_isToldFromOneWithAnother() {
        program.shell(
                """
                cd "$CTL_ROOT/vm"
                cp -r MyBox Same && cp -r MyBox Other && cp -r Old Empty
                dd if=/dev/urandom of=Other/disk.s2e bs=4k count=1 seek=8 conv=notrunc status=none
                find Same Other Empty -type f -exec touch -d '2026-02-02 03:04:05' {} +
                """);

        assertThat(program.succeeds("reconcile").out()).isEqualTo(
                """
                [ OK ] Empty: made by hand
                [ OK ] Other: made by hand
                [ OK ] Same: copied by hand from MyBox
                """);
        assertThat(inProcess.succeeds("list", "--json", "Same").out()).contains("\"kind\" : \"copied-by-hand\"");
    }

    @Test
    void copyThatIsStillWrittenTo_isToldAndNotRecordedYet() throws Exception {
        Process copying = program.start(List.of("/bin/sh", "-c",
                "mkdir \"$CTL_ROOT/vm/Half\"; exec 3>\"$CTL_ROOT/vm/Half/disk.s2e\";"
                        + " head -c 300000 \"$CTL_ROOT/vm/MyBox/disk.s2e\" >&3; echo; read line"));
        copying.getInputStream().read();

        Program.Result plan = inProcess.ctl("reconcile", "--dry-run");
        assertThat(plan.exit()).as(plan.toString()).isEqualTo(3);
        String writer = "Half: incomplete copy of MyBox, sh (pid %d) has disk.s2e open for writing"
                .formatted(copying.pid());
        assertThat(plan.out()).isEqualTo(writer + ": to be left until it is complete\n");
        Program.Result left = program.succeeds("reconcile", "--no-wait");
        assertThat(left.out()).isEmpty();
        assertThat(left.err()).isEqualTo("[SKIP] %s; it is recorded when it is complete\n".formatted(writer));

        copying.getOutputStream().close();
        copying.waitFor();
        program.shell("cp -p \"$CTL_ROOT/vm/MyBox/\"disk.s2e* \"$CTL_ROOT/vm/Half/\"");
        assertThat(inProcess.succeeds("reconcile").out()).isEqualTo("[ OK ] Half: copied by hand from MyBox\n");
    }

    @Test
    void watch_recordsWhatHappens_andEndsWhenAsked() throws Exception {
        List<String> told = Collections.synchronizedList(new ArrayList<>());
        program.shell("cp -a \"$CTL_ROOT/vm/MyBox\" \"$CTL_ROOT/vm/Before\"");
        Process watch = program.start(program.command("reconcile", "--watch"));
        Thread reader = Thread.ofVirtual().start(() -> watch.inputReader().lines().forEach(told::add));
        awaitLine(told, "[ OK ] Before: copied by hand from MyBox");

        program.shell("cd \"$CTL_ROOT/vm\" && mv Old Renamed");
        awaitLine(told, "[ OK ] Renamed: renamed by hand from Old");
        program.shell("cd \"$CTL_ROOT/vm\" && cp -r MyBox Copied");
        awaitLine(told, "[ OK ] Copied: copied by hand from MyBox");
        program.shell("cd \"$CTL_ROOT/vm\" && echo snapshot > Copied/disk.s2e.new");
        awaitLine(told, "[ OK ] Copied:new: new snapshot");
        inProcess.succeeds("create", "Ours", "1M");
        program.shell("cd \"$CTL_ROOT/vm\" && rm -r Renamed");
        awaitLine(told, "[ OK ] Renamed: removed by hand");

        Children.start("kill", "-INT", String.valueOf(watch.pid())).waitFor();
        assertThat(watch.waitFor(2, TimeUnit.MINUTES)).isTrue();
        reader.join();
        assertThat(watch.exitValue()).as(told.toString()).isZero();
        assertThat(told).noneMatch(line -> line.contains("Ours")).noneMatch(line -> line.contains("Exception"));
        assertThat(inProcess.succeeds("reconcile", "--dry-run").out()).isEqualTo("[ OK ] journal and folder agree\n");
    }

    /** The journal of what is there no longer must not go on in what has taken its place. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "rm -r root | root is gone: it was removed or renamed",
        "mv root elsewhere | root is gone: it was removed or renamed",
        "mv root elsewhere; mkdir root | root was replaced by another folder",
        "rm -r root/journal | root/journal is gone: it was removed or renamed",
        "mv root/journal elsewhere; cp -r elsewhere root/journal | root/journal was replaced by another folder",
        "mv root/vm elsewhere | root/vm is gone: it was removed or renamed",
        "mv root/vm elsewhere; ln -s ../elsewhere root/vm; mv elsewhere other; mkdir elsewhere"
                + " | root/vm was replaced by another folder"})
    void watch_whenItsRootIsNoLongerTheSame_endsWith4AndOneLine(String change, String reason) throws Exception {
        Process watch = program.start(program.command("reconcile", "--watch"));
        program.shell("cp -a \"$CTL_ROOT/vm/MyBox\" \"$CTL_ROOT/vm/Before\"");
        BufferedReader told = watch.inputReader();
        assertThat(told.readLine()).isEqualTo("[ OK ] Before: copied by hand from MyBox");

        program.shell("cd \"$CTL_ROOT/..\"; " + change);

        assertThat(watch.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(told.lines().filter(line -> !line.endsWith(": removed by hand")))
                .singleElement().asString().startsWith("[FAIL] ").contains(folder + "/" + reason);
        assertThat(watch.exitValue()).isEqualTo(4);
    }

    private static void awaitLine(List<String> told, String line) {
        await().atMost(Duration.ofMinutes(2)).untilAsserted(() -> assertThat(List.copyOf(told)).contains(line));
    }

    @Test
    void journalRebuiltFromNothing_takesTheVmsFromTheFolder() {
        program.shell("rm -r \"$CTL_ROOT/journal\"");

        program.succeeds("reconcile", "--rebuild");
        assertThat(inProcess.succeeds("list", "-l").out()).doesNotContain("not in the journal");
    }

    private String contents() {
        return program.shell("cd \"$CTL_ROOT/vm\" && find . -printf '%p %y %s %T@ %i\\n' | sort");
    }
}
