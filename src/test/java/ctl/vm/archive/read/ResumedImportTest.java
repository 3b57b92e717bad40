package ctl.vm.archive.read;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.archive.Packages;
import ctl.vm.archive.Tool;
import ctl.vm.archive.gzip.GzipMemberReader;
import ctl.vm.archive.member.MemberDigestChain;
import ctl.vm.archive.member.MemberReader;
import ctl.vm.archive.member.PackedInput;
import ctl.vm.archive.member.PackedMember;
import ctl.vm.archive.member.ReusableBuffer;
import ctl.vm.archive.member.Workers;
import ctl.vm.archive.tar.TarInput;
import ctl.vm.archive.write.OurPackage;
import ctl.vm.compression.BlockDecompressor;
import ctl.vm.compression.Compressors;
import ctl.vm.compression.DamagedData;
import ctl.vm.compression.DeflateLibrary;
import ctl.vm.durable.Disk;
import ctl.vm.durable.DiskFile;
import ctl.vm.durable.LinuxDisk;
import ctl.vm.inventory.Checkpoint;
import ctl.vm.inventory.CopyWatcher;
import ctl.vm.inventory.PackageLimits;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageDigest;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.Sha256;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An import that goes on at any of its checkpoints ends as one that was never interrupted. */
class ResumedImportTest {

    private static final int MEMBER_BYTES = 200_000;
    private static final byte[] IMAGE = image();

    @TempDir
    private Path folder;

    private final Disk disk = new LinuxDisk();

    /** Five chunks and a bit; the third one is zeros. */
    private static byte[] image() {
        byte[] image = new byte[5 * ImageDigest.CHUNK_BYTES + 4_321];
        new Random(1).nextBytes(image);
        Arrays.fill(image, 2 * ImageDigest.CHUNK_BYTES, 3 * ImageDigest.CHUNK_BYTES, (byte) 0);
        Arrays.fill(image, 10_000, 100_000, (byte) 0);
        return image;
    }

    private static byte[] tar() {
        return new TarBytes().raw(new HeaderBytes("disk.s2e").size(IMAGE.length).sealed()).raw(IMAGE).pad().ended();
    }

    /** How a tar archive becomes a package. */
    record Packing(String name, UnaryOperator<byte[]> pack) {

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Packing> packings() {
        return Stream.of(
                new Packing("tar", tar -> tar),
                new Packing("gzip of others", TarBytes::gzip),
                new Packing("bzip2", TarBytes::bzip2),
                new Packing("lz4", TarBytes::lz4),
                new Packing("our gzip", tar -> OurPackage.gzip().with(tar, MEMBER_BYTES).closed().bytes()),
                new Packing("our zstd", tar -> OurPackage.zstd().with(tar, MEMBER_BYTES).closed().bytes()),
                new Packing("xz in one block", tar -> Tool.filter("xz -0", tar)),
                new Packing("xz in several blocks", tar -> Tool.filter("xz -0 -T2 --block-size=1MiB", tar)),
                new Packing("lzip in several members", tar -> Tool.filter("plzip -0 -n2 -B1MiB", tar)));
    }

    @ParameterizedTest
    @MethodSource("packings")
    void importThatGoesOnAtAnyCheckpoint_isAsIfNeverInterrupted(Packing packing) throws IOException {
        Path file = Files.write(folder.resolve("P"), packing.pack().apply(tar()));
        var checkpoints = new Recorder(Integer.MAX_VALUE);
        assertThat(unpack(file, Optional.empty(), checkpoints)).isEqualTo(expected());
        assertThat(checkpoints.reached).hasSizeGreaterThanOrEqualTo(6);

        for (int stop = 1; stop <= checkpoints.reached.size(); stop++) {
            Files.deleteIfExists(target());
            var interrupted = new Recorder(stop);
            try {
                unpack(file, Optional.empty(), interrupted);
            } catch (Interrupted expected) {
                // As Ctrl-C does it.
            }
            Checkpoint last = interrupted.reached.getLast();
            spoilBehind(last.durable().bytes());
            assertThat(unpack(file, Optional.of(last), new Recorder(Integer.MAX_VALUE))).as("stop %d", stop)
                    .isEqualTo(expected());
            assertThat(Files.readAllBytes(target())).as("stop %d", stop).isEqualTo(IMAGE);
        }
    }

