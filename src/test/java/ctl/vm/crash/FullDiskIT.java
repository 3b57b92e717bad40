package ctl.vm.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Disks with 0 bytes left: what frees space works all the same, from the reserve, and what takes space does not get it.
 *
 * <pre>
 * Box, Two      VMs of 3 MiB
 * Gone          in the trash
 * Half          an interrupted clone
 * </pre>
 */
@Order(1)
class FullDiskIT {

    private static final String NO_SPACE = ": no space left on the disk; free some space and run the same command again";

    @TempDir
    private static Path made;

    @TempDir
    private Path folder;

    private Ctl ctl;
    private String kind;

    @BeforeAll
    static void prepare() throws IOException {
        Place place = new Place(made.resolve("place"));
        Files.createDirectories(place.work());
        Files.createDirectories(place.root());
        Ctl ctl = new Ctl(place);
        Path image = place.work().resolve("image");
        Shell.require("sh", "-c", "head -c 3M /dev/urandom >'%s'".formatted(image));
        for (String vm : List.of("Box", "Two", "Gone")) {
            succeeds(ctl.within("import", "-r", image.toString(), vm));
        }
        succeeds(ctl.within("delete", "-y", "Gone"));
        ctl.run(List.of("bash", "-c", "ulimit -f 2000; exec \"$@\"", "bash"),
                List.of("clone", "--reflink=never", "Two", "Half"));
        assertThat(ctl.within("operations").out()).contains("clone of Two to Half");
    }

    @ParameterizedTest
    @CsvSource({"tmpfs, 48", "ext4, 64", "xfs, 320", "btrfs, 320"})
    void whatFrees_onADiskWithoutAByte_works_andWhatTakesSpaceGetsNothingOfTheReserve(String kind, long mebibytes)
            throws IOException {
        Path mounted = Files.createDirectory(folder.resolve("mounted"));
        try (Filesystem disk = mounted(kind, mounted, mebibytes)) {
            Place place = new Place(made.resolve("place")).copyTo(disk.folder().resolve("place"));
            ctl = new Ctl(place);
            fill(disk);

            assertThat(succeeds("list").out()).contains("Box\n", "Two\n");
            assertFailsForSpace(run("create", "New", "1M"));
            assertThat(place.journal().resolve("reserve")).isDirectory();
            assertThat(succeeds("delete", "-y", "--now", "Box").err()).contains("[INFO] freed 3.0 MiB\n");
            assertThat(place.journal().resolve("reserve")).doesNotExist();
            Ctl.Run refused = run("create", "New", "1M");
            assertThat(refused.exit()).as(refused.toString()).isEqualTo(1);
            assertThat(refused.err())
                    .containsPattern("\\[FAIL] journal/ has .* free, and 8.0 MiB are needed; free some");
            succeeds("abandon", "--all");
            succeeds("purge", "-y", "--all");

            disk.relieve();
            // Btrfs says that there is room only when it has written what went.
            Shell.require("sync", "-f", mounted.toString());
            succeeds("create", "New", "1M");
            assertThat(place.journal().resolve("reserve")).isDirectory();
            assertThat(place.journal().resolve("reserve.released")).doesNotExist();
        }
    }

    @ParameterizedTest
    @CsvSource({"tmpfs, 48", "ext4, 64", "xfs, 320"})
    void whatFrees_whereTheDiskOfTheVmsAloneIsFull_works(String kind, long mebibytes) throws IOException {
        Place place = new Place(made.resolve("place")).copyTo(folder.resolve("place"));
        Path aside = Files.move(place.vms(), folder.resolve("aside"));
        Files.createDirectory(place.vms());
        try (Filesystem disk = mounted(kind, place.vms(), mebibytes)) {
            Shell.require("cp", "-a", aside + "/.", place.vms().toString());
            ctl = new Ctl(place);
            succeeds("create", "New", "1M");
            assertThat(place.vms().resolve(".reserve")).isDirectory();
            // So that the folder of staging is not there, and has to be made.
            succeeds("abandon", "--all");
            fill(disk);

            succeeds("delete", "-y", "--now", "Box");
            succeeds("purge", "-y", "Gone");
        }
    }

    @Test
    void whatFrees_whereTheDiskOfTheJournalAloneIsFull_works() throws IOException {
        Place place = new Place(made.resolve("place")).copyTo(folder.resolve("place"));
        Path aside = Files.move(place.journal(), folder.resolve("aside"));
        Files.createDirectory(place.journal());
        try (Filesystem disk = mounted("ext4", place.journal(), 48)) {
            Shell.require("cp", "-a", aside + "/.", place.journal().toString());
            ctl = new Ctl(place);
            fill(disk);

            assertFailsForSpace(run("create", "New", "1M"));
            succeeds("delete", "-y", "--now", "Box");
            succeeds("purge", "-y", "Gone");
            succeeds("abandon", "--all");
        }
    }

    @ParameterizedTest
    @CsvSource({"tmpfs", "ext4"})
    void whatFrees_whereNoInodeIsLeft_works(String kind) throws IOException {
        Path mounted = Files.createDirectory(folder.resolve("mounted"));
        try (Filesystem disk = mounted(kind, mounted, 64)) {
            if (kind.equals("tmpfs")) {
                Shell.require("mount", "-o", "remount,nr_inodes=2000", mounted.toString());
            }
            ctl = new Ctl(new Place(made.resolve("place")).copyTo(disk.folder().resolve("place")));
            Shell.require("sh", "-c", "cd '%s' && mkdir many && cd many && seq 70000 | xargs touch 2>/dev/null; true"
                    .formatted(mounted));
            assertThat(Shell.require("df", "--output=iavail", mounted.toString())).endsWith(" 0\n");

            succeeds("delete", "-y", "--now", "Box");
            succeeds("purge", "-y", "Gone");
            succeeds("abandon", "--all");
        }
    }

    private Filesystem mounted(String kind, Path mounted, long mebibytes) {
        this.kind = kind;
        return kind.equals("tmpfs")
                ? Filesystem.inMemory(mounted, mebibytes << 20)
                : Filesystem.made(kind, folder.resolve("image"), mounted, mebibytes << 20);
    }

    private static void fill(Filesystem disk) {
        disk.fillUpTo(0);
        assertThat(disk.folder().toFile().getUsableSpace()).isLessThan(128 << 10);
    }

    /** Where a few blocks were left, it may come as far as the folder of staging. */
    private static void assertFailsForSpace(Ctl.Run run) {
        assertThat(run.exit()).as(run.toString()).isEqualTo(1);
        assertThat(run.err().lines().filter(line -> line.startsWith("[FAIL]"))).as(run.toString())
                .singleElement().asString().endsWith(NO_SPACE);
    }

    private Ctl.Run succeeds(String... arguments) {
        return succeeds(run(arguments));
    }

    /** On ext4 as a process of its own; what differs on another filesystem is the same in both. */
    private Ctl.Run run(String... arguments) {
        return kind.equals("ext4") ? ctl.run(arguments) : ctl.within(arguments);
    }

    private static Ctl.Run succeeds(Ctl.Run run) {
        assertThat(run.exit()).as(run.toString()).isZero();
        return run;
    }
}
