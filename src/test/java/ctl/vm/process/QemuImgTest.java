package ctl.vm.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ctl.vm.archive.Tool;
import ctl.vm.child.Children;
import ctl.vm.durable.DiskFile;
import ctl.vm.durable.LinuxDisk;
import ctl.vm.problem.Errno;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code qemu-img} as a child: the real one where it is installed, and a script in its place for what it seldom does.
 */
class QemuImgTest {

    private static final String PATH = System.getenv("PATH");

    @TempDir
    private Path folder;

    private Path programs;

    @BeforeEach
    void makeFolder() throws IOException {
        programs = Files.createDirectory(folder.resolve("bin"));
    }

    @Test
    void path_withoutIt_hasNone() {
        assertThat(QemuImg.on(programs + ":bin:")).isEmpty();
    }

    @Test
    void openFile_isTheOneThatItReads_whateverStandsUnderItsNameByThen() throws Exception {
        Tool.run("qemu-img", folder, "printf hello >raw; qemu-img convert -f raw -O qcow2 raw a.qcow2; rm raw");
        Path image = folder.resolve("a.qcow2");
        try (DiskFile source = new LinuxDisk().open(image);
                DiskFile target = new LinuxDisk().create(folder.resolve("a.raw"), 0600)) {
            Files.delete(image);
            Files.writeString(image, "another");
            List<Double> parts = new ArrayList<>();

            QemuImg.on(PATH).orElseThrow().run(
                    List.of("convert", "-p", "-O", "raw", QemuImg.source("qcow2", source.pathForOthers()),
                            target.pathForOthers().toString()),
                    parts::add);

            assertThat(parts).last().isEqualTo(1.0);
            assertThat(target.size()).isEqualTo(512);
        }
        assertThat(Files.readString(folder.resolve("a.raw"))).startsWith("hello\0");
        assertThat(Files.getPosixFilePermissions(folder.resolve("a.raw"))).hasSize(2);
    }

    @Test
    void imageInAnother_isReadWhereItStands() throws Exception {
        Tool.run("qemu-img", folder, """
                printf hello >raw; qemu-img convert -f raw -O vmdk raw a.vmdk
                { head -c 1536 /dev/urandom; cat a.vmdk; head -c 1024 /dev/urandom; } >whole""");
        try (DiskFile source = new LinuxDisk().open(folder.resolve("whole"))) {
            String printed = QemuImg.on(PATH).orElseThrow().run(
                    List.of("info", "--output=json",
                            QemuImg.source("vmdk", source.pathForOthers(), 1536, source.size() - 2560)),
                    QemuImg.Progress.NONE);

            assertThat(printed).contains("\"virtual-size\": 512");
        }
    }

    @Test
    void imageOfAnotherFormat_isRefused_inItsOwnWords() {
        Tool.run("qemu-img", folder, "echo hello >a");
        try (DiskFile source = new LinuxDisk().open(folder.resolve("a"))) {
            String argument = QemuImg.source("qcow2", source.pathForOthers());

            assertThatThrownBy(() -> QemuImg.on(PATH).orElseThrow().run(List.of("info", argument),
                    QemuImg.Progress.NONE))
                    .isInstanceOf(QemuImg.Failed.class)
                    .hasMessage("Could not open the image: Image is not in qcow2 format");
        }
    }

    @Test
    void warningsBeforeTheReason_areLeftOut() throws Exception {
        QemuImg program = script("""
                echo 'qemu-img: warning: first' >&2
                echo 'qemu-img: error while writing: No space left on device' >&2
                echo 'qemu-img: warning: last' >&2; exit 1""");

        assertThatThrownBy(() -> program.run(List.of(), QemuImg.Progress.NONE))
                .hasMessage("error while writing: No space left on device")
                .extracting(failed -> ((QemuImg.Failed) failed).errno()).isEqualTo(Errno.ENOSPC);
    }

    @Test
    void kill_isToldByItsStatus() throws Exception {
        QemuImg program = script("kill -9 $$");

        assertThatThrownBy(() -> program.run(List.of(), QemuImg.Progress.NONE)).hasMessage("it ended with status 137");
    }

    @Test
    void progressThatStops_endsIt() throws Exception {
        QemuImg program = script("echo $$ >pid.new; mv pid.new pid; exec sleep 1000");

        assertThatThrownBy(() -> program.run(List.of(), _ -> {
            if (Files.exists(folder.resolve("pid"))) {
                throw new UnsupportedOperationException("stop");
            }
        })).hasMessage("stop");

        String pid = Files.readString(folder.resolve("pid")).strip();
        assertThat(Path.of("/proc", pid)).doesNotExist();
    }

    @Test
    void longOutput_neitherBlocksItNorFillsTheMemory() throws Exception {
        QemuImg program = script("head -c 4000000 /dev/zero | tr '\\0' x; head -c 4000000 /dev/zero >&2");

        assertThat(program.run(List.of(), QemuImg.Progress.NONE)).hasSizeLessThan(2 << 20);
    }

    /** It speaks English, in a process group of its own, whatever the user's environment is. */
    @Test
    void environment_isPlain() throws Exception {
        QemuImg program = script("echo $LANG; ps -o pgid= -p $$ || :; echo $$");

        String[] lines = program.run(List.of(), QemuImg.Progress.NONE).split("\\s+");

        assertThat(lines[0]).isEqualTo("C");
        assertThat(lines[1]).isEqualTo(lines[lines.length - 1]);
    }

    @Test
    void killedJvm_takesItAlong() throws Exception {
        script("echo $$ >pid.new; mv pid.new pid; exec sleep 1000");
        Process jvm = Children.start(ProcessHandle.current().info().command().orElseThrow(),
                "-cp", System.getProperty("java.class.path"), Runner.class.getName(), programs + ":" + PATH);
        Path pid = folder.resolve("pid");
        await().atMost(Duration.ofMinutes(2)).until(() -> Files.exists(pid));
        Path process = Path.of("/proc", Files.readString(pid).strip());
        assertThat(process).exists();

        jvm.destroyForcibly().waitFor();

        await().atMost(Duration.ofMinutes(2)).until(() -> !Files.exists(process));
    }

    private QemuImg script(String text) throws IOException {
        Path program = Files.writeString(programs.resolve("qemu-img"), "#!/bin/sh\ncd " + folder + "\n" + text + "\n");
        Files.setPosixFilePermissions(program,
                PosixFilePermissions.fromString("rwx------"));
        return QemuImg.on(programs + ":" + PATH).orElseThrow();
    }

    /** Another JVM that runs it. */
    public static final class Runner {

        private Runner() {}

        public static void main(String[] path) throws Exception {
            QemuImg.on(path[0]).orElseThrow().run(List.of(), QemuImg.Progress.NONE);
        }
    }
}
