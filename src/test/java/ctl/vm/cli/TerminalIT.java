package ctl.vm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user sees on the screen of a terminal while something long goes on, and when it is over. */
class TerminalIT {

    /** Nothing packs these bytes well, so that the program is busy for some seconds. */
    private static final String HARD_TO_PACK = "head -c 32M /dev/urandom >";

    private static final String RUNNING = "\\[ [ 0-9]\\d%] package disk image  \\d+\\.\\d M?i?B of 32\\.0 MiB  \\d+\\.\\d [KM]iB/s  0:\\d\\d left";

    @TempDir
    private Path folder;

    private Program program;
    private InProcess inProcess;

    @BeforeEach
    void prepare() {
        Program.assumeTool("tmux");
        program = new Program(folder).with("TERM", "xterm-256color").with("LC_ALL", "C.UTF-8");
        inProcess = new InProcess(program);
        inProcess.succeeds("create", "MyBox", "32M");
        program.shell(HARD_TO_PACK + " \"$CTL_ROOT/vm/MyBox/disk.s2e\"");
    }

    @Test
    void longStep_isShownInPlaceWithBytesRateAndTimeLeft_andLeavesOneLineBehind() {
        try (Screen screen = screen(80, "ctl vm export --level 12 MyBox")) {
            List<String> running = screen.when(line -> line.matches(RUNNING));
            assertThat(running).hasSize(2);
            assertThat(running.getFirst()).startsWith("[INFO] exporting to ");

            List<String> done = screen.whenDone();
            assertThat(done.subList(0, 4)).satisfiesExactly(
                    line -> assertThat(line).startsWith("[INFO] exporting to "),
                    line -> assertThat(line).isEqualTo("[ OK ] package disk image"),
                    line -> assertThat(line).isEqualTo("[ OK ] compress package"),
                    line -> assertThat(line).isEqualTo("[ OK ] clean up"));
            assertThat(String.join("", done.subList(4, done.size()))).matches(
                    "\\[INFO] exported MyBox: 32\\.0 MiB, 32\\.0 MiB on disk, to .*/MyBox\\.tar\\.gz \\(3\\d\\.\\d MiB\\) in .*\\d s");
        }
    }

    @Test
    void packageToAPipe_showsItsProgressOnTheTerminal() {
        try (Screen screen = screen(80, "ctl vm export --level 12 MyBox - | cat > out.tar.gz")) {
            screen.when(line -> line.matches(RUNNING));

            assertThat(String.join("\n", screen.whenDone())).containsPattern(
                    "\\[ OK ] compress package\n\\[INFO] exported MyBox: 32\\.0 MiB, 32\\.0 MiB on disk, to standard output");
        }
    }

    @Test
    void statusLinesToAPipe_areNotMixedWithProgress() {
        try (Screen screen = screen(80, "ctl vm export --level 12 MyBox out.tar.gz | cat")) {
            assertThat(screen.whenDone()).allMatch(line -> line.matches("(\\[INFO]|\\[ OK ]| {6}) .*"));
        }
    }

    @Test
    void ctrlC_leavesOneLineThatSaysHowToGoOn() {
        try (Screen screen = screen(120, "ctl vm export --level 12 MyBox out.tar.gz")) {
            screen.when(line -> line.matches(RUNNING));
            screen.type("C-c");

            List<String> lines = screen.when(line -> line.contains("run the same command again"));
            assertThat(lines).noneMatch(line -> line.contains("%]"));
        }
    }

    @Test
    void question_saysBeforehandWhatGoes() {
        try (Screen screen = screen(80, "ctl vm delete MyBox")) {
            List<String> asked = screen.when(line -> line.equals("Delete VM MyBox? [y/N]"));
            assertThat(asked).first().isEqualTo("[INFO] MyBox: 32.0 MiB, 32.0 MiB on disk, no snapshots");
            screen.type("y");
            screen.type("Enter");

            assertThat(screen.whenDone()).contains("[ OK ] delete MyBox");
        }
    }

