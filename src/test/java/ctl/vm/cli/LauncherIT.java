package ctl.vm.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ctl.vm.child.Children;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher as users meet it: a child process, started from wherever they are.
 *
 * <p>The first tests run the packaged program. The others run a copy of the launcher in a checkout of their own:
 * <pre>
 * here/
 *   Käst chen/             the checkout: a blank and an umlaut in its path, as some have them
 *     ctl  pom.xml  src/main/Main.java
 *     target/choose-start.bash  target/sources.list
 *     target/ctl-vm.jar    {@link Told}, a program that tells what the launcher handed on
 *   bin/                   the whole PATH: what the launcher needs, and an mvn where a test wants one
 * </pre>
 */
class LauncherIT {

    private static final Path LAUNCHER = Path.of("ctl").toAbsolutePath();
    private static final Path TARGET = Path.of("target").toAbsolutePath();
    private static final String JAVA_25 = System.getProperty("java.home");
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    @TempDir
    Path here;

    private Path checkout;
    private Path jar;
    private Path bin;
    private final Map<String, String> environment = new HashMap<>(Map.of("CTL_JAVA_HOME", JAVA_25));

    @BeforeEach
    void layOut() throws IOException {
        Files.setPosixFilePermissions(here, PosixFilePermissions.fromString("rwxr-xr-x"));
        checkout = Files.createDirectory(here.resolve("Käst chen"));
        jar = checkout.resolve("target/ctl-vm.jar");
        bin = Files.createDirectory(here.resolve("bin"));
        Files.createDirectory(checkout.resolve("target"));
        Files.copy(LAUNCHER, checkout.resolve("ctl"));
        Files.writeString(checkout.resolve("pom.xml"), "<project/>\n");
        Files.createDirectories(source().getParent());
        Files.writeString(source(), "final class Main {}\n");
        Files.copy(TARGET.resolve("choose-start.bash"), checkout.resolve("target/choose-start.bash"));
        Files.writeString(checkout.resolve("target/sources.list"), "pom.xml\nsrc/main\nsrc/main/Main.java\n");
        writeToldJar(jar);
        for (String tool : List.of("flock", "mkdir", "readlink", "rm", "tail", "touch")) {
            Files.createSymbolicLink(bin.resolve(tool), Path.of("/usr/bin", tool));
        }
    }

    /** JUnit warns of every link that leads out of the folder which it is about to delete. */
    @AfterEach
    void removeLinks() throws IOException {
        try (Stream<Path> files = Files.walk(here)) {
            for (Path link : files.filter(Files::isSymbolicLink).toList()) {
                Files.delete(link);
            }
        }
    }

    @Test
    void program_fromAnotherFolder_printsItsUsage() throws Exception {
        Run run = run(LAUNCHER, "vm", "--help");
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("Usage:");
        assertThat(run.exit()).isZero();
    }

    @Test
    void program_unknownCommand_exitsWithUsageCode() throws Exception {
        Run run = run(LAUNCHER, "vm", "nonsense");
        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
    }

    @Test
    void program_throughLinksOnThePath_isFound() throws Exception {
        Path links = Files.createDirectory(here.resolve("links"));
        Files.createSymbolicLink(links.resolve("first"), LAUNCHER);
        Files.createSymbolicLink(bin.resolve("ctl"), Path.of("../links/first"));
        environment.put("PATH", bin.toString());
        assertThat(run(Path.of("/usr/bin/env"), "ctl", "vm", "--help").exit()).isZero();
    }

    @Test
    void program_inACheckoutWithBlankAndUmlaut_runsUnderAPlainLocale() throws Exception {
        copyProgram();
        environment.put("LC_ALL", "C");
        Run run = run(checkout.resolve("ctl"), "vm", "--help");
        assertThat(run.err()).isEmpty();
        assertThat(run.exit()).isZero();
    }

