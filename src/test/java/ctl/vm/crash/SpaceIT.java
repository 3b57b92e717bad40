package ctl.vm.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code df} and {@code list} say that is on the disk, beside what {@code du} and the filesystem say. */
@Order(1)
class SpaceIT {

    private static final long MEBIBYTE = 1L << 20;

    @TempDir
    private Path folder;

    @Test
    void total_ofARootWithAllThatCanStandThere_isWhatDuCounts() throws IOException {
        Ctl ctl = withBox(folder, 3);
        Place place = new Place(folder);
        succeeds(ctl, "create", "Empty", "10G");
        succeeds(ctl, "clone", "Box", "Two");
        succeeds(ctl, "clone", "Box", "Gone");
        succeeds(ctl, "delete", "-y", "Gone");
        succeeds(ctl, "delete", "Two:ready");
        Shell.require(
                "sh", "-c", """
                        cd '%s' && ln Box/disk.s2e Two/disk.s2e.link && ln Box/disk.s2e ../beside && ln -s Box Link
                        mkdir -p Box/notes/deep 'bad:name' .staging/mine && head -c 50k /dev/urandom >Box/notes/deep/n
                        head -c 70k /dev/urandom >.staging/mine/x; mkfifo Two/pipe; head -c 20k /dev/urandom >../box.tar
                        printf x >"$(printf 'Two/\\377')"; dd if=/dev/urandom of=Empty/disk.s2e bs=4k count=3 seek=9999 conv=notrunc
                        """
                        .formatted(place.vms()));

        JsonNode df = json(ctl.run("df", "--json"));

        assertThat(df.at("/total/onDiskBytes").asLong()).isEqualTo(du(place.root()));
        assertThat(df.at("/notCounted")).isEmpty();
        assertThat(part(df, "vms").at("/count").asInt()).isEqualTo(3);
        assertThat(part(df, "snapshots").at("/count").asInt()).isEqualTo(2);
        assertThat(part(df, "trash").at("/count").asInt()).isEqualTo(2);
        assertThat(part(df, "trash").at("/onDiskBytes").asLong()).isEqualTo(
                du(place.vms().resolve(".trash")) - own(place.vms().resolve(".trash")));
        assertThat(part(df, "unknown").at("/onDiskBytes").asLong())
                .isEqualTo(du(place.vms().resolve(".staging/mine")));
        assertThat(part(df, "journal").at("/onDiskBytes").asLong()).isEqualTo(du(place.journal()));
        assertThat(df.at("/filesystem/freeBytes").asLong()).isPositive();
    }