    @Test
    void severalVms_areListedAndAskedForOnce() {
        inProcess.succeeds("create", "Scratch", "1M");
        program.shell("echo state >\"$CTL_ROOT/vm/MyBox/disk.s2e.ready\"");
        try (Screen screen = screen(80, "ctl vm delete MyBox Scratch")) {
            List<String> asked = screen.when(line -> line.equals("Delete these 2 VMs? [y/N]"));
            assertThat(asked).containsExactly(
                    "NAME     SIZE      ON DISK   SNAPSHOTS",
                    "MyBox    32.0 MiB  32.0 MiB  1",
                    "Scratch  1.0 MiB   0 B       0",
                    "Delete these 2 VMs? [y/N]");
            screen.type("y");
            screen.type("Enter");

            assertThat(screen.whenDone()).contains("[ OK ] delete MyBox", "[ OK ] delete Scratch");
        }
    }

    @Test
    void ctrlC_atAQuestion_endsItsLine() {
        try (Screen screen = screen(80, "ctl vm delete MyBox")) {
            screen.when(line -> line.equals("Delete VM MyBox? [y/N]"));
            screen.type("C-c");

            assertThat(screen.when(line -> line.startsWith("exit ")))
                    .endsWith("Delete VM MyBox? [y/N] ^C", "exit 130");
        }
    }

    @Test
    void dumbTerminal_getsNoEscapeCodes() {
        for (String terminal : List.of("TERM=dumb", "-u TERM")) {
            String seen = program.shell("""
                    script -qec "env %s '%s' vm export -fy --level 12 MyBox" log >/dev/null
                    cat -v log
                    """.formatted(terminal, Path.of("ctl").toAbsolutePath()));

            assertThat(seen).contains("[ OK ] package disk image^M").doesNotContain("^[").doesNotContain("%]");
        }
    }

    @Test
    void tables_fitTheWindow() {
        inProcess.succeeds("export", "MyBox", "a-package-with-a-name-of-some-length.tar.gz");
        inProcess.succeeds("import", "a-package-with-a-name-of-some-length.tar.gz", "AnImportedBox");
        program.run("", program.command("export", "MyBox", "nowhere/that/is/MyBox.tar.gz"));
        inProcess.succeeds("delete", "-y", "MyBox");
        program.shell("echo state >\"$CTL_ROOT/vm/AnImportedBox/disk.s2e.ready\"");
        for (int columns : List.of(80, 40)) {
            for (String command : List.of("list -l", "list --tree", "df", "audit", "audit -l", "trash", "operations",
                    "diff --since 1h",
                    "info AnImportedBox")) {
                try (Screen screen = new Screen(program, folder, columns, 200, "ctl vm " + command)) {
                    assertThat(screen.whenDone()).as("%s in %d columns", command, columns)
                            .filteredOn(line -> line.length() > columns)
                            // Behind the lines of a tree, too, only a word that is too long by itself may stand.
                            .allSatisfy(word -> assertThat(word.replaceFirst("^[│├└─ ]+", "").strip())
                                    .doesNotContain(" "));
                }
            }
        }
    }

    @Test
    void force_thatWouldReplaceAVm_asksFirst_andANoLeavesIt() {
        program.shell("echo state > \"$CTL_ROOT/vm/MyBox/disk.s2e.ready\"");
        try (Screen screen = screen(80, "ctl vm create -f MyBox 1M")) {
            screen.when(line -> line.equals("Replace VM MyBox (32.0 MiB, 1 snapshot)? [y/N]"));
            screen.type("n");
            screen.type("Enter");

            List<String> lines = screen.when(line -> line.startsWith("exit "));
            assertThat(lines).contains("[SKIP] MyBox was not replaced").last().isEqualTo("exit 1");
        }
        assertThat(program.vms().resolve("MyBox/disk.s2e").toFile()).hasSize(32 << 20);
    }

