package ctl.vm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ctl.vm.child.Children;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checks, drift in listings, earlier listings and following, with the program as a user has it. */
final class VerifyIT {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    @TempDir
    private Path folder;

    private Program program;
    private InProcess inProcess;

    @BeforeEach
    void makeVms() {
        program = new Program(folder);
        inProcess = new InProcess(program);
        inProcess.succeeds("create", "MyBox", "4M");
        program.shell("""
                cd "$CTL_ROOT/vm/MyBox"
                head -c 2500000 /dev/urandom | dd of=disk.s2e conv=notrunc status=none
                head -c 5000 /dev/urandom > disk.s2e.ready
                find . -name 'disk*' -exec touch -d '2026-01-02 03:04:05' {} +
                """);
        inProcess.succeeds("reconcile");
    }

    @Test
    void journalAndFolderAsTheyWereLeft_areClean() {
        assertThat(program.succeeds("verify").out())
                .isEqualTo("[ OK ] 5 events checked, journal and folder agree\n");
        assertThat(inProcess.succeeds("verify", "--json").out()).contains("\"clean\" : true");
        assertThat(inProcess.succeeds("list").err()).isEmpty();
    }

    @Test
    void lineEditedInTheMirror_isNamed_andNothingIsChanged() {
        program.shell("sed -i '3s/\"user\":\"[^\"]*\"/\"user\":\"nobody\"/' \"$CTL_ROOT/journal/events.jsonl\"");
        String before = looks();

        Program.Result result = program.ctl("verify");
        assertThat(result.exit()).as(result.toString()).isEqualTo(3);
        assertThat(result.out()).isEqualTo(
                "journal: event 3 was edited in the mirror: its hash is not that of its content\n");
        assertThat(inProcess.ctl("verify", "--json").out()).contains("\"kind\" : \"edited\"", "\"event\" : 3");
        assertThat(looks()).isEqualTo(before);
    }

    @Test
    void seal_isExtendedByLaterEvents_andNotByAnotherJournal() {
        String seal = program.succeeds("audit", "--seal").out().strip();
        assertThat(seal).startsWith("ctl-seal-1:5:");
        inProcess.succeeds("create", "Two", "1M");
        inProcess.succeeds("verify", "--against", seal);

        program.shell("rm -r \"$CTL_ROOT/journal\"");
        inProcess.succeeds("reconcile");
        Program.Result result = program.ctl("verify", "--against", seal);
        assertThat(result.exit()).isEqualTo(3);
        assertThat(result.out()).contains("journal: ", "seal");
        assertThat(inProcess.ctl("verify", "--against", "ctl-seal-1").exit()).isEqualTo(2);
    }

    @Test
    void imageThatRotted_isDamaged_andOneThatWasWrittenTo_isNot() {
        inProcess.succeeds("export", "MyBox");
        inProcess.succeeds("import", "MyBox.tar.gz", "Copy");
        assertThat(inProcess.succeeds("verify", "--deep").out()).contains("4 images match their digests");

        program.shell("""
                cd "$CTL_ROOT/vm"
                printf x | dd of=MyBox/disk.s2e bs=1 seek=1000 conv=notrunc status=none
                touch -d '2026-01-02 03:04:05' MyBox/disk.s2e
                """);
        assertThat(inProcess.ctl("verify").exit()).isZero();
        Program.Result damaged = program.ctl("verify", "--deep", "MyBox");
        assertThat(damaged.exit()).isEqualTo(3);
        assertThat(damaged.out()).contains("image: MyBox (disk) is damaged: its size and time are those of event");

        program.shell("touch \"$CTL_ROOT/vm/MyBox/disk.s2e\"");
        inProcess.succeeds("reconcile");
        Program.Result changed = inProcess.ctl("verify", "--deep");
        assertThat(changed.exit()).as(changed.toString()).isZero();
        assertThat(changed.err()).contains("MyBox (disk) changed since event");
    }

    @Test
    void changesByHand_areToldByListsAndByVerify() {
        String plain = inProcess.succeeds("list").out();
        program.shell("""
                cd "$CTL_ROOT/vm"
                mv MyBox/disk.s2e.ready MyBox/disk.s2e.set
                truncate -s 5M MyBox/disk.s2e
                """);

        Program.Result list = program.succeeds("list");
        assertThat(list.out()).isEqualTo(plain.replace("4.0MiB", "5.0MiB").replace("ready", "set"));
        assertThat(list.err()).isEqualTo(
                "[INFO] 2 differences between folder and journal: \"ctl vm reconcile\" records them\n");
        assertThat(inProcess.succeeds("list", "-l").out())
                .contains("grown from 4.0 MiB to 5.0 MiB", "renamed by hand from MyBox:ready");
        assertThat(inProcess.succeeds("list", "--json").out()).contains("\"drift\" : [ \"image-changed\" ]");
        Program.Result verified = program.ctl("verify");
        assertThat(verified.exit()).isEqualTo(3);
        assertThat(verified.out()).isEqualTo("""
                folder: MyBox:set: renamed by hand from MyBox:ready
                folder: MyBox (disk): grown from 4.0 MiB to 5.0 MiB
                """);

        program.shell("rm -r \"$CTL_ROOT/vm/MyBox\"");
        assertThat(inProcess.succeeds("list", "-l").out()).contains("MyBox  -").contains("removed by hand");
        assertThat(inProcess.succeeds("list").err()).contains("1 difference between");
    }

