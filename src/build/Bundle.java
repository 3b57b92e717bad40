import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/**
 * Makes what can be installed where there is no Java, from the packaged program:
 *
 * <pre>
 * target/ctl-vm-VERSION-linux-ARCH.tar.gz
 *   ctl-vm-VERSION/
 *     ctl                    the launcher
 *     runtime/               as much of Java as the program needs
 *     app/                   the program, its libraries and its start-up caches
 *     share/                 manual pages and completions
 *     README.md, docs/       the pages, with JSON schemas and the systemd unit
 * target/ctl-vm_VERSION_ARCH.deb
 *   usr/lib/ctl-vm/          ctl, runtime and app
 *   usr/lib/systemd/user/    the unit
 *   usr/bin/ctl              a link to the launcher
 *   usr/share/               manual pages and completions where Debian wants them
 *   usr/share/ctl-vm/        JSON schemas, which programs may read
 *   usr/share/doc/ctl-vm/    the pages
 * </pre>
 *
 * <p>Both are the same for the same source but for the start-up caches, in which the JVM lays out memory as it comes.
 *
 * <p>Arguments: the folder of the project, the version, and the time that all files get.
 */
final class Bundle {

    /** H2 needs SQL, transactions and XML types; the program signals; Flyway logs. */
    private static final String MODULES = "java.base,java.logging,java.management,java.naming,java.sql,java.xml,jdk.unsupported";

    private static final List<String> SHELLS = List.of("bash", "zsh", "fish");

    /** Files and folders for people, in the places in which they link to each other. */
    private static final List<String> PAGES = List.of("README.md", "docs", "bench/README.md", "bench/RESULTS.md");

    private static final List<String> UNITS = List.of("ctl-vm-reconcile.service", "ctl-vm-team-ship.service");
    private static final String SCHEMAS = "docs/schemas";

    private final Path project;
    private final Path target;
    private final String version;
    private final FileTime time;
    private final Path folder;

    private Bundle(Path project, String version, FileTime time) {
        this.project = project;
        this.target = project.resolve("target");
        this.version = version;
        this.time = time;
        this.folder = target.resolve("bundle/ctl-vm-" + version);
    }

    public static void main(String[] arguments) throws IOException {
        new Bundle(Path.of(arguments[0]), arguments[1], FileTime.from(Instant.parse(arguments[2]))).make();
    }

    private void make() throws IOException {
        remove(target.resolve("bundle"));
        Files.createDirectories(folder);
        runtime();
        program();
        stamp(folder);
        StartUpFiles.make(folder.resolve("runtime/bin/java"), folder.resolve("app"));
        share();
        stamp(folder);
        archive();
        if (Stream.of(System.getenv("PATH").split(":")).anyMatch(path -> Files.isExecutable(Path.of(path, "dpkg-deb")))) {
            debianPackage();
        }
    }

    private void runtime() {
        ToolProvider jlink = ToolProvider.findFirst("jlink").orElseThrow();
        int exit = jlink.run(System.out, System.err,
                "--add-modules", MODULES, "--strip-debug", "--no-header-files", "--no-man-pages",
                "--output", folder.resolve("runtime").toString());
        if (exit != 0) {
            throw new IllegalStateException("jlink exited with " + exit);
        }
    }

    private void program() throws IOException {
        Path app = Files.createDirectories(folder.resolve("app/lib")).getParent();
        copy(project.resolve("ctl"), folder.resolve("ctl"));
        copy(target.resolve("ctl-vm.jar"), app.resolve("ctl-vm.jar"));
        try (Stream<Path> libraries = Files.list(target.resolve("lib"))) {
            libraries.forEach(library -> copy(library, app.resolve("lib").resolve(library.getFileName())));
        }
        for (String text : List.of("LICENSE", "CHANGELOG.md")) {
            copy(project.resolve(text), folder.resolve(text));
        }
        pages(folder);
    }

