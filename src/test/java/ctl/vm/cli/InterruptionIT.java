package ctl.vm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ctl.vm.child.Children;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Long copies that are stopped in their middle by a real signal.
 *
 * <pre>
 * vm/Big/disk.s2e    256 MiB of data
 * </pre>
 *
 * <p>A checkpoint comes every 16 MiB: each test waits until the journal holds one, and then stops the copy, which has
 * 15 more syncs before it.
 */
@Order(1)
class InterruptionIT {

    private static final long IMAGE_BYTES = 256L << 20;
    private static final long CHECKPOINT_BYTES = 16L << 20;

    @TempDir
    Path folder;

    private Program program;
    private InProcess inProcess;

    @BeforeEach
    void makeBig() {
        program = new Program(folder).with("CTL_CHECKPOINT_BYTES", Long.toString(CHECKPOINT_BYTES));
        inProcess = new InProcess(program);
        inProcess.succeeds("create", "Big", "256M");
        program.shell("head -c 256M /dev/zero | tr '\\0' x > \"$CTL_ROOT/vm/Big/disk.s2e\"");
    }

    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143"})
    void clone_stoppedInGoodOrder_saysWhatIsKeptAndGoesOn(String signal, int exit) throws Exception {
        Process clone = startClone("Two");
        awaitCheckpoint();
        signal(clone, signal);

        assertThat(clone.waitFor()).isEqualTo(exit);
        String said = new String(clone.getInputStream().readAllBytes());
        assertThat(said).contains("[FAIL] stopped by").contains("ctl vm abandon").contains("to go on");
        assertThat(inProcess.succeeds("list").err()).contains("1 operation was interrupted");
        Program.Result again = program.succeeds("clone", "Big", "Two");
        assertThat(again.err()).contains("[INFO] resuming clone of Big to Two").contains("of 256.0 MiB are done");
        assertIsBig("Two");
    }

    @Test
    void clone_killed_copiesOnlyTheRestAgain() throws Exception {
        Process clone = startClone("Two");
        awaitCheckpoint();
        clone.destroyForcibly().waitFor();
        long durable = durableBytes();

        assertThat(inProcess.succeeds("operations").out()).contains("clone of Big to Two").contains("its process died");
        long copied = bytesCopiedBy("resume");

        assertThat(durable).isGreaterThanOrEqualTo(CHECKPOINT_BYTES);
        assertThat(copied).isEqualTo(IMAGE_BYTES - durable);
        assertIsBig("Two");
    }

    /** The one is a script, which has written something and goes on for long; the other is the real one. */
    @ParameterizedTest
    @CsvSource({"KILL, 137, resume", "TERM, 143, abandon -y"})
    void exportAsQcow2_stopped_takesQemuImgWithIt(String signal, int exit, String ending) throws Exception {
        Program.assumeTool("qemu-img");
        Path script = Files.createDirectory(program.work().resolve("bin")).resolve("qemu-img");
        Files.writeString(script, """
                #!/bin/bash
                for target; do :; done; head -c 1M /dev/zero >"$target"; echo $$ >pid.new; mv pid.new pid; exec sleep 1000
                """);
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        program.with("PATH", script.getParent() + ":" + System.getenv("PATH"));
        Process export = program.start(program.command("export", "Big", "Big.qcow2"));
        Path pid = program.work().resolve("pid");
        await().atMost(Duration.ofMinutes(2)).until(() -> Files.exists(pid));
        Path running = Path.of("/proc", Files.readString(pid).strip());

        signal(export, signal);

        assertThat(export.waitFor()).isEqualTo(exit);
        await().atMost(Duration.ofMinutes(2)).until(() -> !Files.exists(running));
        program.with("PATH", System.getenv("PATH"));
        inProcess.succeeds(ending.split(" "));
        if (ending.equals("resume")) {
            program.shell("qemu-img check -q Big.qcow2; qemu-img compare -q -f raw -F qcow2"
                    + " \"$CTL_ROOT/vm/Big/disk.s2e\" Big.qcow2; rm Big.qcow2");
        }
        assertThat(program.shell("rm -r pid bin; ls -A")).isEmpty();
        assertThat(inProcess.succeeds("operations").out()).isBlank();
    }

    @Test
    void clone_ofASourceThatChangedMeanwhile_isCopiedAnewAndSaysSo() throws Exception {
        Process clone = startClone("Two");
        awaitCheckpoint();
        clone.destroyForcibly().waitFor();
        program.shell("printf changed | dd of=\"$CTL_ROOT/vm/Big/disk.s2e\" conv=notrunc status=none");

        assertThat(program.succeeds("resume").err()).contains("[WARN] disk image has changed since");
        assertIsBig("Two");
    }