    @Test
    void force_answeredYesOrBeforehandOrWithNothingToReplace_goesOn() {
        inProcess.succeeds("create", "Small", "1M");
        try (Screen screen = screen(80, "ctl vm clone -f Small MyBox")) {
            screen.when(line -> line.equals("Replace VM MyBox (32.0 MiB, no snapshots)? [y/N]"));
            screen.type("y");
            screen.type("Enter");
            screen.whenDone();
        }
        assertThat(program.vms().resolve("MyBox/disk.s2e").toFile()).hasSize(1 << 20);
        String line = "ctl vm create -fy MyBox 2M && ctl vm create -f New 1M && ctl vm export -f MyBox";
        try (Screen screen = screen(80, line)) {
            assertThat(screen.whenDone()).noneMatch(shown -> shown.contains("Replace"));
        }
        assertThat(program.vms().resolve("MyBox/disk.s2e").toFile()).hasSize(2 << 20);
    }

    @Test
    void force_thatWouldReplaceAPackage_namesItAndItsSize() {
        program.shell("head -c 3M /dev/urandom > MyBox.tar.gz");
        try (Screen screen = screen(200, "ctl vm export -f MyBox; ctl vm import -f MyBox.tar.gz MyBox")) {
            screen.when(line -> line.equals("Replace %s (3.0 MiB)? [y/N]"
                    .formatted(program.work().resolve("MyBox.tar.gz"))));
            screen.type("C-d");
            screen.when(line -> line.equals("Replace VM MyBox (32.0 MiB, no snapshots)? [y/N]"));
            screen.type("Enter");
            screen.when(line -> line.equals("exit 1"));
        }
        assertThat(program.work().resolve("MyBox.tar.gz").toFile()).hasSize(3 << 20);
    }

    @Test
    void result_thatIsLongerThanTheWindow_isShownByAPager_untilTheUserLeavesIt() {
        Program.assumeTool("less");
        try (Screen screen = new Screen(program, folder, 80, 10, "ctl vm list --help")) {
            assertThat(screen.when(":"::equals).getFirst()).isEqualTo("List VMs and their snapshots.");
            screen.type("C-c");
            // The terminal throws away what is typed right behind a Ctrl-C: the end is asked for until it is there.
            await().atMost(Duration.ofMinutes(5)).pollInterval(Duration.ofMillis(200)).until(() -> {
                screen.type("G");
                return screen.lines().contains("(END)");
            });
            screen.type("q");

            screen.whenDone();
        }
        for (String line : List.of("ctl vm --no-pager list --help", "ctl vm list --help --no-pager",
                "PAGER= ctl vm list --help", "PAGER=cat ctl vm list --help",
                "CTL_PAGER=no-such-pager ctl vm list --help",
                "ctl vm list --help </dev/null")) {
            try (Screen screen = new Screen(program, folder, 80, 12, line)) {
                assertThat(screen.whenDone()).as(line).contains("Examples:");
            }
        }
    }

    @Test
    void exitCode_isThatOfTheCommand_whateverThePagerEndsWith() {
        program.with("CTL_PAGER", "head -1; exit 9");
        try (Screen screen = new Screen(program, folder, 80, 5, "ctl vm audit -l")) {
            assertThat(screen.whenDone()).hasSize(1).first().asString().startsWith("TIME ");
        }
        try (Screen screen = new Screen(program, folder, 80, 5, "ctl vm info NoSuchBox")) {
            assertThat(screen.when(line -> line.startsWith("exit "))).endsWith("exit 4").anyMatch(line -> line
                    .startsWith("[FAIL] NoSuchBox: no such VM"));
        }
    }

    @Test
    void list_isBoldAsTheOriginal_unlessTheUserSaysOtherwise() {
        try (Screen screen = screen(80, "ctl vm list")) {
            screen.whenDone();
            assertThat(screen.coloured()).contains("\033[1mMyBox");
        }
        try (Screen screen = screen(80, "ctl vm list --color=never")) {
            screen.whenDone();
            assertThat(screen.coloured()).contains("MyBox").doesNotContain("\033[1m");
        }
        assertThat(inProcess.succeeds("list", "--color=always").out()).contains("\033[1mMyBox\033[0m");
        assertThat(program.succeeds("list").out()).contains("MyBox").doesNotContain("\033");
    }

    private Screen screen(int columns, String line) {
        return new Screen(program, folder, columns, 24, line);
    }
}
