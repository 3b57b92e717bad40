package ctl.vm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Images that other programs have open, and programs that come while an image is read.
 *
 * <pre>
 * vm/MyBox/disk.s2e    1 MiB that cannot be compressed
 * </pre>
 */
class InUseIT {

    /** Who opens the image for writing: as the old QEMU does, without any lock, and as today's programs of QEMU do. */
    private static final String PLAIN = "exec 3<>IMAGE; echo open; exec sleep 1000";
    private static final String QEMU_IO = "echo open; exec qemu-io -f raw -c 'sleep 1000000' IMAGE";
    private static final String MACHINE = "echo open; exec qemu-system-i386 -display none -serial none -monitor none -S"
            + " -drive if=ide,format=raw,file=IMAGE";
    private static final String OLD_MACHINE = MACHINE + ",file.locking=off";
    private static final String READER = "exec 3<IMAGE; echo open; exec sleep 1000";
    private static final String QEMU_READER = "echo open; exec qemu-io -r -f raw -c 'sleep 1000000' IMAGE";
    private static final String STORAGE_DAEMON = "echo open; exec qemu-storage-daemon"
            + " --nbd-server addr.type=unix,addr.path=WORK/nbd"
            + " --blockdev driver=file,node-name=f,filename=IMAGE --export type=nbd,id=e,node-name=f,writable=on";
    private static final String NBD = "echo open; exec qemu-nbd -t -f raw -k WORK/nbd IMAGE";

    private static final Duration LIMIT = Duration.ofMinutes(2);

    @TempDir
    Path folder;

    private Program program;
    private InProcess inProcess;
    private final List<Process> started = new ArrayList<>();

    @BeforeEach
    void makeMyBox() {
        program = new Program(folder);
        inProcess = new InProcess(program);
        inProcess.succeeds("create", "MyBox", "1M");
        fillMyBox("1M");
    }

    private void fillMyBox(String size) {
        program.shell("head -c %s /dev/urandom >\"$CTL_ROOT/vm/MyBox/disk.s2e\"".formatted(size));
    }