    @Test
    void program_inACopiedCheckout_startsFromTheCache() throws Exception {
        copyProgram();
        Files.createDirectories(here.resolve("root/vm/MyBox"));
        Files.createFile(here.resolve("root/vm/MyBox/disk.s2e"));
        // Waits for an answer, for as long as we look at it.
        Process process = start(checkout.resolve("ctl"), "vm", "--root", here.resolve("root").toString(), "delete",
                "MyBox");
        try {
            Path maps = Path.of("/proc/" + process.pid() + "/maps");
            String cache = checkout.resolve("target/ctl-vm-journal.aot").toString();
            await().atMost(PATIENCE).until(() -> Files.readString(maps).contains(cache));
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void program_withATornCacheOrNone_saysNothingOfIt() throws Exception {
        copyProgram();
        Path cache = checkout.resolve("target/ctl-vm-journal.aot");
        try (var file = FileChannel.open(cache, StandardOpenOption.WRITE)) {
            file.truncate(file.size() / 2);
        }
        Run torn = run(checkout.resolve("ctl"), "vm", "--help");
        assertThat(torn.err()).isEmpty();
        assertThat(torn.exit()).isZero();
        Files.delete(cache);
        assertThat(run(checkout.resolve("ctl"), "vm", "--help")).isEqualTo(torn);
    }

    @Test
    void launcher_argumentsAndFolder_areHandedOnUnchanged() throws Exception {
        environment.put("LC_ALL", "C");
        Run run = run(checkout.resolve("ctl"), "vm", "two words", "", "asdfölkj", "*");
        assertThat(run.out().lines()).containsExactly(
                "argument vm", "argument two words", "argument ", "argument asdfölkj", "argument *",
                "home " + checkout,
                "folder " + here);
        assertThat(run.exit()).isEqualTo(Told.EXIT);
    }

    @Test
    void launcher_relativePath_findsItsCheckout() throws Exception {
        Run run = run(Path.of("/bin/bash"), "-c", "cd \"$1\" && exec ./ctl", "bash", checkout.toString());
        assertThat(run.out().lines()).contains("home " + checkout, "folder " + checkout);
    }

    @Test
    void launcher_terminated_isTheJvmAndStopsIt() throws Exception {
        Process process = start(checkout.resolve("ctl"), "wait");
        try (var out = process.inputReader(UTF_8)) {
            assertThat(out.readLine()).isEqualTo("waiting");
            assertThat(Path.of("/proc/" + process.pid() + "/exe").toRealPath())
                    .isEqualTo(Path.of(JAVA_25, "bin/java").toRealPath());
            process.toHandle().destroy(); // the handle sends the same signal and leaves the streams open
            assertThat(out.readLine()).isEqualTo("stopped");
        }
        assertThat(process.waitFor()).isEqualTo(128 + 15);
    }

    @Test
    void java_tooOld_isPassedOver() throws Exception {
        environment.put("CTL_JAVA_HOME", javaThatIsTooOld().toString());
        environment.put("JAVA_HOME", JAVA_25);
        assertThat(run(checkout.resolve("ctl")).exit()).isEqualTo(Told.EXIT);
    }

    @Test
    void java_onThePathThroughALink_isFound() throws Exception {
        environment.remove("CTL_JAVA_HOME");
        Files.createSymbolicLink(bin.resolve("java"), Path.of(JAVA_25, "bin/java"));
        environment.put("PATH", bin.toString());
        assertThat(run(checkout.resolve("ctl")).exit()).isEqualTo(Told.EXIT);
    }

    @Test
    void java_nowhere_isAskedForInOneLine() throws Exception {
        environment.put("CTL_JAVA_HOME", here.resolve("gone").toString());
        environment.put("JAVA_HOME", javaThatIsTooOld().toString());
        environment.put("PATH", bin.toString());
        Run run = withEmptyJvmFolder(checkout.resolve("ctl"), "vm", "list");
        assertThat(run.err()).startsWith("[FAIL] ").contains("set CTL_JAVA_HOME or JAVA_HOME to one")
                .contains(checkout + "/docs/installing.md").hasLineCount(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.exit()).isEqualTo(1);
    }

    @Test
    void build_onFirstUse_saysSoInOneLineAndRuns() throws Exception {
        mavenDoes("cp_jar");
        unbuild();
        Run run = run(checkout.resolve("ctl"), "vm");
        assertThat(run.err()).isEqualTo("[INFO] building ctl vm (first use; this takes a minute)\n");
        assertThat(run.out()).startsWith("argument vm\n");
        assertThat(run.exit()).isEqualTo(Told.EXIT);
        assertThat(builds())
                .containsExactly("-B -q -DskipTests -Dbundle.skip -f " + checkout.resolve("pom.xml") + " package");
        assertThat(run(checkout.resolve("ctl")).err()).as("second use").isEmpty();
    }

    @Test
    void build_whileAnotherBuilds_waitsForItAndBuildsNothing() throws Exception {
        Children.start("mkfifo", here.resolve("gate").toString()).waitFor();
        mavenDoes("read -r _ <\"$here/gate\"; cp_jar");
        unbuild();
        Process first = start(checkout.resolve("ctl"));
        awaitError("first", "[INFO] building");
        Process second = start("second", checkout.resolve("ctl"));
        awaitError("second", "[INFO] waiting");
        Files.writeString(here.resolve("gate"), "go\n");
        assertThat(List.of(first.waitFor(), second.waitFor())).containsOnly(Told.EXIT);
        assertThat(builds()).hasSize(1);
    }

    @Test
    void build_fails_namesTheLogAndIsTriedAgain() throws Exception {
        mavenDoes("cp_jar; echo '[ERROR] no such symbol'; exit 1");
        unbuild();
        Run run = run(checkout.resolve("ctl"));
        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err().lines()).contains("[ERROR] no such symbol")
                .last().asString().startsWith("[FAIL] ").contains(checkout.resolve("target/build.log").toString());
        mavenDoes("cp_jar");
        assertThat(run(checkout.resolve("ctl")).exit()).as("what a failed build left is not run").isEqualTo(Told.EXIT);
        assertThat(builds()).hasSize(2);
    }

    @Test
    void build_withoutMaven_asksForItInOneLine() throws Exception {
        environment.put("PATH", bin.toString());
        unbuild();
        Run run = run(checkout.resolve("ctl"));
        assertThat(run.err()).startsWith("[FAIL] ").contains("install maven").hasLineCount(1);
        assertThat(run.exit()).isEqualTo(1);
    }

    @Test
    void build_sourceReplacedSince_isRepeatedOnce() throws Exception {
        mavenDoes("cp_jar");
        replaceSource();
        assertThat(run(checkout.resolve("ctl")).err()).startsWith("[INFO] building ctl vm (changed").hasLineCount(1);
        assertThat(run(checkout.resolve("ctl")).err()).as("second use").isEmpty();
    }

    @Test
    void build_sourceEditedInPlaceSince_isRepeatedOnce() throws Exception {
        mavenDoes("cp_jar");
        ageJar();
        assertThat(run(checkout.resolve("ctl")).err()).as("not yet edited").isEmpty();
        Files.writeString(source(), "// a line more\n", StandardOpenOption.APPEND);
        assertThat(run(checkout.resolve("ctl")).err()).startsWith("[INFO] building ctl vm (changed").hasLineCount(1);
        assertThat(run(checkout.resolve("ctl")).err()).as("second use").isEmpty();
    }

    @Test
    void build_sourceEditedWhileItIsBuilt_isRepeated() throws Exception {
        mavenDoes("cp_jar; echo '// too late' >>\"$here/Käst chen/src/main/Main.java\"");
        replaceSource();
        assertThat(run(checkout.resolve("ctl")).err()).startsWith("[INFO] building");
        mavenDoes("cp_jar");
        assertThat(run(checkout.resolve("ctl")).err()).startsWith("[INFO] building");
        assertThat(run(checkout.resolve("ctl")).err()).isEmpty();
    }

    @Test
    void build_byAUserWhoCannotWriteTheCheckout_isLeftToItsOwner() throws Exception {
        mavenDoes("cp_jar");
        replaceSource();
        Run stale = runWhereNothingCanBeWritten();
        assertThat(stale.err()).isEmpty();
        assertThat(stale.exit()).isEqualTo(Told.EXIT);
        unbuild();
        Run missing = runWhereNothingCanBeWritten();
        assertThat(missing.err()).startsWith("[FAIL] ").contains("ask its owner").hasLineCount(1);
        assertThat(builds()).isEmpty();
    }

    private Run runWhereNothingCanBeWritten() throws Exception {
        Children.start("chmod", "-R", "a-w", checkout.toString()).waitFor();
        List<String> command = Program.withoutPrivileges(List.of(checkout.resolve("ctl").toString()));
        Run run = run(Path.of(command.getFirst()), command.stream().skip(1).toArray(String[]::new));
        Children.start("chmod", "-R", "u+w", checkout.toString()).waitFor();
        return run;
    }

    /** Puts an {@code mvn} on the PATH that notes its arguments, and then does this. */
    private void mavenDoes(String script) throws IOException {
        writeToldJar(here.resolve("fresh.jar"));
        Files.writeString(bin.resolve("mvn"), """
                #!/bin/bash
                here='%s'
                cp_jar() {
                    /bin/cp "$here/fresh.jar" "$here/Käst chen/target/ctl-vm.jar"
                    /bin/cp '%s' "$here/Käst chen/target/"
                    printf '%%s\\n' pom.xml src/main src/main/Main.java >"$here/Käst chen/target/sources.list"
                }
                echo "$*" >>"$here/builds"
                %s
                """.formatted(here, TARGET.resolve("choose-start.bash"), script));
        Files.setPosixFilePermissions(bin.resolve("mvn"), PosixFilePermissions.fromString("rwxr-xr-x"));
        environment.put("PATH", bin.toString());
    }

    private List<String> builds() throws IOException {
        Path builds = here.resolve("builds");
        return Files.exists(builds) ? Files.readAllLines(builds) : List.of();
    }

    private void unbuild() throws IOException {
        for (String file : List.of("ctl-vm.jar", "choose-start.bash", "sources.list")) {
            Files.delete(checkout.resolve("target").resolve(file));
        }
        Files.delete(checkout.resolve("target"));
    }

    private Path source() {
        return checkout.resolve("src/main/Main.java");
    }

    /** As {@code git pull} and {@code git switch} do it: another file under the same name, whatever its time. */
    private void replaceSource() throws IOException {
        ageJar();
        Path other = Files.writeString(checkout.resolve("src/main/Main.java.new"), "final class Main { }\n");
        Files.setLastModifiedTime(other, FileTime.from(Instant.now().minusSeconds(3600)));
        Files.move(other, source(), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Makes the jar as old as if it had been built a minute ago, and the sources older. */
    private void ageJar() throws IOException {
        Instant now = Instant.now();
        for (Path older : List.of(checkout.resolve("pom.xml"), source(), source().getParent())) {
            Files.setLastModifiedTime(older, FileTime.from(now.minusSeconds(120)));
        }
        Files.setLastModifiedTime(jar, FileTime.from(now.minusSeconds(60)));
    }

    /** Without the times of the files, as a careless copy does it. */
    private void copyProgram() throws IOException {
        Files.copy(TARGET.resolve("ctl-vm.jar"), jar, StandardCopyOption.REPLACE_EXISTING);
        Files.copy(TARGET.resolve("ctl-vm-journal.aot"), checkout.resolve("target/ctl-vm-journal.aot"));
        Path libraries = Files.createDirectory(checkout.resolve("target/lib"));
        try (Stream<Path> files = Files.list(TARGET.resolve("lib"))) {
            for (Path file : files.toList()) {
                Files.copy(file, libraries.resolve(file.getFileName()));
            }
        }
    }

    private Path javaThatIsTooOld() throws IOException {
        Path home = Files.createDirectories(here.resolve("jdk-17"));
        Files.createSymbolicLink(home.resolve("bin"), Path.of(JAVA_25, "bin"));
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"17.0.15\"\n");
        return home;
    }

    /** Runs a command where /usr/lib/jvm is empty: in a mount namespace of its own, which not every machine allows. */
    private Run withEmptyJvmFolder(Path program, String... arguments) throws Exception {
        List<String> inside = new ArrayList<>(List.of("--map-root-user", "--mount", "/bin/sh", "-c",
                "/bin/mount -t tmpfs none /usr/lib/jvm || exit 99; exec \"$@\"", "sh", program.toString()));
        inside.addAll(List.of(arguments));
        Run run = run(Path.of("/usr/bin/unshare"), inside.toArray(String[]::new));
        assumeTrue(run.exit() != 99 && !run.err().startsWith("unshare:"), "no mount namespaces here: " + run.err());
        return run;
    }

    private Run run(Path program, String... arguments) throws Exception {
        Process process = start(program, arguments);
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), UTF_8);
        return new Run(process.waitFor(), out, Files.readString(here.resolve("first")));
    }

