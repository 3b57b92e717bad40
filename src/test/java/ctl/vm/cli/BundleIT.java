package ctl.vm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ctl.vm.child.Children;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is to be installed, used by somebody who has no Java. */
class BundleIT {

    static final Path TARGET = Path.of("target").toAbsolutePath();

    /** {@code project.build.outputTimestamp}. */
    private static final String TIME_OF_ALL = "2026-01-01T00:00:00";

    @TempDir
    Path folder;

    @Test
    void archive_unpackedElsewhere_worksWithoutJava() throws IOException {
        sh("tar xzf '%s' -C '%s'".formatted(made("linux-.*[.]tar[.]gz"), folder));
        Path unpacked = entries(folder).filter(path -> path.getFileName().toString().startsWith("ctl-vm-")).findFirst()
                .orElseThrow();
        useWithoutJava(unpacked.resolve("ctl"));
        assertCachesAreBelieved(unpacked);
        assertJournalAnswersSql(unpacked);
        assertLinksLeadSomewhere(unpacked);
        assertThat(unpacked.resolve("docs/ctl-vm-reconcile.service")).isRegularFile();
        assertThat(unpacked.resolve("docs/schemas/list.schema.json")).isRegularFile();
    }

    @Test
    void debianPackage_unpacked_bringsProgramManualAndCompletion() throws IOException {
        Program.assumeTool("dpkg-deb");
        sh("dpkg-deb -x '%s' '%s'".formatted(made(".*[.]deb"), folder));
        useWithoutJava(folder.resolve("usr/bin/ctl"));
        assertCachesAreBelieved(folder.resolve("usr/lib/ctl-vm"));
        assertThat(folder.resolve("usr/share/bash-completion/completions/ctl")).content()
                .contains("complete -F _ctl ctl");
        assertThat(folder.resolve("usr/share/zsh/vendor-completions/_ctl")).content().startsWith("#compdef ctl");
        assertThat(folder.resolve("usr/share/fish/vendor_completions.d/ctl.fish")).exists();
        assertThat(folder.resolve("usr/share/man/man1/ctl-vm-clone.1.gz")).exists();
        assertJournalAnswersSql(folder.resolve("usr/lib/ctl-vm"));
        assertLinksLeadSomewhere(folder.resolve("usr/share/doc/ctl-vm"));
        assertThat(folder.resolve("usr/lib/systemd/user/ctl-vm-reconcile.service")).content()
                .contains("ExecStart=/usr/bin/ctl vm reconcile --watch");
        assertThat(folder.resolve("usr/lib/systemd/user/ctl-vm-team-ship.service")).content()
                .contains("ExecStart=/usr/bin/ctl vm team ship --follow");
        assertThat(folder.resolve("usr/share/ctl-vm/schemas/list.schema.json")).isRegularFile();
    }

    /** Checks the line of {@code docs/audit.md} for what is installed. */
    private void assertJournalAnswersSql(Path installed) {
        assertThat(sh("""
                cd '%s'
                runtime/bin/java -cp app/lib/h2-*.jar org.h2.tools.Shell \
                    -url 'jdbc:h2:file:%s/root/journal/journal;ACCESS_MODE_DATA=r;IFEXISTS=TRUE' -user ctl -password '' \
                    -sql "SELECT vm FROM audit_log WHERE action = 'create'"
                """.formatted(installed, folder))).startsWith("VM\nMyBox\n(1 row");
    }

    /** The pages name files beside them, which are to be where the pages are. */
    private static void assertLinksLeadSomewhere(Path pages) throws IOException {
        assertThat(Links.broken(pages, List.of("README.md", "docs", "bench"))).isEmpty();
    }

    @Test
    void manualPages_sayWhatTheHelpSays() {
        Program.assumeTool("dpkg-deb");
        sh("dpkg-deb -x '%s' '%s'".formatted(made(".*[.]deb"), folder));
        Program program = new Program(folder);
        String commands = program.succeeds("__complete", "").out();
        for (String line : commands.lines().toList()) {
            String command = line.substring(0, line.indexOf('\t'));
            String page = describe(sh("zcat '%s/usr/share/man/man1/ctl-vm-%s.1.gz'".formatted(folder, command))
                    .replaceAll("(?m)^[.][A-Z]+", " ")
                    .replace("\\-", "-").replace("\\(dq", "\"").replace("\\e", "\\").replace("\\&", ""));
            program.succeeds(command, "--help").out().lines()
                    .filter(help -> help.matches("  +\\S.*") && !help.contains("["))
                    .map(BundleIT::describe)
                    .flatMap(help -> Stream.of(help.split(" ")))
                    .forEach(word -> assertThat(page).as(command).contains(word));
        }
    }