    @AfterEach
    void endOthers() throws InterruptedException {
        for (Process process : started) {
            process.destroyForcibly().waitFor();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {PLAIN, QEMU_IO, STORAGE_DAEMON, NBD, MACHINE, OLD_MACHINE})
    void image_openForWriting_isNotTouched(String how) throws Exception {
        Process writer = open(how);
        awaitOpen(writer, how);
        String journal = inProcess.succeeds("audit").out();

        for (List<String> command : List.of(
                List.of("clone", "MyBox", "Two"), List.of("export", "MyBox"), List.of("delete", "-y", "MyBox"),
                List.of("create", "-f", "MyBox"))) {
            String[] arguments = command.toArray(String[]::new);
            Program.Result refused = command.contains("clone")
                    ? program.ctl(arguments)
                    : inProcess.ctl(arguments);
            assertThat(refused.exit()).as("%s: %s", command, refused.err()).isEqualTo(7);
            assertThat(refused.err()).containsPattern(
                    "\\[FAIL\\] MyBox is open for writing by [a-z0-9-]+ \\(pid %d\\); stop it, or pass --while-in-use"
                            .formatted(writer.pid()));
        }
        assertThat(inProcess.succeeds("list").out()).isEqualTo("MyBox\n  Size: 1.0MiB\n");
        assertThat(inProcess.succeeds("audit").out()).isEqualTo(journal);

        writer.destroyForcibly().waitFor();
        program.succeeds("clone", "MyBox", "Two");
    }

    @Test
    void image_openForWritingButStill_isCopiedByWhoInsists() throws Exception {
        awaitOpen(open(PLAIN), PLAIN);

        Program.Result clone = program.succeeds("clone", "--while-in-use", "MyBox", "Two");

        assertThat(clone.err()).contains("[WARN] MyBox is open for writing by sleep");
        program.shell("cmp \"$CTL_ROOT\"/vm/{MyBox,Two}/disk.s2e");
    }

    @ParameterizedTest
    @ValueSource(strings = {READER, QEMU_READER})
    void image_openForReading_isCopied(String how) throws Exception {
        awaitOpen(open(how), how);

        program.succeeds("clone", "MyBox", "Two");
        inProcess.succeeds("export", "MyBox");

        program.shell("cmp \"$CTL_ROOT\"/vm/{MyBox,Two}/disk.s2e");
    }

    @Test
    void image_thatAMachineReads_isDeletedOnlyByWhoInsists() throws Exception {
        Process machine = open(QEMU_READER);
        awaitOpen(machine, QEMU_READER);

        Program.Result refused = program.ctl("delete", "-y", "MyBox");
        assertThat(refused.exit()).isEqualTo(7);
        assertThat(refused.err()).contains("MyBox is in use by qemu-io (pid %d)".formatted(machine.pid()));

        program.succeeds("delete", "-y", "--while-in-use", "MyBox");
        assertThat(machine.isAlive()).isTrue();
    }

    /**
     * The other direction: while we read, a QEMU of today that wants to write is turned away, and one that reads is
     * not.
     */
    @Test
    void export_underWay_turnsQemuWritersAwayAndGoesOn() throws Exception {
        Process export = startExport();

        Program.Result writer = shell(Duration.ofSeconds(3), "qemu-io -f raw -c 'write 0 512' IMAGE");
        assertThat(writer.exit()).isNotZero();

        // It waits in its call until the export looks up.
        Process waiting = open("exec qemu-io -f raw -c 'write 0 512' IMAGE");
        letGo();

        assertThat(export.waitFor()).as(said()).isZero();
        assertThat(waiting.waitFor()).isNotZero();
        assertThat(new String(waiting.getInputStream().readAllBytes())).contains("Failed to get \"write\" lock");
        program.shell("gzip -t package");
    }

    @Test
    void export_underWay_doesNotDisturbReaders() throws Exception {
        Process export = startExport();

        assertThat(shell(LIMIT, "qemu-io -r -f raw -c 'read 0 512' IMAGE && cat IMAGE >/dev/null").exit()).isZero();
        letGo();

        assertThat(export.waitFor()).as(said()).isZero();
    }

    /** Nothing can turn away who takes no locks. He waits until we have stopped, and no signal ends us. */
    @Test
    void export_whoseImageIsOpenedByAWriterWithoutLocks_stopsAndSaysSo() throws Exception {
        Process export = startExport();

        Process writer = open(PLAIN);
        letGo();

        assertThat(export.waitFor()).as(said()).isEqualTo(6);
        assertThat(said()).contains(
                "[FAIL] MyBox was opened for writing meanwhile, by sleep (pid %d)".formatted(writer.pid()),
                "stop it and run the same command again");
        awaitOpen(writer, PLAIN);
    }

    /** An export of more than it keeps in memory: it goes on only when its reader does. */
    private Process startExport() throws IOException {
        fillMyBox("96M");
        String export = String.join(" ", program.command("export", "MyBox", "-"));
        Process process = program.start(List.of(
                "/bin/bash", "-o", "pipefail", "-c", "mkfifo go; %s 2>said | { read -r _ <go; exec cat >package; }"
                        .formatted(export)));
        started.add(process);
        await().atMost(LIMIT).until(() -> Files.exists(program.work().resolve("said"))
                && said().contains("exporting to standard output"));
        return process;
    }

    private void letGo() {
        program.shell("echo go >go");
    }

    private String said() throws IOException {
        return Files.readString(program.work().resolve("said"));
    }

    private Process open(String how) throws IOException {
        Process process = program.start(List.of("/bin/bash", "-c", filled(how)));
        started.add(process);
        return process;
    }

    /** @param limit after which the line is ended: who meets our lease waits in his call for as long as we let him */
    private Program.Result shell(Duration limit, String line) {
        return program.run("", List.of("/bin/bash", "-c", filled("timeout %d %s".formatted(limit.toSeconds(), line))));
    }

    private String filled(String line) {
        String tool = line.replaceFirst("(?s).*?(qemu-[a-z0-9-]+).*", "$1");
        if (tool.startsWith("qemu-")) {
            Program.assumeTool(tool);
        }
        return line.replace("IMAGE", "'" + program.vms().resolve("MyBox/disk.s2e") + "'")
                .replace("WORK", program.work().toString());
    }

    private void awaitOpen(Process process, String how) throws IOException {
        await().atMost(LIMIT).until(() -> process.getInputStream().available() > 0);
        await().atMost(LIMIT).until(() -> isTheProgramItself(process.pid()) && hasImageOpen(process.pid()));
        if (how.contains("qemu") && !how.equals(OLD_MACHINE)) {
            awaitLocks();
        }
    }

    /** A QEMU is ready an instant after it has opened the image: then it has its locks, too. */
    private void awaitLocks() throws IOException {
        Object image = Files.getAttribute(program.vms().resolve("MyBox/disk.s2e"), "unix:ino");
        await().atMost(LIMIT).until(() -> Files.readString(Path.of("/proc/locks")).contains(":" + image + " "));
    }

    /** The shell that starts it has the image open as well. */
    private static boolean isTheProgramItself(long process) throws IOException {
        return !Files.readString(Path.of("/proc", Long.toString(process), "comm")).strip().equals("bash");
    }

    private static boolean hasImageOpen(long pid) throws IOException {
        try (var files = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
            return files.anyMatch(file -> isImage(file));
        }
    }

    private static boolean isImage(Path open) {
        try {
            return Files.readSymbolicLink(open).endsWith("disk.s2e");
        } catch (IOException closed) {
            return false;
        }
    }
}