    private Process start(Path program, String... arguments) throws IOException {
        return start("first", program, arguments);
    }

    /** Starts a program in the folder {@code here}, its standard error in a file of the given name there. */
    private Process start(String errors, Path program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(here.toFile());
        builder.environment().keySet().removeAll(List.of("JAVA_HOME", "LC_ALL", "LANG", "JAVA_TOOL_OPTIONS"));
        builder.environment().putAll(environment);
        return Children.start(builder.redirectError(here.resolve(errors).toFile()));
    }

    private void awaitError(String errors, String beginning) {
        await().atMost(PATIENCE).until(() -> Files.readString(here.resolve(errors)).startsWith(beginning));
    }

    private static void writeToldJar(Path file) throws IOException {
        String entry = Told.class.getName().replace('.', '/') + ".class";
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(file));
                InputStream bytes = Told.class.getClassLoader().getResourceAsStream(entry)) {
            jar.putNextEntry(new ZipEntry(entry));
            bytes.transferTo(jar);
            jar.putNextEntry(new ZipEntry("ctl/Main.class"));
            jar.write(mainThatCalls(ClassDesc.of(Told.class.getName())));
        }
    }

    /** The launcher starts {@code ctl.Main}. */
    private static byte[] mainThatCalls(ClassDesc told) {
        MethodTypeDesc main = MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_String.arrayType());
        return ClassFile.of().build(ClassDesc.of("ctl.Main"), builder -> builder.withMethodBody(
                "main", main, ClassFile.ACC_PUBLIC | ClassFile.ACC_STATIC,
                code -> code.aload(0).invokestatic(told, "main", main).return_()));
    }

    /** What came of a finished child process. */
    private record Run(int exit, String out, String err) {}

    /** Stands in for the program: tells what it was given; with the argument {@code wait}, waits to be stopped. */
    public static final class Told {

        static final int EXIT = 42;

        public static void main(String[] arguments) throws InterruptedException {
            if (List.of(arguments).equals(List.of("wait"))) {
                Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("stopped")));
                System.out.println("waiting");
                Thread.currentThread().join();
            }
            for (String argument : arguments) {
                System.out.println("argument " + argument);
            }
            System.out.println("home " + System.getProperty("ctl.home"));
            System.out.println("folder " + Path.of("").toAbsolutePath());
            System.exit(EXIT);
        }
    }
}