    private void pages(Path to) throws IOException {
        for (String page : PAGES) {
            try (Stream<Path> files = Files.walk(project.resolve(page))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Path copy = to.resolve(project.relativize(file));
                    Files.createDirectories(copy.getParent());
                    copy(file, copy);
                }
            }
        }
    }

    private void share() throws IOException {
        Path manual = Files.createDirectories(folder.resolve("share/man/man1"));
        for (String page : output("ctl.ManPages").lines().toList()) {
            String name = page.equals("vm") ? "ctl-vm.1" : "ctl-vm-" + page + ".1";
            String date = time.toString().substring(0, "2026-01-31".length());
            Files.writeString(manual.resolve(name), output("ctl.ManPages", version, date, page));
        }
        for (String shell : SHELLS) {
            Path file = folder.resolve("share").resolve(completion(shell));
            Files.createDirectories(file.getParent());
            Files.writeString(file, output("ctl.Main", "vm", "completion", shell));
        }
    }

    /** Where Debian's packages of the shells look, below {@code share}. */
    private static String completion(String shell) {
        return switch (shell) {
            case "bash" -> "bash-completion/completions/ctl";
            case "zsh" -> "zsh/vendor-completions/_ctl";
            default -> "fish/vendor_completions.d/ctl.fish";
        };
    }

    private String output(String... mainAndArguments) throws IOException {
        Path file = Files.createTempFile(target.resolve("bundle"), "output", "");
        List<String> command = new ArrayList<>(List.of(
                folder.resolve("runtime/bin/java").toString(), "-cp", folder.resolve("app/ctl-vm.jar").toString()));
        command.addAll(List.of(mainAndArguments));
        run(folder, command, ProcessBuilder.Redirect.to(file.toFile()));
        String text = Files.readString(file);
        Files.delete(file);
        return text;
    }

    private void archive() {
        tar(folder.getParent(), folder.getFileName().toString(),
                target.resolve("ctl-vm-%s-linux-%s.tar.gz".formatted(version, System.getProperty("os.arch"))));
    }

    private void tar(Path from, String what, Path archive) {
        run(from, List.of("tar", "--sort=name", "--mtime=" + time, "--owner=0", "--group=0", "--numeric-owner", "--use-compress-program=gzip -3n",
                "-cf", archive.toString(), what));
    }

    private void debianPackage() throws IOException {
        String architecture = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
        Path tree = target.resolve("bundle/debian");
        Path installed = Files.createDirectories(tree.resolve("usr/lib/ctl-vm"));
        for (String part : List.of("ctl", "runtime", "app")) {
            run(folder, List.of("cp", "-a", part, installed.toString()));
        }
        Files.createDirectories(tree.resolve("usr/bin"));
        Files.createSymbolicLink(tree.resolve("usr/bin/ctl"), Path.of("../lib/ctl-vm/ctl"));
        run(folder, List.of("cp", "-a", "share", tree.resolve("usr").toString()));
        run(tree.resolve("usr/share/man/man1"), List.of("sh", "-c", "gzip -9n *.1"));
        Path documents = Files.createDirectories(tree.resolve("usr/share/doc/ctl-vm"));
        copy(project.resolve("LICENSE"), documents.resolve("copyright"));
        copy(project.resolve("CHANGELOG.md"), documents.resolve("changelog"));
        run(documents, List.of("gzip", "-9n", "changelog"));
        pages(documents);
        // No program may depend on what is in usr/share/doc: some machines leave that out.
        Path schemas = Files.createDirectories(tree.resolve("usr/share/ctl-vm")).resolve("schemas");
        Files.move(documents.resolve(SCHEMAS), schemas);
        Files.createSymbolicLink(documents.resolve(SCHEMAS), Path.of("../../../ctl-vm/schemas"));
        Path units = Files.createDirectories(tree.resolve("usr/lib/systemd/user"));
        for (String unit : UNITS) {
            Path page = documents.resolve("docs").resolve(unit);
            Files.move(page, units.resolve(unit));
            Files.createSymbolicLink(page, Path.of("../../../../lib/systemd/user").resolve(unit));
        }
        Path control = Files.createDirectories(tree.resolve("DEBIAN")).resolve("control");
        Files.writeString(control, """
                Package: ctl-vm
                Version: %s
                Architecture: %s
                Maintainer: The ctl vm developers <ctl-vm@localhost>
                Installed-Size: %d
                Depends: libc6 (>= 2.31), bash
                Recommends: libisal2
                Suggests: qemu-utils, bash-completion
                Section: admin
                Priority: optional
                Description: inventory of raw QEMU/S2E disk images
                 Creates, lists, clones, exports, imports and deletes VMs and their snapshots.
                 Nothing appears under its name before it is whole and durable, and every
                 operation stands in a journal before it touches a file.
                """.formatted(version, architecture, kibibytes(tree)));
        stamp(tree);
        run(target, List.of("dpkg-deb", "--root-owner-group", "-Zgzip", "-z3", "--build", tree.toString(),
                target.resolve("ctl-vm_%s_%s.deb".formatted(version, architecture)).toString()));
    }

    private static long kibibytes(Path tree) throws IOException {
        try (Stream<Path> files = Files.walk(tree)) {
            return files.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .mapToLong(file -> file.toFile().length())
                    .sum() >> 10;
        }
    }

    private void stamp(Path tree) throws IOException {
        try (Stream<Path> paths = Files.walk(tree)) {
            for (Path path : paths.filter(each -> !Files.isSymbolicLink(each)).toList()) {
                Files.setLastModifiedTime(path, time);
                if (!Files.isDirectory(path)) {
                    Files.setPosixFilePermissions(path,
                            PosixFilePermissions.fromString(Files.isExecutable(path) ? "rwxr-xr-x" : "rw-r--r--"));
                }
            }
        }
    }

    private void run(Path where, List<String> command) {
        run(where, command, ProcessBuilder.Redirect.DISCARD);
    }

    private void run(Path where, List<String> command, ProcessBuilder.Redirect output) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(where.toFile())
                    .redirectOutput(output)
                    .redirectError(ProcessBuilder.Redirect.appendTo(target.resolve("bundle/log").toFile()));
            builder.environment().put("SOURCE_DATE_EPOCH", Long.toString(time.toInstant().getEpochSecond()));
            builder.environment().put("LC_ALL", "C.UTF-8");
            int exit = builder.start().waitFor();
            if (exit != 0) {
                throw new IllegalStateException("%s exited with %d; what it said is in target/bundle/log".formatted(command, exit));
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    private static void copy(Path from, Path to) {
        try {
            Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void remove(Path tree) throws IOException {
        if (Files.exists(tree)) {
            try (Stream<Path> paths = Files.walk(tree)) {
                for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
