package ctl.vm.archive.read;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.archive.member.PackageDigest;
import ctl.vm.archive.member.PackedInput;
import ctl.vm.archive.write.CountingWatcher;
import ctl.vm.archive.write.PackageFormat;
import ctl.vm.archive.write.PackageSink;
import ctl.vm.archive.write.PackageWriter;
import ctl.vm.compression.Compressors;
import ctl.vm.durable.Disk;
import ctl.vm.durable.DiskFile;
import ctl.vm.durable.LinuxDisk;
import ctl.vm.inventory.CompressionLevel;
import ctl.vm.inventory.PackageCheckpoint;
import ctl.vm.inventory.PackageLimits;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.PackageOrigin;
import ctl.vm.inventory.value.RootId;
import ctl.vm.inventory.value.Sha256;
import ctl.vm.inventory.value.VmName;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * A folder of a test, on a real disk.
 *
 * <pre>
 * FOLDER/
 *   source/      images
 *   unpacked/    what came out of a package
 *   P.tar.gz     packages
 * </pre>
 */
public final class PackageFolder {

    /** With a fraction, which packages of ours do not keep. */
    static final Instant MODIFIED = Instant.parse("2014-07-01T12:34:56.123456789Z");

    /** What each package here says of where it comes from. */
    public static final PackageOrigin ORIGIN = new PackageOrigin(
            new RootId("0123456789abcdef".repeat(4)), 12, 345, new Sha256("fedcba9876543210".repeat(4)),
            new VmName("My Böx"));

    private static final int MODE = 0644;

    private final Disk disk = new LinuxDisk();
    private final Path folder;

    public PackageFolder(Path folder) {
        this.folder = folder;
        disk.createFolder(source());
        disk.createFolder(unpacked());
    }

    Path path() {
        return folder;
    }

    Path source() {
        return folder.resolve("source");
    }

    public Path unpacked() {
        return folder.resolve("unpacked");
    }

    public Path file(String name) {
        return folder.resolve(name);
    }

    /** Makes an image that holds random bytes in the extents given. */
    public Path image(String name, long size, DiskFile.Extent... data) {
        Path path = source().resolve(name);
        try (DiskFile image = disk.create(path, MODE)) {
            image.resize(size);
            for (DiskFile.Extent extent : data) {
                byte[] bytes = new byte[Math.toIntExact(extent.length())];
                new Random(extent.start()).nextBytes(bytes);
                image.write(ByteBuffer.wrap(bytes), extent.start());
            }
            image.setModified(MODIFIED);
            image.sync();
        }
        return path;
    }

    /** Packs images, in the order given. Returns how many bytes of data were reported as written. */
    public long pack(Path packageFile, Map<ImageName, Path> images) {
        return pack(packageFile, images, Compressors.BEST);
    }

    public long pack(Path packageFile, Map<ImageName, Path> images, Compressors compressors) {
        var watcher = new CountingWatcher();
        try (DiskFile file = disk.create(packageFile, MODE);
                var output = output(new PackageSink.ToFile(file, 0), PackageFormat.of(packageFile), compressors)) {
            images.forEach((image, path) -> output.add(image, path, watcher));
            output.finish();
        }
        return watcher.bytes();
    }

    /** A package that is to be written from its beginning. */
    public PackageWriter output(PackageSink sink, PackageFormat format, Compressors compressors) {
        return new PackageWriter(
                disk, sink, () -> format.writer(compressors, CompressionLevel.USUAL), PackageCheckpoint.NOTHING,
                new PackageDigest(), Optional.of(ORIGIN));
    }

    /** Unpacks the images of a package into files that are called as the images are, if the test's locale allows. */
    public Map<ImageName, Path> unpack(Path packageFile) {
        try (DiskFile file = disk.open(packageFile);
                var reader = new PackageReader(PackedInput.channel(file), packageFile.toString(),
                        PackageLimits.USUAL, Compressors.BEST, PackageReader.Scope.IMAGES)) {
            Map<ImageName, Path> images = new LinkedHashMap<>();
            for (Optional<Member> next = reader.next(); next.isPresent(); next = reader.next()) {
                images.put(next.get().image(), unpack(reader, next.get(), "image-" + images.size()));
            }
            return images;
        }
    }

    private Path unpack(PackageReader reader, Member member, String name) {
        Path path = unpacked().resolve(name);
        long[] written = new long[1];
        try (DiskFile target = disk.create(path, member.mode())) {
            reader.extract(target, ImageFill.Filled.NOTHING, count -> written[0] += count);
            target.setModified(member.modified());
        }
        assertThat(written[0]).isEqualTo(member.data().bytes());
        return path;
    }

    public Disk.Entry entry(Path path) {
        return disk.entry(path).orElseThrow();
    }

    public Disk disk() {
        return disk;
    }

    /** Same size, same bytes, same holes (a little more data is forgiven), same time to the second. */
    public void assertSameImage(Path expected, Path actual) {
        assertSameBytes(expected, actual);
        assertThat(disk.allocated(actual)).isLessThanOrEqualTo(disk.allocated(expected) + (64 << 10));
        assertThat(entry(actual).modified().getEpochSecond()).isEqualTo(MODIFIED.getEpochSecond());
    }

    private void assertSameBytes(Path expected, Path actual) {
        try (DiskFile one = disk.open(expected); DiskFile other = disk.open(actual)) {
            assertThat(other.size()).isEqualTo(one.size());
            assertHolds(one, other);
            assertHolds(other, one);
        }
    }

    /** Compares data only: an image of 9 GiB takes no longer than what is in it. */
    private static void assertHolds(DiskFile data, DiskFile other) {
        for (var extent = data.data(0); extent.isPresent(); extent = data.data(extent.get().end())) {
            for (long at = extent.get().start(); at < extent.get().end(); at += 1 << 20) {
                var part = new DiskFile.Extent(at, Math.min(at + (1 << 20), extent.get().end()));
                assertThat(other.read(part)).as("bytes at %d of %s", at, other.path()).isEqualTo(data.read(part));
            }
        }
    }
}
