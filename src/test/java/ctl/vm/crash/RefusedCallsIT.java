package ctl.vm.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands to which the kernel answers that the filesystem does not know a call. */
@Order(1)
class RefusedCallsIT {

    /** What the program can do without. The C library makes a rename without a flag by another call. */
    private static final String DISPENSABLE = "renameat2,linkat,copy_file_range,fallocate,fadvise64,sync_file_range,ioctl";

    @TempDir
    private Path folder;

    private Place place;
    private Ctl ctl;

    @BeforeEach
    void createABox() throws IOException {
        Shell.assumeTool("strace");
        place = new Place(folder);
        Shell.require("mkdir", "-p", place.root().toString(), place.work().toString());
        ctl = new Ctl(place);
        assertThat(ctl.within("create", "Box", "8M").exit()).isZero();
        byte[] bytes = new byte[3 << 20];
        new Random(5).nextBytes(bytes);
        try (FileChannel disk = FileChannel.open(disk("Box"), StandardOpenOption.WRITE)) {
            disk.write(ByteBuffer.wrap(bytes), 2 << 20);
        }
        assertThat(ctl.within("reconcile").exit()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"EINVAL", "ENOSYS", "EOPNOTSUPP"})
    void commands_withoutAllCallsThatTheyCanDoWithout_makeTheSame(String error) throws IOException {
        succeeds(error, "clone", "Box", "Two");
        ctl.within("export", "Box", "box.tar.gz");
        var first = Contents.files(place.work(), false);
        succeeds(error, "export", "-f", "Box", "box.tar.gz");
        succeeds(error, "import", "-f", "box.tar.gz", "Two");
        ctl.within("delete", "-y", "Two");
        succeeds(error, "undelete", "--as", "Three", "Two");

        assertThat(Files.mismatch(disk("Box"), disk("Three"))).isEqualTo(-1);
        assertThat(Contents.files(place.work(), false)).isEqualTo(first);
        assertThat(Shell.require("ls", "-A", place.work().toString())).isEqualToIgnoringWhitespace("box.tar.gz");
        assertThat(ctl.within("verify").exit()).isZero();
    }

    @Test
    void command_whereFoldersCannotBeSynced_warnsOnce() throws IOException {
        Ctl.Run clone = ctl.run(refusing("fsync", "EINVAL", place.vms(), place.vms().resolve(".staging")),
                List.of("clone", "Box", "Two"));

        assertThat(clone.exit()).as(clone.toString()).isZero();
        assertThat(clone.err().lines().filter(line -> line.contains("cannot sync folders"))).as(clone.toString())
                .hasSize(1);
        assertThat(Files.mismatch(disk("Box"), disk("Two"))).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"utimensat", "renameat,renameat2"})
    void clone_whereTheLastCallsAreRefused_endsBeforeItCopies(String calls) {
        Ctl.Run clone = ctl.run(refusing(calls, "EOPNOTSUPP"), List.of("clone", "Box", "Two"));

        assertThat(clone.exit()).as(clone.toString()).isEqualTo(1);
        assertThat(clone.err().lines().filter(line -> line.startsWith("[FAIL]"))).as(clone.toString())
                .singleElement().asString().contains("its filesystem does not support what is needed there");
        assertThat(clone.out() + clone.err()).doesNotContain("copy disk image", "resume");
        assertThat(Shell.require("ls", "-A", place.vms().toString())).isEqualToIgnoringWhitespace("Box");
        assertThat(ctl.within("verify").exit()).isZero();
    }

    /** The journal's own lock, which belongs to the process, and those of operations, which belong to an open file. */
    @ParameterizedTest
    @CsvSource({"lock,EINVAL", "lock,ENOLCK", "operations.lock,EINVAL", "operations.lock,ENOLCK",
        "operations.lock,ENOSYS", "operations.lock,EOPNOTSUPP"})
    void commands_whereTheFilesystemKeepsNoLocks_endInOneLineBeforeAnythingIsRecorded(String file, String error) {
        Path lock = place.root().resolve("journal").resolve(file);
        long events = events();

        // Each command takes the same locks: one error meets all of them.
        List<List<String>> commands = List.of(List.of("clone", "Box", "Two"), List.of("create", "New", "1M"),
                List.of("delete", "-y", "Box"), List.of("export", "Box", "box.tar.gz"));
        for (List<String> command : error.equals("ENOLCK") ? commands : commands.subList(0, 1)) {
            Ctl.Run run = ctl.run(refusing("fcntl", error, lock), command);

            assertThat(run.exit()).as(run.toString()).isEqualTo(1);
            assertThat(run.err().lines()).as(run.toString()).singleElement().asString()
                    .startsWith("[FAIL] ").contains(lock.toString(), "keeps no locks", "in the place of journal/");
            assertThat(run.out()).as(run.toString()).isEmpty();
        }
        assertThat(ctl.run(refusing("fcntl", error, lock), List.of("list")).out()).contains("Box");

        assertThat(Shell.require("ls", "-A", place.vms().toString(), place.work().toString()))
                .contains("Box").doesNotContain("Two", "New", "box.tar.gz", ".staging");
        assertThat(events()).isEqualTo(events);
        assertThat(ctl.within("verify").exit()).isZero();
    }

    @Test
    void clone_whereTheFilesystemHasNoLeases_saysSoToWhoAskedForDetailsAndToNobodyElse() {
        List<String> without = refusing("fcntl", "EINVAL", disk("Box"));

        Ctl.Run usual = ctl.run(without, List.of("clone", "Box", "Two"));
        Ctl.Run detailed = ctl.run(without, List.of("clone", "-v", "Box", "Three"));
        Ctl.Run leased = ctl.within("clone", "-v", "Box", "Four");

        assertThat(List.of(usual.exit(), detailed.exit(), leased.exit())).containsOnly(0);
        assertThat(usual.err()).doesNotContain("lease");
        assertThat(leased.err()).doesNotContain("lease");
        assertThat(detailed.err().lines().filter(line -> line.contains("lease"))).singleElement().asString()
                .startsWith("[INFO] no read lease on Box ").contains("may be seen only when it writes");
    }

    private long events() {
        return ctl.within("audit", "--json").out().lines().count();
    }

    private Path disk(String vm) {
        return place.vms().resolve(vm).resolve("disk.s2e");
    }

    private void succeeds(String error, String... arguments) {
        Ctl.Run run = ctl.run(refusing(DISPENSABLE, error), List.of(arguments));
        assertThat(run.exit()).as(run.toString()).isZero();
        // Without second names, a package that is replaced cannot be kept.
        assertThat((run.out() + run.err()).lines().filter(line -> !line.endsWith("it is replaced for good")))
                .as(run.toString()).noneMatch(line -> line.contains("[WARN]") || line.contains("[FAIL]"));
    }

    /** @param paths of which calls are refused; all where none is named */
    private static List<String> refusing(String calls, String error, Path... paths) {
        ArrayList<String> strace = new ArrayList<>(List.of(
                "strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=" + calls,
                "-e", "inject=%s:error=%s".formatted(calls, error)));
        for (Path path : paths) {
            strace.addAll(List.of("-P", path.toString()));
        }
        return strace;
    }
}