    @Test
    void membersBeforeTheFirstMissingByte_areNotUnpacked() throws IOException {
        byte[] content = tar();
        byte[] bytes = OurPackage.gzip().with(content, MEMBER_BYTES).closed().bytes();
        Workers workers = Workers.forUnpacking();
        var members = new Counting(new GzipMemberReader(
                new PackedInput(Channels.newChannel(new ByteArrayInputStream(bytes))), DeflateLibrary.ZIP));
        var blocks = new MemberBlocks(members, workers);
        try {
            var input = new TarInput(blocks);
            input.block();
            input.skip(content.length - 1_000_000);
            input.block();
        } finally {
            workers.close();
            blocks.close();
        }
        // The one with the header, the one with the first byte that is wanted, and those ahead of it.
        assertThat(members.unpacked).isBetween(2, 6);
    }

    private ImageDigest unpack(Path file, Optional<Checkpoint> checkpoint, CopyWatcher watcher) {
        try (PackageSource source = new Packages(
                disk, Compressors.BEST, () -> Channels.newChannel(InputStream.nullInputStream()), System.out,
                Optional::empty)
                .open(file, PackageLimits.USUAL, PackageReader.Scope.IMAGES)) {
            ImageDigest digest = source.extract(source.next().orElseThrow(), target(), checkpoint, watcher);
            assertThat(source.next()).isEmpty();
            return digest;
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

    /** The digest by its definition, in one go. */
    private static ImageDigest expected() {
        byte[] chain = new byte[32];
        for (int number = 0; number * ImageDigest.CHUNK_BYTES < IMAGE.length; number++) {
            byte[] chunk = Arrays.copyOfRange(
                    IMAGE,
                    number * ImageDigest.CHUNK_BYTES,
                    Math.min(IMAGE.length, (number + 1) * ImageDigest.CHUNK_BYTES));
            if (!Arrays.equals(chunk, new byte[chunk.length])) {
                chain = Sha256.over(chain, littleEndian(number), Sha256.over(chunk).bytes()).bytes();
            }
        }
        return ImageDigest.parse("sha256-1m:"
                + HexFormat.of().formatHex(Sha256.over(chain, littleEndian(IMAGE.length)).bytes()));
    }

    private static byte[] littleEndian(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(Long.reverseBytes(number)).array();
    }

    /** Wants a checkpoint at every opportunity, and stops at one of them. */
    private static final class Recorder implements CopyWatcher {

        private final List<Checkpoint> reached = new ArrayList<>();
        private final int stop;

        Recorder(int stop) {
            this.stop = stop;
        }

        @Override
        public void copied(long bytes) {
            // Every chunk is an opportunity.
        }

        @Override
        public boolean wantsCheckpoint() {
            return true;
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

    /** Counts what is unpacked. */
    private static final class Counting implements MemberReader {

        private final MemberReader members;
        private volatile int unpacked;

        Counting(MemberReader members) {
            this.members = members;
        }

        @Override
        public Optional<PackedMember> next(ReusableBuffer buffer) throws IOException {
            return members.next(buffer);
        }

        @Override
        public long skip(long atMost) throws IOException {
            return members.skip(atMost);
        }

        @Override
        public MemberDigestChain closing() {
            return members.closing();
        }

        @Override
        public BlockDecompressor decompressor() {
            return new BlockDecompressor() {
                private final BlockDecompressor decompressor = members.decompressor();

                @Override
                public void decompress(ByteBuffer compressed, ByteBuffer target) throws DamagedData {
                    count();
                    decompressor.decompress(compressed, target);
                }

                @Override
                public void close() {
                    decompressor.close();
                }
            };
        }

        private synchronized void count() {
            unpacked++;
        }
    }
}