    @Test
    void earlierListing_isThatOfItsTime_andDiffTellsWhatChanged() throws Exception {
        String then = inProcess.succeeds("list").out();
        Thread.sleep(1100);
        String time = program.shell("date -u +%Y-%m-%dT%H:%M:%SZ").strip();
        Thread.sleep(1100);
        inProcess.succeeds("create", "Two", "1M");
        inProcess.succeeds("delete", "MyBox:ready");

        assertThat(program.succeeds("list", "--at", time).out()).isEqualTo(then);
        assertThat(inProcess.succeeds("list", "--at", time, "--json").out()).contains("\"sizeBytes\" : 4194304");
        assertThat(inProcess.succeeds("list", "--at", "2020-01-01").out()).isEmpty();
        assertThat(inProcess.ctl("list", "--at", time, "Two").exit()).isEqualTo(4);
        assertThat(program.succeeds("diff", "--since", time).out()).isEqualTo("MyBox:ready: vanished\nTwo: appeared\n");
        assertThat(inProcess.succeeds("diff", "--since", time, "--json").out()).contains("\"kind\" : \"vm-appeared\"");
        // Without a time it is the last day, in which the journal began.
        assertThat(inProcess.succeeds("diff").out()).isEqualTo("MyBox: appeared\nTwo: appeared\n");
        assertThat(inProcess.succeeds("diff", "--since", "now").err()).startsWith("[INFO] nothing has changed since ");
    }

    @Test
    void twoFollowers_haveEveryEventOnceAndInOrder_andEndAtCtrlC() throws Exception {
        List<Path> outputs = List.of(folder.resolve("one"), folder.resolve("other"));
        List<Process> followers = new ArrayList<>();
        for (Path output : outputs) {
            List<String> command = program.command("audit", "--follow", "--after", "0", "--json");
            followers.add(program.start(List.of("/bin/bash", "-c",
                    "exec \"$@\" > " + output, "follower", command.get(0), "vm", "audit", "--follow", "--after", "0",
                    "--json")));
        }
        for (int number = 1; number <= 3; number++) {
            inProcess.succeeds("create", "Vm" + number, "1M");
        }
        long last = program.shell("wc -l < \"$CTL_ROOT/journal/events.jsonl\"").strip().transform(Long::parseLong);
        for (Path output : outputs) {
            await().atMost(LIMIT).until(() -> Files.readAllLines(output).size() >= last);
            assertThat(Files.readString(output))
                    .isEqualTo(Files.readString(program.root().resolve("journal/events.jsonl")));
        }
        for (Process follower : followers) {
            Children.start("kill", "-INT", String.valueOf(follower.pid())).waitFor();
            assertThat(follower.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(follower.exitValue()).isEqualTo(130);
        }
    }

    /**
     * Or it would wait for events that are written elsewhere, or go on with another history. {@code rm -r} removes the
     * journal before the root: either may be missed first.
     */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "rm -r root | root(/journal)? is gone: it was removed or renamed",
        "mv root elsewhere | root is gone: it was removed or renamed",
        "mv root elsewhere; cp -r elsewhere root | root was replaced by another folder",
        "rm -r root/journal | root/journal is gone: it was removed or renamed",
        "mv root/journal elsewhere; mkdir root/journal; echo x > root/journal/events.jsonl"
                + " | root/journal was replaced by another folder"})
    void follower_whenItsJournalIsNoLongerTheSame_endsWith4AndOneLine(String change, String reason) throws Exception {
        Process follower = program.start(program.command("audit", "--follow", "--after", "4"));
        BufferedReader told = follower.inputReader();
        assertThat(told.readLine()).startsWith("     5  ");

        program.shell("cd \"$CTL_ROOT/..\"; " + change);

        assertThat(follower.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(told.lines()).singleElement().asString().startsWith("[FAIL] ")
                .containsPattern(Pattern.quote(folder + "/") + reason);
        assertThat(follower.exitValue()).isEqualTo(4);
    }

    /** Who moves the images to a larger disk does not end what is fed from the journal. */
    @Test
    void follower_whenTheFolderOfVmsIsMoved_goesOn() throws Exception {
        Process follower = program.start(program.command("audit", "--follow", "--after", "4"));
        BufferedReader told = follower.inputReader();
        assertThat(told.readLine()).startsWith("     5  ");

        program.shell("cd \"$CTL_ROOT\"; mv vm ../larger; ln -s ../larger vm");
        inProcess.succeeds("create", "Two", "1M");

        assertThat(told.readLine()).startsWith("     6  ");
    }

    private String looks() {
        return program.shell("cd \"$CTL_ROOT/journal\" && find . -printf '%p %s %T@ %i\\n' | sort");
    }
}