    @Test
    void whatIsMade_doesNotTellWhenItWasMadeNorByWhom() throws IOException {
        try (var jar = new JarFile(TARGET.resolve("ctl-vm.jar").toFile())) {
            assertThat(jar.stream()).allMatch(entry -> entry.getTimeLocal().equals(LocalDateTime.parse(TIME_OF_ALL)));
        }
        String from = " +%s 00:00 .*".formatted(TIME_OF_ALL.substring(0, 10));
        assertThat(sh("tar tvzf '%s'".formatted(made("linux-.*[.]tar[.]gz"))).lines())
                .allMatch(line -> line.matches("\\S+ 0/0 .*" + from));
        Program.assumeTool("dpkg-deb");
        assertThat(sh("dpkg-deb -c '%s'".formatted(made(".*[.]deb"))).lines())
                .allMatch(line -> line.matches("\\S+ root/root .*" + from));
    }

    /** In the caches the JVM lays out memory as it comes, and the package says how large all is. */
    @Test
    @Tag("campaign")
    void twoBuilds_inTwoFolders_differInTheirStartUpCachesOnly() {
        Program.assumeTool("git");
        for (String name : List.of("one", "another")) {
            sh("""
                    mkdir '%1$s'; git ls-files -z | tar c --null -T - | tar x -C '%1$s'; cd '%1$s'
                    mvn -B -q -DskipTests package; cmp target/ctl-vm.jar '%2$s/ctl-vm.jar'
                    mkdir made; tar xzf target/*.tar.gz -C made; dpkg-deb -R target/*.deb made/deb; rm made/*/app/*.aot made/deb/usr/lib/ctl-vm/app/*.aot
                    sed -i '/^Installed-Size/d' made/deb/DEBIAN/control
                    """.formatted(folder.resolve(name), TARGET));
        }
        sh("diff -r '%s/one/made' '%1$s/another/made'".formatted(folder));
    }

    private static String describe(String text) {
        return text.replace(",", " ").replace("\"", " ").replaceAll("\\s+", " ").strip();
    }

    private void useWithoutJava(Path ctl) {
        String root = folder.resolve("root").toString();
        sh("mkdir -p '%s'".formatted(root));
        Map<String, String> nothing = Map.of("PATH", pathWithoutJava().toString(), "CTL_ROOT", root);
        assertThat(run(nothing, ctl.toString(), "vm", "create", "MyBox", "1M"))
                .isEqualTo("[ OK ] initialise VM\n[ OK ] create 1MiB image\n");
        assertThat(run(nothing, ctl.toString(), "vm", "clone", "MyBox", "Two")).contains("[ OK ] copy disk image");
        assertThat(run(nothing, ctl.toString(), "vm", "list"))
                .isEqualTo("MyBox\n  Size: 1.0MiB\nTwo\n  Size: 1.0MiB\n");
        assertThat(run(nothing, ctl.toString(), "--version")).startsWith("ctl vm ");
    }

    /** With this mode a JVM refuses to start rather than to do without the cache. */
    private void assertCachesAreBelieved(Path installed) {
        for (String cache : List.of("ctl-vm-journal.aot", "ctl-vm-brief.aot", "ctl-vm-packages.aot",
                "ctl-vm-team.aot")) {
            assertThat(run(Map.of(), installed.resolve("runtime/bin/java").toString(), "-XX:+UseSerialGC", "-Xmx192m",
                    "-XX:AOTMode=on", "-XX:AOTCache=" + installed.resolve("app").resolve(cache),
                    "--enable-native-access=ALL-UNNAMED", "-cp", installed.resolve("app/ctl-vm.jar").toString(),
                    "ctl.Main", "--version"))
                    .startsWith("ctl vm ");
        }
    }

    /** What the launcher needs besides bash itself. */
    private Path pathWithoutJava() {
        Path bin = folder.resolve("bin");
        sh("mkdir -p '%s' && ln -sf \"$(type -P readlink)\" '%s'/readlink".formatted(bin, bin));
        return bin;
    }

    /** What the build has made under such a name; without it the test is skipped. */
    static Path made(String name) {
        Optional<Path> file = entries(TARGET)
                .filter(path -> path.getFileName().toString().matches("ctl-vm.*" + name))
                .findFirst();
        assumeTrue(file.isPresent(), "the build was told to leave it out, or dpkg-deb is not installed");
        return file.get();
    }

    private static Stream<Path> entries(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.toList().stream();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static String sh(String line) {
        return run(Map.of("PATH", System.getenv("PATH"), "TZ", "UTC"), "/bin/bash", "-euo", "pipefail", "-c", line);
    }

    /** Runs a command in nothing but this environment, insists that it succeeds, and returns what it printed. */
    private static String run(Map<String, String> environment, String... command) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().clear();
            builder.environment().putAll(environment);
            Process process = Children.start(builder);
            process.getOutputStream().close();
            String printed = new String(process.getInputStream().readAllBytes());
            assertThat(process.waitFor()).as("%s%n%s", List.of(command), printed).isZero();
            return printed;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }
}
