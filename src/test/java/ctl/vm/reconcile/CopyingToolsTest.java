package ctl.vm.reconcile;

import static ctl.vm.reconcile.HandMade.MY_BOX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ctl.vm.child.Children;
import ctl.vm.inventory.drift.Incomplete;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * VMs that are made with the tools that people have, each stopped in the middle: SIGSTOP reaches it at a system call
 * that strace has chosen. While it stands, its VM is left alone and it is named; when it goes on, its VM is recorded
 * whole.
 */
class CopyingToolsTest {

    private static final Duration MINUTES = Duration.ofMinutes(5);

    @TempDir
    Path root;

    /** On another filesystem than the root's. */
    private Path elsewhere;

    private HandMade made;

    @BeforeEach
    void makeMyBox() throws Exception {
        assumeTrue(Files.isDirectory(Path.of("/dev/shm")));
        elsewhere = Files.createTempDirectory(Path.of("/dev/shm"), "ctl");
        made = new HandMade(root);
        made.shell(
                "cp -r vm/MyBox '%1$s/New' && tar -C '%1$s' --sort=name -cf '%1$s/New.tar' New".formatted(elsewhere));
    }

    @AfterEach
    void removeElsewhere() throws Exception {
        made.shell("rm -r '%s'".formatted(elsewhere));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "cp     | cp -r vm/MyBox vm/New",
        "cp     | cp -a --reflink=auto vm/MyBox vm/New",
        "cp     | cd vm && cp -r %1$s/New .",
        "rsync  | rsync -a vm/MyBox/ vm/New/",
        "tar    | tar -C vm -xf %1$s/New.tar",
        "mv     | mv %1$s/New vm/",
        "cat    | mkdir vm/New && cat vm/MyBox/disk.s2e.ready >vm/New/disk.s2e.ready && cat vm/MyBox/disk.s2e >vm/New/disk.s2e"})
    void vmThatWasMade_isRecordedAtOnce(String tool, String line) throws Exception {
        assumeTool(tool);
        made.shell(line.formatted(elsewhere));

        assertThat(made.recorded(Duration.ZERO).copyOf()).contains(MY_BOX);
    }

    /** What stays open until the end names its process; between two files the tool is known by its command line. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "cp       | openat    | disk.s2e       | cp -r vm/MyBox vm/New",
        "cp       | close     | disk.s2e       | cp -r vm/MyBox vm/New",
        "cp       | close     | disk.s2e       | cp -a vm/MyBox/. vm/New/",
        "cp       | utimensat |                | cp -a --reflink=auto vm/MyBox vm/New",
        "mv       | utimensat |                | mv %1$s/New vm/",
        "mv       | close     | disk.s2e       | mv %1$s/New vm/",
        "tar      | utimensat |                | tar -C vm -xf %1$s/New.tar",
        "tar      | close     | disk.s2e       | tar -C vm -xf %1$s/New.tar",
        "rsync    | ftruncate |                | rsync -r --inplace vm/MyBox/ vm/New/",
        "rsync    | renameat  |                | rsync -a vm/MyBox/ vm/New/",
        "dd       | write     | disk.s2e       | dd status=none if=vm/MyBox/disk.s2e of=vm/New/disk.s2e bs=64k"})
    void vmOfWhichTheToolIsStopped_isLeftUntilItGoesOn(String tool, String call, String file, String line)
            throws Exception {
        Stopped stopped = stop(tool, call, Optional.ofNullable(file), line.formatted(elsewhere));

        Incomplete why = made.at(Duration.ofSeconds(30)).left().why();

        // rsync is three processes, of which one is stopped.
        assertThat(why.process().orElse(why.toString())).startsWith(tool + " (pid ");
        stopped.goesOn();
        made.recorded(MINUTES);
    }

    @Test
    void rsyncThatIsStoppedBeforeARename_isLeft() throws Exception {
        Stopped stopped = stop("rsync", "utimensat", Optional.empty(), "rsync -a vm/MyBox/ vm/New/");

        assertThat(made.left().why()).isInstanceOf(Incomplete.TemporaryFile.class);
        stopped.goesOn();
        made.recorded(MINUTES);
    }

    @Test
    void cpThatIsKilledBetweenTwoFiles_leavesWhatIsRecordedAMomentLater() throws Exception {
        Stopped stopped = stop("cp", "close", Optional.of("disk.s2e"), "cp -r vm/MyBox vm/New");
        made.left();

        stopped.tool().destroyForcibly();
        stopped.strace().waitFor();

        assertThat(made.recorded(MINUTES).found().images()).hasSize(1);
    }

    /** A tool that stands still. */
    private record Stopped(ProcessHandle tool, Process strace) {

        void goesOn() throws Exception {
            Children.start("kill", "-CONT", String.valueOf(tool.pid())).waitFor();
            assertThat(strace.waitFor()).isZero();
        }
    }

    private Stopped stop(String tool, String call, Optional<String> file, String line) throws Exception {
        assumeTool("strace");
        assumeTool(tool);
        String paths = file.map(name -> "-P 'vm/New/%1$s' -P 'New/%1$s' -P '%2$s/vm/New/%1$s'".formatted(name, root))
                .orElse("");
        Process strace = made.start("mkdir -p vm; [[ '%s' != *vm/New/* ]] || mkdir vm/New;".formatted(line)
                + " exec strace -f -qq -o /dev/null -e trace=%1$s -e inject=%1$s:signal=SIGSTOP:when=1 %2$s %3$s"
                        .formatted(call, paths, line));
        ProcessHandle stopped = await().atMost(MINUTES).until(
                () -> strace.descendants().filter(CopyingToolsTest::isStopped).findFirst(), Optional::isPresent)
                .orElseThrow();
        return new Stopped(stopped, strace);
    }

    private static boolean isStopped(ProcessHandle process) {
        try {
            String status = Files.readString(Path.of("/proc", String.valueOf(process.pid()), "stat"));
            return List.of("t", "T").contains(status.substring(status.lastIndexOf(')') + 2).split(" ")[0]);
        } catch (IOException ended) {
            return false;
        }
    }

    private static void assumeTool(String name) {
        assumeTrue(
                Stream.of(System.getenv("PATH").split(":"))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, name))),
                name + " is not installed");
    }
}
