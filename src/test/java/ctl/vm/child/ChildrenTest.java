package ctl.vm.child;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Children of tests: their signals, and that none outlives its test. */
class ChildrenTest {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    /** Those from 1 to 31. */
    private static final long STANDARD_SIGNALS = 0x7fff_ffff;

    private static final Path TEST_CLASSES = Path.of("target/test-classes");

    /** A script's background job ignores SIGINT and SIGQUIT; nohup adds SIGHUP. */
    private static final String IGNORING = "trap '' INT QUIT HUP PIPE; exec \"$@\"";

    @Test
    void child_ofAProcessThatIgnoresSignals_hasTheDefaults() throws Exception {
        Process parent = Children.start("/bin/sh", "-c", IGNORING, "sh",
                java(), "-cp", System.getProperty("java.class.path"), Starter.class.getName(),
                "grep", "SigIgn", "/proc/self/status");

        assertThat(parent.inputReader().readLine()).matches("[0-9]+");
        String ignored = parent.inputReader().readLine();
        assertThat(ignored).startsWith("SigIgn:");
        assertThat(Long.parseLong(ignored.substring(ignored.length() - 8), 16) & STANDARD_SIGNALS).isZero();
    }

    @Test
    void childOfAJvmThatIsKilled_diesWithIt() throws Exception {
        Process parent = Children.start(java(), "-cp", System.getProperty("java.class.path"), Starter.class.getName(),
                "sleep", "1000");
        long child = Long.parseLong(parent.inputReader().readLine());
        assertThat(isAlive(child)).isTrue();

        parent.destroyForcibly().waitFor();

        await().atMost(LIMIT).until(() -> !isAlive(child));
    }

    @Test
    void family_atItsEnd_isKilledToTheLast_alsoWhereTheParentIsGone() throws Exception {
        Family family = new Family(Optional.empty());
        ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", "setsid sleep 1000 >/dev/null & echo $!; exit");
        family.adopt(builder.environment());
        Process process = builder.start();
        long orphan = Long.parseLong(process.inputReader().readLine());
        process.waitFor();
        Process other = Children.start("sleep", "1000");
        assertThat(isAlive(orphan)).isTrue();

        family.end();

        await().atMost(LIMIT).until(() -> !isAlive(orphan));
        assertThat(other.isAlive()).as("a child of another family").isTrue();
    }

    @Test
    void noOtherClass_startsProcesses() throws IOException {
        try (Stream<Path> files = Files.walk(TEST_CLASSES)) {
            List<Path> starting = files.filter(file -> file.toString().endsWith(".class"))
                    .filter(ChildrenTest::startsProcesses)
                    .toList();
            assertThat(starting).as("classes that start a process by themselves: Children.start is for that")
                    .extracting(file -> file.getFileName().toString())
                    .containsExactlyInAnyOrder("Children.class", "ChildrenTest.class");
        }
    }

    private static boolean startsProcesses(Path file) {
        try {
            for (var entry : ClassFile.of().parse(file).constantPool()) {
                if (entry instanceof MemberRefEntry member && isStart(
                        member.owner().asInternalName() + "." + member.name().stringValue())) {
                    return true;
                }
            }
            return false;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static boolean isStart(String method) {
        return List
                .of("java/lang/ProcessBuilder.start", "java/lang/ProcessBuilder.startPipeline",
                        "java/lang/Runtime.exec")
                .contains(method);
    }

    private static String java() {
        return ProcessHandle.current().info().command().orElseThrow();
    }

    /** What is dead and not waited for by its parent has no environment any more. */
    private static boolean isAlive(long process) {
        try {
            return Files.readAllBytes(Path.of("/proc", Long.toString(process), "environ")).length > 0;
        } catch (IOException gone) {
            return false;
        }
    }

    /** Another JVM that starts a child: prints its number, and then what it prints. */
    public static final class Starter {

        private Starter() {}

        public static void main(String[] command) throws Exception {
            Process child = Children.start(command);
            System.out.println(child.pid());
            child.getInputStream().transferTo(System.out);
        }
    }
}
