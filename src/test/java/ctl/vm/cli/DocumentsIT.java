package ctl.vm.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ctl.PostgresServer;
import ctl.Servers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * The transcripts in pages: a user with an empty home folder types the commands, and the output is what the page shows.
 */
@Order(1)
class DocumentsIT {

    /** Each page with the tools that it uses and that Debian does not always have. */
    static final List<Map.Entry<String, List<String>>> PAGES = List.of(
            Map.entry("README.md", List.of()),
            Map.entry("docs/tutorial.md", List.of()),
            Map.entry("docs/moving-in.md", List.of()),
            Map.entry("docs/qemu.md", List.of("qemu-img")),
            Map.entry("docs/scripts.md", List.of("xz", "jq")),
            Map.entry("docs/config.md", List.of()),
            Map.entry("docs/trash.md", List.of()),
            Map.entry("docs/verify.md", List.of()),
            Map.entry("docs/audit.md", List.of()));

    /** By {@link InstallationIT}, or with more preparation. */
    private static final List<String> TYPED_ELSEWHERE = List.of("docs/installing.md", "docs/security.md",
            "docs/reconcile.md", "docs/team.md");

    private static final String NOBODY = "nobody";

    @TempDir
    Path folder;

    @ParameterizedTest
    @FieldSource("PAGES")
    void page_typedFromTopToBottom_printsWhatItShows(Map.Entry<String, List<String>> file) throws IOException {
        file.getValue().forEach(Program::assumeTool);
        type(Path.of(file.getKey()));
    }

    /** Its commands change existing VMs by hand. */
    @Test
    void reconcilePage_typedFromTopToBottom_printsWhatItShows() throws IOException {
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

        type(Path.of("docs/reconcile.md"));
    }

    /** Beside a server that has just been set up. */
    @Test
    void teamPage_typedFromTopToBottom_printsWhatItShows() throws IOException {
        Program.assumeTool("psql");
        try (PostgresServer server = Servers.start(Servers.NEWEST)) {
            server.execute("postgres", "DROP OWNED BY ctl_writer, ctl_reader", "DROP ROLE ctl_writer",
                    "DROP ROLE ctl_reader");
            type(Path.of("docs/team.md"), Map.of("PGPORT", Integer.toString(server.port())));
        }
    }

    private void type(Path file) throws IOException {
        type(file, Map.of());
    }

    private void type(Path file, Map<String, String> environment) throws IOException {
        Path home = Files.createDirectories(folder.resolve("home"));
        Page page = Page.of(file, System.getProperty("user.name"), home);
        Program program = new Program(folder).onPath().with("HOME", home.toString());
        environment.forEach(program::with);
        Process shell = program.start(List.of("/bin/bash", "-c", page.script()));
        shell.getOutputStream().close();
        page.requireShown(new String(shell.getInputStream().readAllBytes(), UTF_8));
    }

    @Test
    void everyPageThatShowsCommands_isTyped() throws IOException {
        List<String> show = new ArrayList<>();
        for (Path file : pages()) {
            if (Page.of(file, NOBODY, Path.of("/")).hasCommands()) {
                show.add(file.toString());
            }
            assertThat(file).content().as("typed by nobody, as it does not begin with a prompt")
                    .doesNotContain("\n    ctl vm ");
        }
        assertThat(Stream.concat(PAGES.stream().map(Map.Entry::getKey), TYPED_ELSEWHERE.stream()))
                .containsAll(show);
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> documents = Files.walk(Path.of("docs"))) {
            return Stream.concat(documents, Stream.of(Path.of("README.md"), Path.of("CHANGELOG.md")))
                    .filter(file -> file.toString().endsWith(".md") && !file.endsWith("reference.md"))
                    .toList();
        }
    }
}
