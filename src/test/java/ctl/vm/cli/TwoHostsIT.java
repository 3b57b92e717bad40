package ctl.vm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ctl.Servers;
import ctl.vm.child.Children;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two hosts on one folder and one real server: processes in namespaces of their own, with their own name, machine id and
 * boot id. One is stopped by SIGSTOP in the midst of a copy, or killed; the other takes over; the first wakes up.
 */
class TwoHostsIT {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    private Path folder;

    private Program program;

    @BeforeEach
    void shareTheFolder() throws Exception {
        // No checkpoint while it copies: who is stopped in an append keeps the journal from everybody.
        program = new Program(folder).with("CTL_CHECKPOINT_BYTES", "1000000000000").with("CTL_LEASE_SECONDS", "2")
                .with("PGPASSFILE", "/dev/null");
        assumeTrue(Children.start("unshare", "-m", "-u", "true").waitFor() == 0,
                "only root can make namespaces");
        program.succeeds("create", "Box", "1M");
        program.shell("head -c 300M /dev/zero | tr '\\0' x > \"$CTL_ROOT/vm/Box/disk.s2e\"");
        program.succeeds("journal", "move", Servers.shared().newEnglishDatabase());
        for (String host : List.of("one", "two")) {
            Files.writeString(folder.resolve(host + ".machine"), host.repeat(11).substring(0, 32) + "\n");
            Files.writeString(folder.resolve(host + ".boot"), UUID.randomUUID() + "\n");
        }
    }

    private Process start(String host, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("unshare", "-m", "-u", "sh", "-ec",
                """
                        hostname %1$s
                        mount --bind %2$s/%1$s.machine /etc/machine-id
                        mount --bind %2$s/%1$s.boot /proc/sys/kernel/random/boot_id
                        exec "$@"
                        """.formatted(host, folder), "sh", Path.of("ctl").toAbsolutePath().toString(), "vm"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(said(host).toFile()).redirectInput(Path.of("/dev/null").toFile());
        builder.environment().putAll(program.environment());
        return Children.start(builder);
    }

    private Path said(String host) {
        return folder.resolve(host + ".out");
    }

    private void run(int exit, String says, String host, String... arguments) throws Exception {
        int actual = start(host, arguments).waitFor();
        assertThat(actual).as("%s: %s%n%s", host, List.of(arguments), Files.readString(said(host))).isEqualTo(exit);
        assertThat(Files.readString(said(host))).contains(says);
    }

    /** The clone of the first host, once it has begun to write the image. */
    private Process cloneInTheMidst() throws Exception {
        Process clone = start("one", "clone", "--reflink", "never", "Box", "Copy");
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(2)).until(() -> staged().anyMatch(
                staging -> Files.exists(staging.resolve("disk.s2e"))));
        return clone;
    }

    private Stream<Path> staged() throws IOException {
        Path staging = program.vms().resolve(".staging");
        return Files.exists(staging) ? Stream.of(staging.toFile().listFiles()).map(file -> file.toPath()) : Stream.of();
    }

    private String operation() throws IOException {
        return staged().findFirst().orElseThrow().getFileName().toString().replaceFirst("\\..*", "");
    }

    private void signal(Process process, String signal) throws Exception {
        assertThat(Children.start("kill", "-" + signal, Long.toString(process.pid())).waitFor()).isZero();
    }

    private void assertCopied() {
        program.shell("cmp \"$CTL_ROOT/vm/Box/disk.s2e\" \"$CTL_ROOT/vm/Copy/disk.s2e\"");
        assertThat(program.vms().resolve(".staging")).doesNotExist();
    }

    @Test
    void hostThatIsStoppedAndTakenOver_publishesNothingWhenItWakesUp() throws Exception {
        Process clone = cloneInTheMidst();
        signal(clone, "STOP");
        String id = operation();

        run(6, "is in use on host one: operation " + id, "two", "delete", "-y", "Box");
        run(0, "on host one", "two", "operations");
        run(6, "it can be taken over", "two", "resume", id);
        run(0, "copy disk image", "two", "resume", id, "--host-is-down", "-y");
        assertCopied();
        signal(clone, "CONT");

        assertThat(clone.waitFor()).isEqualTo(6);
        assertThat(Files.readString(said("one"))).contains("another host has taken over operation " + id);
        assertCopied();
        run(0, "Copy", "one", "list");
    }

    @Test
    void hostThatIsStopped_andOfWhichAllIsGivenUp_leavesNothing() throws Exception {
        Process clone = cloneInTheMidst();
        signal(clone, "STOP");

        run(0, "abandon clone", "two", "abandon", operation(), "--host-is-down", "-y");
        signal(clone, "CONT");

        assertThat(clone.waitFor()).isEqualTo(6);
        assertThat(program.vms().resolve("Copy")).doesNotExist();
        assertThat(program.vms().resolve(".staging")).doesNotExist();
    }

    @Test
    void hostThatDies_canBeTakenOverWhenItsTimeIsOver() throws Exception {
        Process clone = cloneInTheMidst();
        clone.destroyForcibly().waitFor();
        String id = operation();

        await().atMost(PATIENCE).until(() -> start("two", "resume", id).waitFor() == 0);
        assertCopied();
    }
}
