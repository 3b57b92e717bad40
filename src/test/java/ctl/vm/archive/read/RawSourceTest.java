package ctl.vm.archive.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ctl.vm.archive.Tool;
import ctl.vm.compression.Compressors;
import ctl.vm.durable.Disk;
import ctl.vm.durable.DiskFile;
import ctl.vm.durable.LinuxDisk;
import ctl.vm.inventory.Checkpoint;
import ctl.vm.inventory.CopyWatcher;
import ctl.vm.inventory.value.DecompressedFile;
import ctl.vm.inventory.PackageLimits;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageDigest;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.Sha256;
import ctl.vm.problem.Misuse.UnfitContent;
import ctl.vm.problem.Misuse;
import ctl.vm.problem.Problem;
import ctl.vm.problem.Unsafe.PackageLimit;
import ctl.vm.problem.Unsafe;
import ctl.vm.problem.VmException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Raw images that other programs have compressed. */
class RawSourceTest {

    private static final int CHUNK = ImageDigest.CHUNK_BYTES;
    private static final byte[] IMAGE = image();

    @TempDir
    private Path folder;

    private final Disk disk = new LinuxDisk();

    /** Five chunks and a bit, the third one zeros, the end a hole. */
    private static byte[] image() {
        byte[] image = new byte[5 * CHUNK + 3 * 4096];
        new Random(1).nextBytes(image);
        Arrays.fill(image, 2 * CHUNK, 3 * CHUNK, (byte) 0);
        Arrays.fill(image, 10_000, 100_000, (byte) 0);
        Arrays.fill(image, 3 * CHUNK, 4 * CHUNK, (byte) 'x');
        Arrays.fill(image, 5 * CHUNK - 4096, image.length, (byte) 0);
        return image;
    }

    @BeforeEach
    void image_isThere() throws IOException {
        Files.write(folder.resolve("image"), IMAGE);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '#', value = {
        "gzip  # gzip -c image",
        "gzip  # gzip -1c image",
        "pigz  # pigz -c -b 128 image",
        "gzip  # { head -c 1500000 image | gzip; tail -c +1500001 image | gzip -n; }",
        "zstd  # zstd -qc image",
        "zstd  # zstd -qc --no-check -19 image",
        "zstd  # { head -c 1500000 image | zstd -q; tail -c +1500001 image | zstd -q; }",
        "xz    # xz -1c image",
        "xz    # xz -1c -T2 --block-size=1MiB image",
        "xz    # { head -c 1500000 image | xz -1 -C none; head -c 8 /dev/zero; tail -c +1500001 image | xz -1 -C sha256; }",
        "xz    # xz -1c --format=lzma image",
        "lzip  # lzip -1c image",
        "bzip2  # bzip2 -1c image",
        "lbzip2 # lbzip2 -c -n2 image",
        "lz4   # lz4 -qc image",
        "lz4   # lz4 -qc -B4 -BD -BX --no-frame-crc image",
        "plzip # plzip -1c -n2 -B1MiB image",
        "zstd  # { printf 'P*M\\030\\004\\0\\0\\0free'; zstd -qc image; }",
    })
    void compressedImage_fromAFileOrAPipe_isTheImageWithItsHoles(String program, String packer) throws IOException {
        Path file = packed(program, packer);

        ImageDigest digest = read(file, Optional.empty(), new Recorder(Integer.MAX_VALUE));

        assertThat(Files.mismatch(target(), folder.resolve("image"))).isEqualTo(-1);
        assertThat(Files.getLastModifiedTime(target())).isEqualTo(Files.getLastModifiedTime(file));
        assertThat(disk.allocated(target())).isLessThan(IMAGE.length - CHUNK);
        assertThat(digest).isEqualTo(read(folder.resolve("image"), Optional.empty(), new Recorder(Integer.MAX_VALUE)));
        assertThat(readPiped(Files.readAllBytes(file), false)).isEqualTo(digest);
        assertThat(Files.mismatch(target(), folder.resolve("image"))).isEqualTo(-1);
    }

