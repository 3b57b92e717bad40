package ctl.vm.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clones on real filesystems: those that share blocks, full ones, broken reads, and long copies that are killed.
 *
 * <pre>
 * vm/Box/disk.s2e          data that no two blocks of are alike
 * vm/Box/disk.s2e.ready
 * vm/Box/notes.txt
 * </pre>
 */
class CloneIT {

    private static final long MEBIBYTE = 1L << 20;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"btrfs", "xfs"})
    void clone_whereBlocksCanBeShared_takesNoSpaceAndIsTheSame(String kind) throws IOException {
        try (Filesystem disk = disk(kind, 400)) {
            Ctl ctl = withBox(disk.folder(), 100);
            long free = free(disk);

            assertThat(ctl.run("clone", "--reflink=always", "Box", "Shared").exit()).isZero();
            Shell.require("sync", "-f", disk.folder().toString());
            assertThat(free - free(disk)).isLessThan(16 * MEBIBYTE);
            assertSame(disk, "Shared");
            assertThat(ctl.run("info", "Shared").out())
                    .contains("On disk: 100.1 MiB, 100.1 MiB of it shared with other files\n");

            assertThat(ctl.run("clone", "--reflink=never", "Box", "Copied").exit()).isZero();
            Shell.require("sync", "-f", disk.folder().toString());
            assertThat(free - free(disk)).isGreaterThan(90 * MEBIBYTE);
            assertSame(disk, "Copied");
            assertThat(ctl.run("info", "Copied").out()).doesNotContain("shared");
        }
    }

    @Test
    void clone_thatMustShareAndCannot_saysSoAndLeavesNothing() throws IOException {
        try (Filesystem disk = disk("ext4", 64)) {
            Ctl ctl = withBox(disk.folder(), 4);

            Ctl.Run clone = ctl.run("clone", "--reflink=always", "Box", "Shared");

            assertThat(clone.exit()).isEqualTo(2);
            assertThat(clone.err()).contains("disk.s2e cannot be shared").contains("filesystem");
            assertThat(place(disk).orphans()).isEmpty();
            assertThat(ctl.run("operations").out()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ext4", "tmpfs"})
    void clone_toADiskThatFillsUp_failsBeforeTheFirstByteAndKeepsNoSpace(String kind) throws IOException {
        Path mounted = Files.createDirectory(folder.resolve("mounted"));
        try (Filesystem disk = kind.equals("tmpfs")
                ? Filesystem.inMemory(mounted, 64 * MEBIBYTE)
                : Filesystem.made(kind, folder.resolve("image"), mounted, 96 * MEBIBYTE)) {
            Ctl ctl = withBox(disk.folder(), 20);
            // Makes the reserve of the disk, which stays.
            assertThat(ctl.run("create", "First", "64k").exit()).isZero();
            // What the filesystem needs for itself makes the difference between what is free and what can be written.
            disk.fillUpTo(20 * MEBIBYTE + 24 * 1024);
            long free = free(disk);

            Ctl.Run clone = ctl.run("clone", "Box", "Two");

            assertThat(clone.exit()).as(clone.toString()).isEqualTo(1);
            assertThat(clone.err()).containsAnyOf("no space left", "are needed");
            assertThat(free - free(disk)).as("kept in staging").isLessThan(MEBIBYTE);
            disk.relieve();
            assertThat(ctl.run("clone", "Box", "Two").exit()).isZero();
            assertSame(disk, "Two");
        }
    }

    @Test
    void clone_whoseSourceCannotBeRead_namesFileAndPosition() {
        Shell.assumeTool("strace");
        Ctl ctl = withBox(folder, 4);
        Path source = new Place(folder).vms().resolve("Box/disk.s2e");

        Ctl.Run clone = ctl.run(
                List.of(
                        "strace", "-f", "-qq", "-o", folder.resolve("log").toString(), "-P", source.toString(),
                        "-e", "trace=copy_file_range,pread64",
                        "-e", "inject=copy_file_range:error=EIO:when=1+",
                        "-e", "inject=pread64:error=EIO:when=3+"),
                List.of("clone", "Box", "Two"));

        assertThat(clone.exit()).as(clone.toString()).isEqualTo(1);
        assertThat(clone.err()).contains(source + ": Input/output error at byte 2097152");
        assertThat(ctl.run("clone", "Box", "Two").exit()).isZero();
    }

    @Test
    void clone_killedNearItsEnd_copiesOnlyTheRestAgain() throws Exception {
        killNearTheEnd(128, 4);
    }

    @Test
    @Tag("campaign")
    void clone_of8GibKilledNearItsEnd_copiesOnlyTheRestAgain() throws Exception {
        killNearTheEnd(8192, 256);
    }

    /** Kills a clone when four fifths are durable, and counts what is copied after that, by strace. */
    private void killNearTheEnd(long imageMib, long paceMib) throws Exception {
        Shell.assumeTool("strace");
        Ctl ctl = withBox(folder, imageMib).with("CTL_CHECKPOINT_BYTES", Long.toString(paceMib * MEBIBYTE));
        Place place = new Place(folder);
        Process clone = ctl.start("clone", "Box", "Two");
        await().atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(2))
                .until(() -> durable(place) >= imageMib * MEBIBYTE * 4 / 5 || !clone.isAlive());
        clone.destroyForcibly().waitFor();
        long durable = durable(place);

        Path log = folder.resolve("log");
        Ctl.Run resumed = ctl.run(
                List.of("strace", "-f", "-qq", "-e", "trace=copy_file_range", "-o", log.toString()), List.of("resume"));

        long again = copied(log);
        System.out.printf(
                "clone of %d MiB, killed with %d MiB durable: %d MiB copied again%n",
                imageMib, durable / MEBIBYTE, again / MEBIBYTE);
        assertThat(resumed.exit()).as(resumed.toString()).isZero();
        assertThat(durable).isBetween(imageMib * MEBIBYTE * 4 / 5, imageMib * MEBIBYTE);
        assertThat(again).as("with the snapshot").isLessThanOrEqualTo(imageMib * MEBIBYTE - durable + MEBIBYTE);
        assertSame(place, "Two");
    }

    private Filesystem disk(String kind, long mebibytes) throws IOException {
        Path mounted = Files.createDirectory(folder.resolve("mounted"));
        return Filesystem.made(kind, folder.resolve("image"), mounted, mebibytes * MEBIBYTE);
    }

    private static Ctl withBox(Path folder, long mebibytes) {
        Place place = new Place(folder);
        Shell.require("mkdir", "-p", place.vms() + "/Box", place.work().toString());
        Shell.require(
                "sh", "-c",
                "cd '%s/Box' && head -c %dM /dev/urandom > disk.s2e && head -c 100k /dev/urandom > disk.s2e.ready"
                        .formatted(place.vms(), mebibytes)
                        + " && echo mine > notes.txt && touch -d 2020-02-02T02:02:02.123456789 disk.s2e && sync disk.s2e");
        return new Ctl(place);
    }

    private static Place place(Filesystem disk) {
        return new Place(disk.folder());
    }

    private static void assertSame(Filesystem disk, String clone) {
        assertSame(place(disk), clone);
    }

    private static void assertSame(Place place, String clone) {
        Shell.require("diff", "-r", place.vms() + "/Box", place.vms() + "/" + clone);
        String modified = "cd '%s' && stat -c %%y Box/disk.s2e %s/disk.s2e | sort -u | wc -l".formatted(place.vms(),
                clone);
        assertThat(Shell.require("sh", "-c", modified).strip()).isEqualTo("1");
    }

    private static long free(Filesystem disk) {
        return disk.folder().toFile().getUsableSpace();
    }

    /** What the last checkpoint promises of the disk image. */
    private static long durable(Place place) throws IOException {
        Path mirror = place.journal().resolve("events.jsonl");
        if (!Files.exists(mirror)) {
            return 0;
        }
        return Files.readAllLines(mirror).stream()
                .filter(line -> line.contains("\"name\":\"checkpoint-reached\"") && line.endsWith("}"))
                .mapToLong(line -> Long.parseLong(line.replaceFirst(".*\"durable\":([0-9]+).*", "$1")))
                .max()
                .orElse(0);
    }

    private static long copied(Path log) throws IOException {
        return Files.readAllLines(log).stream()
                .map(line -> line.replaceFirst(".* = ", ""))
                .filter(returned -> returned.matches("[0-9]+"))
                .mapToLong(Long::parseLong)
                .sum();
    }
}
