package ctl.vm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Who may do what with whose VMs, tried with users of their own: Alice and Bob of one group, and Eve, who is not in it.
 * Only root can be somebody else; others skip this.
 */
@Order(1)
class SharedRootIT {

    private static final int ALICE = 64_001;
    private static final int BOB = 64_002;
    private static final int EVE = 64_003;
    private static final int TEAM = 64_100;

    private static final String PYTHON = "/usr/bin/python3";

    /**
     * Of another user's process nobody but root sees which files it has open, and of another user's file none gets a
     * lease.
     */
    private static final String WRITES = "exec 3<>IMAGE; while printf x >&3; do sleep 0.1; done";
    private static final String WRITES_TO_MEMORY = "exec " + PYTHON + """
             -c '
            import mmap, os, time
            image = mmap.mmap(os.open("IMAGE", os.O_RDWR), 4096)
            while True:
                image[0] = (image[0] + 1) % 256
                time.sleep(0.1)'
            """;
    private static final String MACHINE = "exec -a qemu-system-i386 tail -f /dev/null -- IMAGE";

    private static final Duration LIMIT = Duration.ofMinutes(5);

    @TempDir
    private Path temporary;

    private Program program;
    private final List<Process> started = new ArrayList<>();

    @BeforeEach
    void becomeAbleToBeOthers() throws IOException {
        assumeTrue(Files.getAttribute(temporary, "unix:uid").equals(0), "only root can be somebody else");
        Program.assumeTool("setpriv");
        program = new Program(temporary);
        for (Path open : List.of(temporary, program.work())) {
            Files.setAttribute(open, "unix:mode", 0777);
        }
        assumeTrue(as(EVE, EVE, "help").exit() == 0, "other users cannot start the program here");
    }

    @Test
    void teamInASharedRoot_worksOnEachOthersVms() throws IOException {
        share();

        succeeds(ALICE, "create", "Box", "1M");
        succeeds(BOB, "list");
        succeeds(BOB, "clone", "Box", "Copy");
        succeeds(ALICE, "rename", "Copy", "Renamed");
        succeeds(ALICE, "delete", "-y", "Renamed");
        succeeds(BOB, "delete", "-y", "Box");
        succeeds(ALICE, "undelete", "Box");
        succeeds(ALICE, "create", "-f", "Box", "2M");
        assertThat(succeeds(BOB, "list").out()).contains("Box").doesNotContain("Renamed");

        assertThat(succeeds(BOB, "audit", "--json").out())
                .contains("\"uid\":" + ALICE)
                .contains("\"uid\":" + BOB);
        assertThat(mode(program.root().resolve("journal"))).isEqualTo(02770);
        assertThat(mode(program.vms().resolve("Box")) & 0070).isEqualTo(0070);
        assertThat(mode(program.vms().resolve("Box/disk.s2e")) & 0060).isEqualTo(0060);
        assertThat(all(program.root().resolve("journal"))).allSatisfy(file -> {
            assertThat(mode(file) & 0007).as(file.toString()).isZero();
            assertThat(Files.getAttribute(file, "unix:gid")).as(file.toString()).isEqualTo(TEAM);
        });
    }

    /** The lines of docs/security.md, for a root that was one user's own. */
    @Test
    void privateRoot_thatIsSharedAsThePageSays_isTheTeams() throws IOException {
        Files.setAttribute(program.root(), "unix:uid", ALICE);
        Files.setAttribute(program.root(), "unix:gid", ALICE);
        assertThat(as(ALICE, ALICE, "create", "Box", "1M").exit()).isZero();
        assertThat(as(BOB, TEAM, "create", "Other", "1M").exit()).isNotZero();

        List<String> lines = Files.readAllLines(Path.of("docs/security.md")).stream()
                .filter(line -> line.matches("([$]|   ) chgrp .*"))
                .map(line -> line.substring(line.indexOf("chgrp")).replace("team", Integer.toString(TEAM))
                        .replace("/srv/vms", "'" + program.root() + "'"))
                .toList();
        assertThat(lines).hasSize(2);
        lines.forEach(program::shell);

        succeeds(BOB, "clone", "Box", "Copy");
        succeeds(ALICE, "rename", "Copy", "Renamed");
        succeeds(BOB, "delete", "-y", "Box");
        succeeds(ALICE, "undelete", "Box");
        succeeds(BOB, "verify");
        assertThat(as(EVE, EVE, "list").exit()).isNotZero();
    }

    @Test
    void strangerAtASharedRoot_seesNoJournalAndChangesNothing() throws IOException {
        share();
        succeeds(ALICE, "create", "Box", "1M");

        assertThat(as(EVE, EVE, "create", "Evil", "1M").exit()).isEqualTo(1);
        assertThat(as(EVE, EVE, "delete", "-y", "Box").exit()).isNotZero();
        assertThat(as(EVE, EVE, "audit").exit()).isNotZero();
        assertThat(program.vms().resolve("Box/disk.s2e")).exists();
        assertThat(program.vms().resolve("Evil")).doesNotExist();
    }

    /** {@code /proc/self} itself is a link, which belongs to root whoever runs the program. */
    @Test
    void pagerThatAUserHasSet_isUsedForThatUserAndForNoOther() throws IOException {
        Files.setAttribute(program.root(), "unix:uid", ALICE);
        Files.setAttribute(program.root(), "unix:gid", ALICE);
        assertThat(as(ALICE, ALICE, "create", "Box", "1M").exit()).isZero();

        assertThat(as(ALICE, ALICE, "config", "pager", "most -s").exit()).isZero();

        assertThat(as(ALICE, ALICE, "config", "pager").out()).isEqualTo("most -s\n");
        assertThat(as(EVE, EVE, "config", "pager").out()).isEqualTo("less\n");
    }