    @Test
    void total_whereRootAndFolderOfVmsStandBehindLinks_isThatOfBoth() throws IOException {
        withBox(folder, 3);
        Place place = new Place(folder);
        Shell.require("sh", "-c",
                "cd '%s' && mv root/vm elsewhere && ln -s ../elsewhere root/vm && mv root real && ln -s real root"
                        .formatted(folder));

        JsonNode df = json(new Ctl(place).run("df", "--json"));

        assertThat(df.at("/total/onDiskBytes").asLong())
                .isEqualTo(du(folder.resolve("real")) + du(folder.resolve("elsewhere")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"btrfs", "xfs"})
    void sharedBlocks_countOnce_andUntilTheLastOfThemIsGoneNothingIsFreed(String kind) throws IOException {
        Path mounted = Files.createDirectory(folder.resolve("mounted"));
        try (Filesystem disk = Filesystem.made(kind, folder.resolve("image"), mounted, 400 * MEBIBYTE)) {
            Ctl ctl = withBox(disk.folder(), 40);
            Place place = new Place(disk.folder());
            succeeds(ctl, "clone", "--reflink=always", "Box", "Two");
            succeeds(ctl, "clone", "--reflink=always", "Box", "Three");
            succeeds(ctl, "delete", "-y", "Three");
            Shell.require("dd", "if=/dev/urandom", "of=" + place.vms().resolve("Two/disk.s2e"), "bs=1M", "count=10",
                    "seek=5",
                    "conv=notrunc,fsync");
            Shell.require("sync", "-f", disk.folder().toString());

            JsonNode df = json(ctl.run("df", "--json"));
            JsonNode list = json(ctl.run("list", "--json"));

            assertThat(df.at("/total/onDiskBytes").asLong()).isEqualTo(du(place.root()));
            long once = df.at("/total/onceBytes").asLong();
            long rest = part(df, "journal").at("/onDiskBytes").asLong()
                    + part(df, "others").at("/onDiskBytes").asLong();
            assertThat(once - rest).isBetween(50 * MEBIBYTE, 51 * MEBIBYTE);
            assertThat(part(df, "trash").at("/onDiskBytes").asLong()).isGreaterThanOrEqualTo(40 * MEBIBYTE);
            assertThat(part(df, "trash").at("/freesBytes").asLong()).isLessThan(MEBIBYTE);
            assertThat(vm(list, "Box").at("/sharedBytes").asLong()).isBetween(40 * MEBIBYTE, 41 * MEBIBYTE);
            assertThat(vm(list, "Box").at("/uniqueBytes").asLong()).isLessThan(MEBIBYTE);
            assertThat(vm(list, "Two").at("/uniqueBytes").asLong()).isBetween(10 * MEBIBYTE, 11 * MEBIBYTE);
            assertThat(list.at("/total/onDiskBytes").asLong()).isBetween(50 * MEBIBYTE, 51 * MEBIBYTE);
            assertThat(ctl.run("list", "-l").out()).contains("ON DISK", "UNIQUE", "SHARED")
                    .containsPattern(
                            "\n2 VMs and 2 snapshots: .*, 50\\.\\d MiB on disk with shared blocks counted once, .* free\n");

            succeeds(ctl, "delete", "-y", "Box");
            assertThat(ctl.run("purge", "-y", "Three").err())
                    .contains("[INFO] freed 0 B of 40.1 MiB: the rest is shared with other files\n");
            long frees = part(json(ctl.run("df", "--json")), "trash").at("/freesBytes").asLong();
            assertThat(frees).as("what the clone has overwritten").isBetween(10 * MEBIBYTE, 11 * MEBIBYTE);
            long free = free(disk);
            succeeds(ctl, "purge", "-y", "--all");
            // Btrfs keeps blocks that were written in one go until none of them is used any more.
            long least = kind.equals("btrfs") ? 0 : frees;
            // XFS frees the blocks of removed files a moment later.
            await().untilAsserted(
                    () -> assertThat(free(disk) - free).isBetween(least - MEBIBYTE, frees + MEBIBYTE));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"btrfs", "xfs"})
    void trashWhoseSpaceIsNeeded_isFreedByWhatItFreesForReal(String kind) throws IOException {
        Path mounted = Files.createDirectory(folder.resolve("mounted"));
        try (Filesystem disk = Filesystem.made(kind, folder.resolve("image"), mounted, 400 * MEBIBYTE)) {
            Ctl ctl = withBox(disk.folder(), 40);
            Path vms = new Place(disk.folder()).vms();
            succeeds(ctl, "clone", "--reflink=always", "Box", "Shared");
            succeeds(ctl, "clone", "--reflink=never", "Box", "Linked");
            succeeds(ctl, "clone", "--reflink=never", "Box", "Own");
            succeeds(ctl, "clone", "--reflink=never", "Box", "Newer");
            Shell.require("ln", vms.resolve("Linked/disk.s2e").toString(), disk.folder().resolve("kept").toString());
            succeeds(ctl, "delete", "-y", "Shared", "Linked", "Own", "Newer");
            disk.fillUpTo(20 * MEBIBYTE);

            Ctl.Run clone = ctl.run("clone", "--reflink=never", "Box", "Two");

            assertThat(clone.exit()).as(clone.toString()).isZero();
            assertThat(clone.err().lines()).filteredOn(line -> line.contains("trash"))
                    .containsExactly("[INFO] freed Own from the trash (40.1 MiB): its space is needed");

            disk.relieve();
            disk.fillUpTo(20 * MEBIBYTE);
            Ctl.Run again = ctl.run("clone", "--reflink=never", "Box", "Three");
            assertThat(again.err().lines()).filteredOn(line -> line.contains("trash"))
                    .containsExactly("[INFO] freed Newer from the trash (40.1 MiB): its space is needed");

            disk.relieve();
            disk.fillUpTo(20 * MEBIBYTE);
            Ctl.Run third = ctl.run("clone", "--reflink=never", "Box", "Four");
            assertThat(third.exit()).isEqualTo(1);
            assertThat(third.err()).containsPattern(
                    "the rest of the trash is kept: all of it would free \\d.*, and .* are missing");
            assertThat(ctl.run("trash").out()).contains("Shared", "Linked");
        }
    }

    /** The kernel says of such blocks how long they are in the file, not on the disk. */
    @Test
    void sharedBlocks_thatAreCompressed_countOnce() throws IOException {
        Path mounted = Files.createDirectory(folder.resolve("mounted"));
        try (Filesystem disk = Filesystem.made("btrfs", folder.resolve("image"), mounted, 400 * MEBIBYTE)) {
            Shell.assume("mount", "-o", "remount,compress-force=zstd", mounted.toString());
            Ctl ctl = withBox(disk.folder(), 1);
            Path image = new Place(disk.folder()).vms().resolve("Box/disk.s2e");
            Shell.require("sh", "-c", "yes compressible | head -c 20M >'%s'; sync -f '%s'".formatted(image, image));
            succeeds(ctl, "clone", "--reflink=always", "Box", "Two");
            succeeds(ctl, "clone", "--reflink=always", "Box", "Three");

            JsonNode list = json(ctl.run("list", "--json"));

            assertThat(vm(list, "Box").at("/sharedBytes").asLong()).isBetween(20 * MEBIBYTE, 21 * MEBIBYTE);
            assertThat(list.at("/total/onDiskBytes").asLong()).isBetween(20 * MEBIBYTE, 21 * MEBIBYTE);
        }
    }

    @Test
    void columns_whereTheFilesystemDoesNotReportWhatIsShared_areLeftOut() throws IOException {
        Path mounted = Files.createDirectory(folder.resolve("mounted"));
        try (Filesystem disk = Filesystem.made("ext4", folder.resolve("image"), mounted, 64 * MEBIBYTE)) {
            Ctl ctl = withBox(disk.folder(), 3);

            Ctl.Run list = ctl.run("list", "-l");

            assertThat(list.out().lines().findFirst().orElseThrow()).matches("NAME +SIZE +ON DISK +CREATED.*");
            assertThat(list.out()).containsPattern("\n1 VM and 1 snapshot: 3\\.1 MiB, 3\\.1 MiB on disk, .* free\n");
            assertThat(ctl.run("list", "--json").out()).doesNotContain("uniqueBytes");
            assertThat(ctl.run("df").out()).doesNotContain("SHARED")
                    .containsPattern("\\d MiB of \\d+\\.\\d MiB are free\\.");
        }
    }

    @Test
    void whatAnInterruptedCloneHasLeft_isShown_andFreedByAbandon() throws IOException {
        Path mounted = Files.createDirectory(folder.resolve("mounted"));
        try (Filesystem disk = Filesystem.made("ext4", folder.resolve("image"), mounted, 64 * MEBIBYTE)) {
            Ctl ctl = withBox(disk.folder(), 8);
            ctl.run(List.of("bash", "-c", "ulimit -f 5000; exec \"$@\"", "bash"), List.of("clone", "Box", "Two"));
            Path vms = new Place(disk.folder()).vms();
            Shell.require("sh", "-c", "head -c 5M /dev/urandom >\"$(echo '%s'/.staging/*)/disk.s2e\"".formatted(vms));

            JsonNode interrupted = part(json(ctl.run("df", "--json")), "interrupted");
            long left = interrupted.at("/freesBytes").asLong();
            assertThat(left).isBetween(5 * MEBIBYTE, 6 * MEBIBYTE);
            assertThat(interrupted.at("/freedBy").asText()).isEqualTo("ctl vm abandon");
            assertThat(ctl.run("df").out())
                    .containsPattern("staging: interrupted +1 +\\d\\.\\d MiB +\\d\\.\\d MiB +ctl vm abandon\n");
            long free = free(disk);
            assertThat(ctl.run("abandon", "--all").err()).containsPattern("\\[INFO] freed \\d\\.\\d MiB\n");
            assertThat(free(disk) - free).isBetween(left - MEBIBYTE, left + MEBIBYTE);

            assertThat(ctl.run("delete", "-y", "--now", "Box:ready").err()).contains("[INFO] freed 100.0 KiB\n");
            assertThat(ctl.run("delete", "-y", "--now", "Box").err()).contains("[INFO] freed 8.0 MiB\n");
        }
    }

    private static Ctl withBox(Path folder, long mebibytes) {
        Place place = new Place(folder);
        Shell.require("mkdir", "-p", place.vms() + "/Box", place.work().toString());
        Shell.require(
                "sh", "-c",
                "cd '%s/Box' && head -c %dM /dev/urandom >disk.s2e && head -c 100k /dev/urandom >disk.s2e.ready && sync -f ."
                        .formatted(place.vms(), mebibytes));
        Ctl ctl = new Ctl(place);
        succeeds(ctl, "reconcile");
        return ctl;
    }

    /** Within this process: what is looked at is what comes after it. */
    private static void succeeds(Ctl ctl, String... arguments) {
        Ctl.Run run = ctl.within(arguments);
        assertThat(run.exit()).as(run.toString()).isZero();
    }

    private static JsonNode json(Ctl.Run run) throws IOException {
        assertThat(run.exit()).as(run.toString()).isZero();
        return new ObjectMapper().readTree(run.out());
    }

    private static JsonNode part(JsonNode df, String name) {
        return element(df.at("/parts"), "/part", name);
    }

    private static JsonNode vm(JsonNode list, String name) {
        return element(list.at("/vms"), "/name", name);
    }

    private static JsonNode element(JsonNode array, String field, String value) {
        return StreamSupport.stream(array.spliterator(), false)
                .filter(element -> element.at(field).asText().equals(value))
                .findFirst()
                .orElseThrow();
    }

    private static long du(Path path) {
        return Long.parseLong(Shell.require("du", "-s", "-B1", path.toString()).split("\t")[0]);
    }

    /** Of a folder without what is in it. */
    private static long own(Path path) {
        return 512 * Long.parseLong(Shell.require("stat", "-c", "%b", path.toString()).strip());
    }

    private static long free(Filesystem disk) {
        Shell.require("sync", "-f", disk.folder().toString());
        return disk.folder().toFile().getUsableSpace();
    }
}
