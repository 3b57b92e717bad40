package ctl.vm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
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

    @BeforeEach
    void prepare() {
        Program.assumeTool("tmux");
        program = new Program(folder).with("TERM", "xterm-256color").with("LC_ALL", "C.UTF-8");
        program.succeeds("create", "MyBox", "32M");
        program.shell(HARD_TO_PACK + " \"$CTL_ROOT/vm/MyBox/disk.s2e\"");
    }

    @Test
    void longStep_isShownInPlaceWithBytesRateAndTimeLeft_andLeavesOneLineBehind() {
        try (Screen screen = screen(80, "ctl vm export --level 12 MyBox")) {
            List<String> running = screen.when(line -> line.matches(RUNNING));
            assertThat(running).hasSize(2);
            assertThat(running.getFirst()).startsWith("[INFO] exporting to ");

            assertThat(screen.whenDone()).satisfiesExactly(
                    line -> assertThat(line).startsWith("[INFO] exporting to "),
                    line -> assertThat(line).isEqualTo("[ OK ] package disk image"),
                    line -> assertThat(line).isEqualTo("[ OK ] compress package"),
                    line -> assertThat(line).isEqualTo("[ OK ] clean up"));
        }
    }

    @Test
    void packageToAPipe_showsItsProgressOnTheTerminal() {
        try (Screen screen = screen(80, "ctl vm export --level 12 MyBox - | cat > out.tar.gz")) {
            screen.when(line -> line.matches(RUNNING));

            assertThat(screen.whenDone()).last().isEqualTo("[ OK ] compress package");
        }
    }

    @Test
    void statusLinesToAPipe_areNotMixedWithProgress() {
        try (Screen screen = screen(80, "ctl vm export --level 12 MyBox out.tar.gz | cat")) {
            assertThat(screen.whenDone()).allMatch(line -> line.startsWith("[INFO] ") || line.startsWith("[ OK ] "));
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
    void list_isBoldAsTheOriginal_unlessTheUserSaysOtherwise() {
        try (Screen screen = screen(80, "ctl vm list")) {
            screen.whenDone();
            assertThat(screen.coloured()).contains("\033[1mMyBox");
        }
        try (Screen screen = screen(80, "ctl vm list --color=never")) {
            screen.whenDone();
            assertThat(screen.coloured()).contains("MyBox").doesNotContain("\033[1m");
        }
        assertThat(program.succeeds("list", "--color=always").out()).contains("\033[1mMyBox\033[0m");
        assertThat(program.succeeds("list").out()).contains("MyBox").doesNotContain("\033");
    }

    private Screen screen(int columns, String line) {
        return new Screen(program, folder, columns, 24, line);
    }
}
