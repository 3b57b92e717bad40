package ctl.vm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The screens that {@code docs/terminal.md} shows, each below the command and the width of its window, compared with
 * those of a terminal but for the numbers. The page gets new ones by
 *
 * <pre>
 * mvn -B verify -Dtest=NoSuch -Dsurefire.failIfNoSpecifiedTests=false -Dit.test=ProgressScreensIT -Dscreens.write=true
 * </pre>
 */
class ProgressScreensIT {

    private static final Path PAGE = Path.of("docs/terminal.md");

    private static final Pattern SHOWN = Pattern
            .compile("<!-- (\\d+) columns(?:, then (\\d+))?: (.*) -->\n```\n((?s:.*?))```\n");

    /** Each access to an image takes that much longer, so that there is something to see. */
    private static final String SLOWLY = """
            ctl() {
                local slowly="-P $CTL_ROOT/vm/MyBox/disk.s2e -e inject=copy_file_range:delay_exit=350ms -e inject=pread64:delay_exit=50ms"
                [[ $2 != import ]] || slowly='-e inject=pwrite64:delay_exit=40ms'
                strace -f -qq -o /dev/null $slowly '%s' "$@"
            }
            xz() { for mebibyte in {1..8}; do head -c 1M /dev/urandom; sleep 0.2; done; }
            """.formatted(Path.of("ctl").toAbsolutePath());

    @TempDir
    private Path folder;

    private Program program;

    /** A screen of the page. @param then columns to which the window is made narrower, or 0 */
    private record Shown(int columns, int then, String command, String lines) {}

    @BeforeEach
    void prepare() {
        Program.assumeTool("tmux");
        Program.assumeTool("strace");
        program = new Program(folder).with("TERM", "xterm-256color").with("LC_ALL", "C.UTF-8");
        program.succeeds("create", "MyBox", "32M");
        program.shell("head -c 32M /dev/urandom >\"$CTL_ROOT/vm/MyBox/disk.s2e\"");
        program.succeeds("reconcile");
    }

    @Test
    void screensOfThePage_areThoseOfATerminal() throws IOException {
        String page = Files.readString(PAGE);
        List<Shown> shown = SHOWN.matcher(page).results().map(ProgressScreensIT::shown).toList();
        assertThat(shown).hasSizeGreaterThan(5);
        List<Shown> seen = new ArrayList<>();
        for (Shown screen : shown) {
            seen.add(see(screen));
        }
        if (Boolean.getBoolean("screens.write")) {
            for (int number = 0; number < shown.size(); number++) {
                String heading = shown.get(number).command() + " -->\n```\n";
                page = page.replace(heading + shown.get(number).lines(), heading + seen.get(number).lines());
            }
            Files.writeString(PAGE, page);
        } else {
            assertThat(seen.stream().map(ProgressScreensIT::shape))
                    .isEqualTo(shown.stream().map(ProgressScreensIT::shape).toList());
        }
    }

    private static Shown shown(MatchResult found) {
        int then = found.group(2) == null ? 0 : Integer.parseInt(found.group(2));
        return new Shown(Integer.parseInt(found.group(1)), then, found.group(3), found.group(4));
    }

    /** Waits until the step is well under way, and lets it end, after which nothing may be left of it. */
    private Shown see(Shown wanted) {
        try (Screen screen = new Screen(program, folder, wanted.columns(), 24, SLOWLY + wanted.command())) {
            List<String> lines = screen.when(ProgressScreensIT::isUnderWay);
            if (wanted.then() > 0) {
                screen.resize(wanted.then(), 24);
                lines = screen.when(line -> line.length() < wanted.then() && isUnderWay(line));
            }
            assertThat(screen.whenDone()).noneMatch(line -> line.contains("%]") || line.contains("left"));
            return new Shown(wanted.columns(), wanted.then(), wanted.command(), String.join("\n", lines).replace(
                    program.work().toString(), "/home/ada") + "\n");
        }
    }

    private static boolean isUnderWay(String line) {
        return line.endsWith(" left") || line.startsWith("[ .. ]") && line.endsWith("iB");
    }

    /** What stays the same however fast it goes. */
    private static String shape(Shown shown) {
        String lines = shown.lines().replaceAll("\\[ +\\d+%]", "[00%]").replaceAll("\\d+", "0").replaceAll("[KM]iB",
                "MiB");
        return "$ " + shown.command() + "\n" + lines;
    }
}
