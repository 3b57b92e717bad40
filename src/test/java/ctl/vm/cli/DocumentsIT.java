package ctl.vm.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The pages whose commands are typed as they stand there, one after the other in one shell, by a user with an empty home.
 * What they print must be what the page shows; {@code …} stands for what differs from day to day.
 */
class DocumentsIT {

    private static final String FENCE = "```console";
    private static final String PROMPT = "$ ";
    private static final String MARK = "----- next command";

    @TempDir
    Path folder;

    @Test
    void tutorial_typedFromTopToBottom_printsWhatItShows() throws IOException {
        assertThat(typed(page("docs/tutorial.md"))).isNotEmpty();
    }

    @Test
    void movingIn_typedAtATreeThatWasMadeByHand_printsWhatItShows() throws IOException {
        new Program(folder).shell("""
                mkdir -p ../home/s2e/vm/Debian ../home/s2e/vm/Windows; cd ../home/s2e/vm
                truncate -s 4M Debian/disk.s2e Windows/disk.s2e
                cp -p Debian/disk.s2e Debian/disk.s2e.ready; cp -p Debian/disk.s2e Debian/disk.s2e.booted
                sleep 3  # what was written to just now could be a copy that is still being made
                """);

        assertThat(typed(page("docs/moving-in.md"))).isNotEmpty();
    }

    @Test
    void reconcile_typedFromTopToBottom_printsWhatItShows() throws IOException {
        Program program = new Program(folder);
        program.succeeds("create", "MyBox", "1M");
        program.succeeds("create", "Old", "2M");
        program.succeeds("create", "Three", "2M");
        // A snapshot by S2E: the time that it demands of the disk image, and that its map is in sector 1.
        program.shell("""
                cd "$CTL_ROOT/vm"
                dd if=/dev/urandom of=MyBox/disk.s2e bs=4k count=80 seek=7 conv=notrunc status=none
                printf '\\xa5\\x35\\x57\\x69\\0\\0\\0\\0\\x01\\0\\0\\0\\0\\0\\0\\0' > MyBox/disk.s2e.ready
                truncate -s 1024 MyBox/disk.s2e.ready
                touch -d @1767323045 */disk*
                """);
        program.succeeds("reconcile");

        assertThat(typed(page("docs/reconcile.md"))).isNotEmpty();
    }

    /** A command and the lines it prints. */
    private record Typed(String command, List<String> shown) {}

    private List<Typed> typed(List<Typed> page) throws IOException {
        Path home = Files.createDirectories(folder.resolve("home"));
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Files.createSymbolicLink(bin.resolve("ctl"), Path.of("ctl").toAbsolutePath());
        StringBuilder script = new StringBuilder("cd \"$HOME\"\n");
        page.forEach(typed -> script.append("echo '").append(MARK).append("'\n").append(typed.command()).append('\n'));
        Program program = new Program(folder)
                .with("HOME", home.toString())
                .with("PATH", bin + ":" + System.getenv("PATH"));
        Process shell = program.start(List.of("/bin/bash", "-c", script.toString()));
        String output = new String(shell.getInputStream().readAllBytes(), UTF_8);
        String[] printed = output.split(Pattern.quote(MARK) + "\n", -1);
        for (int number = 0; number < page.size(); number++) {
            requireShown(page.get(number), printed[number + 1]);
        }
        return page;
    }

    private static void requireShown(Typed typed, String printed) {
        List<String> lines = printed.lines().toList();
        assertThat(lines).as("%s%n%s", typed.command(), printed).hasSameSizeAs(typed.shown());
        for (int line = 0; line < lines.size(); line++) {
            assertThat(lines.get(line)).as(typed.command()).matches(pattern(typed.shown().get(line)));
        }
    }

    private static Pattern pattern(String shown) {
        return Pattern.compile(String.join(
                ".*", Arrays.stream(shown.split("…", -1)).map(Pattern::quote).toList()));
    }

    private static List<Typed> page(String file) throws IOException {
        List<Typed> page = new ArrayList<>();
        boolean inside = false;
        for (String line : Files.readAllLines(Path.of(file))) {
            if (line.startsWith("```")) {
                inside = line.equals(FENCE);
            } else if (inside && line.startsWith(PROMPT)) {
                page.add(new Typed(line.substring(PROMPT.length()), new ArrayList<>()));
            } else if (inside) {
                page.getLast().shown().add(line);
            }
        }
        return page;
    }
}