    /** Who has it recorded what was done by hand is not to lose it. */
    @Test
    void reconcile_afterAKilledCloneThatWouldReplaceAVm_leavesBothToTheUser() throws Exception {
        inProcess.succeeds("create", "Two", "1M");
        Process clone = program.start(program.command("clone", "-f", "Big", "Two"));
        awaitCheckpoint();
        clone.destroyForcibly().waitFor();
        program.shell("printf mine | dd of=\"$CTL_ROOT/vm/Two/disk.s2e\" conv=notrunc status=none");

        assertThat(inProcess.ctl("reconcile", "--dry-run").out())
                .contains("to be left, because it would take Two away");
        Program.Result reconcile = program.ctl("reconcile");
        assertThat(reconcile.exit()).isEqualTo(7);
        assertThat(reconcile.err()).contains("it would take Two away").contains("ctl vm abandon");
        Program.Result resume = program.ctl("resume");
        assertThat(resume.exit()).isEqualTo(7);
        assertThat(resume.err()).contains("would take Two away, which has changed since");
        assertThat(program.shell("head -c 4 \"$CTL_ROOT/vm/Two/disk.s2e\"")).isEqualTo("mine");

        program.succeeds("clone", "-f", "Big", "Two");
        assertIsBig("Two");
    }

    @Test
    void importRawAndClone_givenUp_leaveNothing() throws Exception {
        Process raw = program.start(program.command("import", "--raw", program.vms() + "/Big/disk.s2e", "Raw"));
        awaitCheckpoint();
        raw.destroyForcibly().waitFor();

        assertThat(program.succeeds("abandon", "--all").out()).startsWith("[ OK ] abandon import of ");
        assertThat(program.shell("ls -A \"$CTL_ROOT/vm\"")).isEqualTo("Big\n");
        assertThat(inProcess.succeeds("operations").out()).isEmpty();
        inProcess.succeeds("reconcile");
        assertThat(inProcess.succeeds("list").err()).isEmpty();
    }

    @Test
    void deletion_ofAVmThatIsBeingCopied_isBusyAndNamesTheOperation() throws Exception {
        Process clone = startClone("Two");
        awaitCheckpoint();
        stopOutsideTheJournal(clone);

        Program.Result deletion = program.ctl("delete", "-y", "Big");
        Program.Result second = inProcess.ctl("clone", "Big", "Two");
        Program.Result list = program.succeeds("list");
        Program.Result other = inProcess.succeeds("export", "Big", "Big.tar");

        assertThat(deletion.exit()).isEqualTo(6);
        assertThat(deletion.err()).contains("Big is in use by clone of Big to Two").contains("process " + clone.pid());
        assertThat(second.exit()).isEqualTo(6);
        assertThat(list.out()).startsWith("Big\n");
        assertThat(list.err()).as("it runs, if slowly").doesNotContain("interrupted");
        assertThat(other.out()).endsWith("[ OK ] clean up\n");
        signal(clone, "CONT");
        assertThat(clone.waitFor()).isZero();
        assertIsBig("Two");
    }

    private Process startClone(String name) throws IOException {
        return program.start(program.command("clone", "Big", name));
    }

    private static void signal(Process process, String signal) throws Exception {
        assertThat(Children.start("kill", "-" + signal, Long.toString(process.pid())).waitFor()).isZero();
    }

    /** Whoever is stopped while he has the journal open keeps everybody waiting, and rightly. */
    private void stopOutsideTheJournal(Process process) throws Exception {
        Object journalLock = Files.getAttribute(program.root().resolve("journal/lock"), "unix:ino");
        signal(process, "STOP");
        while (Files.readString(Path.of("/proc/locks")).contains(":" + journalLock + " ")) {
            signal(process, "CONT");
            Thread.onSpinWait();
            signal(process, "STOP");
        }
    }

    private void awaitCheckpoint() {
        await().atMost(Duration.ofMinutes(5)).pollInterval(Duration.ofMillis(5)).until(() -> durableBytes() > 0);
    }

    /** What the last checkpoint in the journal's mirror promises. */
    private long durableBytes() throws IOException {
        List<String> lines = Files.readAllLines(program.root().resolve("journal/events.jsonl"));
        return lines.stream()
                .filter(line -> line.contains("\"name\":\"checkpoint-reached\""))
                .mapToLong(line -> Long.parseLong(line.replaceFirst(".*\"durable\":([0-9]+).*", "$1")))
                .max()
                .orElse(0);
    }

    /** Counts what the kernel was asked to copy, by strace. */
    private long bytesCopiedBy(String command) throws IOException {
        Program.assumeTool("strace");
        Path log = folder.resolve("copies");
        List<String> traced = new ArrayList<>(
                List.of("strace", "-f", "-qq", "-e", "trace=copy_file_range", "-o", log.toString()));
        traced.addAll(program.command(command));
        assertThat(program.run("", traced).exit()).isZero();
        return Files.readAllLines(log).stream()
                .map(line -> line.replaceFirst(".* = ", ""))
                .filter(returned -> returned.matches("[0-9]+"))
                .mapToLong(Long::parseLong)
                .sum();
    }

    private void assertIsBig(String name) {
        program.shell("cmp \"$CTL_ROOT/vm/Big/disk.s2e\" \"$CTL_ROOT/vm/%s/disk.s2e\"".formatted(name));
        assertThat(program.shell("ls -A \"$CTL_ROOT/vm\"")).doesNotContain(".staging");
    }
}