    @Test
    void journalOfAPrivateRoot_isForItsOwnerAlone() throws IOException {
        Files.setAttribute(program.root(), "unix:uid", ALICE);
        Files.setAttribute(program.root(), "unix:gid", ALICE);

        assertThat(as(ALICE, ALICE, "create", "Box", "1M").exit()).isZero();
        assertThat(mode(program.root().resolve("journal"))).isEqualTo(0700);
        assertThat(all(program.root().resolve("journal"))).allSatisfy(file -> assertThat(mode(file) & 0077)
                .as(file.toString()).isZero());
        assertThat(as(EVE, EVE, "audit").exit()).isNotZero();
    }

    @Test
    void visitOfRoot_leavesTheOwnerHisRoot() throws IOException {
        Files.setAttribute(program.root(), "unix:uid", ALICE);
        Files.setAttribute(program.root(), "unix:gid", ALICE);
        assertThat(as(ALICE, ALICE, "create", "Box", "1M").exit()).isZero();

        program.succeeds("clone", "Box", "Copy");
        program.succeeds("reconcile", "--rebuild");

        assertThat(all(program.root())).allSatisfy(path -> assertThat(Files.getAttribute(
                path, "unix:uid", LinkOption.NOFOLLOW_LINKS)).as(path.toString()).isEqualTo(ALICE));
        assertThat(as(ALICE, ALICE, "delete", "-y", "Copy").exit()).isZero();
        assertThat(as(ALICE, ALICE, "create", "New", "1M").exit()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {WRITES, WRITES_TO_MEMORY, MACHINE})
    void imageOfAnother_thatHeWritesTo_isNotCopied(String how) throws IOException {
        assumeTrue(!how.equals(WRITES_TO_MEMORY) || Files.isExecutable(Path.of(PYTHON)), "Python is not installed");
        share();
        succeeds(ALICE, "create", "Box", "64k");
        startAs(ALICE, how);

        for (int round = 0; round < 2; round++) {
            Program.Result refused = as(BOB, TEAM, "clone", "Box", "Copy");
            assertThat(refused.exit()).as(refused.err()).isEqualTo(7);
            assertThat(refused.err()).contains("Box is open for writing by "
                    + (how.equals(MACHINE) ? "qemu-system-i386 (pid " : "a process that you may not see"));
        }
        endStarted();

        succeeds(BOB, "clone", "Box", "Copy");
    }

    /** An export of more than it keeps in memory waits for who reads it. */
    @Test
    void imageOfAnother_thatHeWritesToDuringAnExport_stopsIt() throws IOException {
        share();
        succeeds(ALICE, "create", "Box", "96M");
        Path image = program.vms().resolve("Box/disk.s2e");
        program.shell("head -c 96M /dev/urandom | dd of='%s' conv=notrunc status=none".formatted(image));

        String export = String.join(" ", asUser(BOB, TEAM, program.command("export", "Box", "-")));
        Program.Result stopped = program.run("", List.of("/bin/bash", "-c",
                "(%s; echo exit $? >&2) | { head -c 1M >part; printf x | dd of='%s' conv=notrunc status=none; cat >rest; }"
                        .formatted(export, image)));

        assertThat(stopped.err()).contains(
                "[FAIL] Box was opened for writing meanwhile, by a process that you may not see", "exit 6");
    }

    @AfterEach
    void endStarted() {
        started.forEach(process -> process.destroyForcibly().onExit().join());
        started.clear();
    }

    /**
     * Starts what opens the image, and waits until it has, and has written to it where it does that. A writer that
     * writes nothing for half a second is not found: so it comes before all else that runs on this machine.
     */
    private void startAs(int user, String line) throws IOException {
        Path image = program.vms().resolve("Box/disk.s2e");
        FileTime unwritten = Files.getLastModifiedTime(image);
        List<String> command = new ArrayList<>(List.of("nice", "-n", "-20"));
        command.addAll(asUser(user, TEAM, List.of("/bin/bash", "-c", line.replace("IMAGE", image.toString()))));
        Process process = program.start(command);
        started.add(process);
        await().atMost(LIMIT).until(() -> hasOpen(process, image)
                && (line.equals(MACHINE) || !Files.getLastModifiedTime(image).equals(unwritten)));
    }

    private static boolean hasOpen(Process process, Path file) throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/" + process.pid() + "/fd"))) {
            return open.anyMatch(link -> leadsTo(link, file));
        }
    }

    private static boolean leadsTo(Path link, Path file) {
        try {
            return Files.readSymbolicLink(link).equals(file);
        } catch (IOException closed) {
            return false;
        }
    }

    private void share() throws IOException {
        Files.setAttribute(program.root(), "unix:gid", TEAM);
        Files.setAttribute(program.root(), "unix:mode", 02775);
    }

    private Program.Result succeeds(int user, String... arguments) {
        Program.Result result = as(user, TEAM, arguments);
        assertThat(result.exit()).as("%s%n%s", List.of(arguments), result.err()).isZero();
        return result;
    }

    private Program.Result as(int user, int group, String... arguments) {
        return program.run("", asUser(user, group, program.command(arguments)));
    }

    private static List<String> asUser(int user, int group, List<String> command) {
        List<String> whole = new ArrayList<>(List.of("setpriv", "--reuid=" + user, "--regid=" + user,
                "--groups=" + group, "--inh-caps=-all", "--"));
        whole.addAll(command);
        return whole;
    }

    private static int mode(Path path) throws IOException {
        return (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & 07777;
    }

    private static List<Path> all(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.toList();
        }
    }
}