    @ParameterizedTest
    @CsvSource({"gzip, gzip -c image", "zstd, zstd -qc image", "xz, xz -1c image",
        "xz, xz -1c -T2 --block-size=1MiB image",
        "plzip, plzip -1c -n2 -B1MiB image", "bzip2, bzip2 -1c image", "lz4, lz4 -qc image"})
    void importThatGoesOnAtAnyCheckpoint_isAsIfNeverInterrupted(String program, String packer) throws IOException {
        Path file = packed(program, packer);
        var checkpoints = new Recorder(Integer.MAX_VALUE);
        ImageDigest digest = read(file, Optional.empty(), checkpoints);
        assertThat(checkpoints.reached).hasSizeGreaterThanOrEqualTo(6);

        for (int stop = 1; stop <= checkpoints.reached.size(); stop++) {
            Files.deleteIfExists(target());
            var interrupted = new Recorder(stop);
            try {
                read(file, Optional.empty(), interrupted);
            } catch (Interrupted expected) {
                // As Ctrl-C does it.
            }
            Checkpoint last = interrupted.reached.getLast();
            spoilBehind(last.durable().bytes());
            var again = new Recorder(Integer.MAX_VALUE);
            assertThat(read(file, Optional.of(last), again)).as("stop %d", stop).isEqualTo(digest);
            assertThat(Files.mismatch(target(), folder.resolve("image"))).as("stop %d", stop).isEqualTo(-1);
            assertThat(again.copied).as("written again after stop %d", stop)
                    .isLessThanOrEqualTo(IMAGE.length - last.durable().bytes());
        }
    }

    /** Also of the zeros behind it, so that it can be compared with what the maker of the image says of the file. */
    @ParameterizedTest
    @CsvSource({"gzip, gzip -c image; head -c 300000 /dev/zero, gzip", "zstd, zstd -qc image, zstd",
        "xz, xz -1c -T2 image, xz"})
    void compressedImage_isReadWithTheDigestOfItsFile(String program, String packer, String compression)
            throws IOException {
        byte[] file = Files.readAllBytes(packed(program, "{ %s; }".formatted(packer)));
        try (RawSource source = RawSource.ofPipe(disk, Compressors.BEST,
                Channels.newChannel(new ByteArrayInputStream(file)), PackageLimits.USUAL, false)) {
            source.copyTo(target(), Optional.empty(), new Recorder(Recorder.NEVER));

            assertThat(source.decompressed()).contains(
                    new DecompressedFile(compression, new ByteCount(file.length), Sha256.over(file)));
        }
    }

    /** What a checkpoint has seen of it does not prove that it is still whole behind that. */
    @Test
    void importThatGoesOnAtItsEnd_whereTheFileIsCutOffNow_isRefused() throws IOException {
        Path file = packed("gzip", "gzip -c image");
        var checkpoints = new Recorder(Integer.MAX_VALUE);
        read(file, Optional.empty(), checkpoints);
        Files.write(file, Arrays.copyOf(Files.readAllBytes(file), (int) Files.size(file) - 1));
        Checkpoint.Source now = PackageSource.state(disk.entry(file).orElseThrow());
        Checkpoint last = checkpoints.reached.getLast();

        Problem problem = refused(file,
                Optional.of(new Checkpoint(ImageName.DISK, last.durable(), last.digest(), now)));

        assertThat(problem).isInstanceOf(Unsafe.BadImage.class);
    }

    @ParameterizedTest
    @CsvSource({"gzip, gzip -9c small", "zstd, zstd -qc small", "zstd, zstd -qc --no-check small", "xz, xz -c small",
        "lzip, lzip -c small", "bzip2, bzip2 -c small", "lz4, lz4 -qc small", "lz4, lz4 -qc --no-frame-crc small"})
    void compressedImage_cutOffAnywhere_isRefused(String program, String packer) throws IOException {
        small();
        byte[] whole = Files.readAllBytes(packed(program, packer));
        for (int length = 1; length < whole.length; length++) {
            byte[] some = Arrays.copyOf(whole, length);
            Problem problem = refused(Files.write(folder.resolve("P"), some), Optional.empty());
            assertThat(problem).as("%d of %d bytes", length, whole.length)
                    .isInstanceOfAny(Unsafe.BadImage.class, Misuse.EmptyImage.class, Misuse.TinyImage.class);
        }
    }

    @ParameterizedTest
    @CsvSource({"gzip, gzip -9c small", "gzip, { gzip -c small; gzip -c small; }", "zstd, zstd -qc small",
        "zstd, { zstd -qc small; zstd -qc small; }", "xz, { xz -c small; xz -c small; }", "lzip, lzip -c small",
        "bzip2, bzip2 -c small", "lz4, lz4 -qc small"})
    void compressedImage_withABitFlipped_isRefusedUnlessTheImageIsTheSame(String program, String packer)
            throws IOException {
        small();
        byte[] whole = Files.readAllBytes(packed(program, packer));
        byte[] expected = readAll(whole);
        int refused = 0;
        for (int bit = 0; bit < whole.length * 8; bit += 3) {
            byte[] flipped = whole.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            try {
                assertThat(readAll(flipped)).as("bit %d", bit).isIn(expected, flipped);
            } catch (VmException bad) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(whole.length);
    }

    @ParameterizedTest
    @CsvSource({"gzip, gzip -c image", "zstd, zstd -qc image", "xz, xz -1c image", "lzip, lzip -1c image",
        "bzip2, bzip2 -1c image", "lz4, lz4 -qc image"})
    void compressedImage_withGarbageBehindIt_isRefused(String program, String packer) throws IOException {
        Path file = packed(program, "{ %s; echo garbage; }".formatted(packer));

        assertThat(refused(file, Optional.empty())).isInstanceOf(Unsafe.BadImage.class);
    }

    @ParameterizedTest
    @CsvSource({"gzip, gzip -c image", "zstd, zstd -qc image", "xz, xz -1c image", "lzip, lzip -1c image",
        "bzip2, bzip2 -1c image",
        "lz4, lz4 -qc image"})
    void compressedImage_withZerosBehindIt_isTheImage(String program, String packer) throws IOException {
        read(packed(program, "{ %s; head -c 300000 /dev/zero; }".formatted(packer)), Optional.empty(),
                new Recorder(Recorder.NEVER));

        assertThat(Files.mismatch(target(), folder.resolve("image"))).isEqualTo(-1);
    }

    @ParameterizedTest
    @CsvSource({"a tar archive, PACKAGE, tar -cO image", "a qcow2 image, DISK, printf 'QFI\\373\\0\\0\\0\\003%600s' x",
        "compressed with zstd, OTHER, printf '(\\265/\\375%600s' x",
        "a zip archive, OTHER, printf 'PK\\003\\004%600s' x",
        "a vpc image, DISK, { head -c 1536 image; printf 'conectix%504s' x; }"})
    void compressedFile_withNoRawImageInIt_isNamed(String content, UnfitContent.Kind kind, String packer)
            throws IOException {
        Path file = packed("gzip", "{ %s; } | gzip".formatted(packer));

        assertThat(refused(file, Optional.empty())).isEqualTo(new UnfitContent(
                file.toString(), false, "compressed with gzip", "gzip -dc", content, kind, Optional.empty()));
        assertThat(catchThrowableOfType(VmException.class, () -> readPiped(Files.readAllBytes(file), false)).problem())
                .isInstanceOfSatisfying(UnfitContent.class, unfit -> assertThat(unfit.isPiped()).isTrue());
    }

    @Test
    void compressedFile_withNothingOrLessThanASectorInIt_isRefused() throws IOException {
        assertThat(refused(packed("gzip", "gzip </dev/null"), Optional.empty())).isInstanceOf(Misuse.EmptyImage.class);
        assertThat(refused(packed("gzip", "echo abc | gzip"), Optional.empty()))
                .isEqualTo(new Misuse.TinyImage(folder.resolve("P").toString(), 4));
    }

    @Test
    void pipe_asItIs_isTakenWhateverItLooksLike() throws IOException {
        byte[] gzip = Files.readAllBytes(packed("gzip", "gzip -c image"));

        readPiped(gzip, true);

        assertThat(Files.readAllBytes(target())).isEqualTo(gzip);
    }

    @Test
    void compressedImage_ofMuchFromLittle_isRefusedUnlessItIsAllowed() throws IOException {
        Path file = Files.write(folder.resolve("P"),
                TarBytes.gzip("x".repeat(70 * CHUNK).getBytes(StandardCharsets.US_ASCII)));

        assertThat(refused(file, Optional.empty())).isInstanceOfSatisfying(Unsafe.PackageOverLimit.class, over -> {
            assertThat(over.limit()).isEqualTo(PackageLimit.RATIO);
            assertThat(over.reason()).startsWith("unpacks to more than 250 times its size");
        });
        read(file, Optional.empty(), new Recorder(Integer.MAX_VALUE), limits(Optional.empty(), Optional.of(2000L)));
        assertThat(Files.size(target())).isEqualTo(70L * CHUNK);
        var little = limits(Optional.of(new ByteCount(9L * CHUNK)), Optional.of(2000L));
        assertThat(catchThrowableOfType(VmException.class,
                () -> read(file, Optional.empty(), new Recorder(Integer.MAX_VALUE), little)).problem())
                .isInstanceOfSatisfying(
                        Unsafe.PackageOverLimit.class,
                        over -> assertThat(over.limit()).isEqualTo(PackageLimit.DATA));
    }

    @Test
    void compressedHole_ofAnySize_takesNoSpaceAndNoCheckpoints() throws IOException {
        assumeTrue(Tool.isInstalled("zstd"), "zstd is not installed");
        Tool.run("zstd", folder, "truncate -s 2049M hole && echo end >>hole && zstd -q hole -o P && rm hole");
        var checkpoints = new Recorder(Recorder.NEVER);

        read(folder.resolve("P"), Optional.empty(), checkpoints);

        assertThat(Files.size(target())).isEqualTo(2049L * CHUNK + 4);
        assertThat(disk.allocated(target())).isLessThan(CHUNK);
        assertThat(checkpoints.copied).isEqualTo(4);
    }

    private static PackageLimits limits(Optional<ByteCount> data, Optional<Long> ratio) {
        return new PackageLimits(data, ratio, Optional.empty(), Optional.empty());
    }

    private Path packed(String program, String packer) {
        Tool.run(program, folder, packer + " >P");
        return folder.resolve("P");
    }

    private void small() throws IOException {
        Files.writeString(folder.resolve("small"), "sector ".repeat(200));
    }

    private Problem refused(Path file, Optional<Checkpoint> checkpoint) {
        return catchThrowableOfType(VmException.class, () -> read(file, checkpoint, new Recorder(Integer.MAX_VALUE)))
                .problem();
    }

    private ImageDigest read(Path file, Optional<Checkpoint> checkpoint, CopyWatcher watcher) {
        return read(file, checkpoint, watcher, PackageLimits.USUAL);
    }

    private ImageDigest read(Path file, Optional<Checkpoint> checkpoint, CopyWatcher watcher, PackageLimits limits) {
        try (RawSource source = RawSource.ofFile(disk, Compressors.BEST, file, limits)) {
            return source.copyTo(target(), checkpoint, watcher);
        }
    }

    private byte[] readAll(byte[] packed) throws IOException {
        readPiped(packed, false);
        return Files.readAllBytes(target());
    }

    private ImageDigest readPiped(byte[] packed, boolean asItIs) {
        try (RawSource source = RawSource.ofPipe(disk, Compressors.BEST,
                Channels.newChannel(new ByteArrayInputStream(packed)), PackageLimits.USUAL, asItIs)) {
            return source.copyTo(target(), Optional.empty(), new Recorder(Integer.MAX_VALUE));
        }
    }

    private Path target() {
        return folder.resolve("disk.s2e");
    }

    /** After a power cut anything may stand there. */
    private void spoilBehind(long position) {
        try (DiskFile target = disk.openForWriting(target())) {
            target.write(ByteBuffer.allocateDirect(5_000).put(new byte[] {1, 2, 3}).clear(), position);
        }
    }

    /** Wants a checkpoint at every opportunity, and stops at one of them. */
    private static final class Recorder implements CopyWatcher {

        static final int NEVER = 0;

        private final List<Checkpoint> reached = new ArrayList<>();
        private final int stop;
        private long copied;

        Recorder(int stop) {
            this.stop = stop;
        }

        @Override
        public void copied(long bytes) {
            copied += bytes;
        }

        @Override
        public boolean wantsCheckpoint() {
            return stop != NEVER;
        }

        @Override
        public void reached(ByteCount durable, Optional<ImageDigest.Chain> digest, Checkpoint.Source source) {
            reached.add(new Checkpoint(ImageName.DISK, durable, digest, source));
            if (reached.size() == stop) {
                throw new Interrupted();
            }
        }

        @Override
        public void startsAnew() {
            throw new AssertionError("the checkpoint holds");
        }
    }

    private static final class Interrupted extends RuntimeException {}
}
