package ctl.vm.archive.write;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.archive.read.PackageFolder;
import ctl.vm.compression.Compressors;
import ctl.vm.durable.DiskFile.Extent;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.Sha256;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What readers of ours rely on: lengths by which they find the next member, and an end that proves all before it. */
class MemberWriterTest {

    private static final int SMALLEST_GZIP_BYTES = 20 + 8;

    @TempDir
    private Path temporary;

    private PackageFolder folder;
    private Path image;

    @BeforeEach
    void makeImage() {
        folder = new PackageFolder(temporary);
        image = folder.image("disk.s2e", 12 << 20, new Extent(0, 3 << 20), new Extent(5 << 20, 9 << 20));
    }

    @Test
    void gzipMembers_tellTheirLengthsAndAreSealed() {
        ByteBuffer bytes = packed(PackageFormat.TAR_GZ);
        List<Integer> starts = new ArrayList<>();
        while (bytes.hasRemaining()) {
            starts.add(bytes.position());
            assertThat(bytes.getInt()).isEqualTo(0x04088b1f);
            assertThat(bytes.getInt()).as("time").isZero();
            assertThat(bytes.getShort()).isEqualTo((short) 0xff00);
            int extra = bytes.getShort();
            assertThat(text(bytes, 4)).isEqualTo("4d5a0400");
            int length = bytes.getInt();
            bytes.position(bytes.position() + extra - 8 + length + 8);
        }
        int last = starts.getLast();
        assertThat(hex(bytes, starts.getFirst() + 10, 2)).as("first").isEqualTo("0e00");
        assertThat(hex(bytes, starts.getFirst() + 20, 6)).isEqualTo("435602000100");
        assertThat(hex(bytes, starts.get(1) + 10, 2)).as("others").isEqualTo("0800");
        assertThat(hex(bytes, last + 16, 4)).as("last").isEqualTo("02000000");
        assertThat(hex(bytes, last + 20, 6)).isEqualTo("43562a000100");
        assertThat(bytes.getLong(last + 26)).isEqualTo(starts.size() - 1);
        assertThat(hex(bytes, last + 34, 32)).isEqualTo(chain(bytes, starts).hex());
        assertThat(hex(bytes, last + 66, 10)).isEqualTo("0300" + "0".repeat(16));
        assertThat(bytes.limit()).isEqualTo(last + SMALLEST_GZIP_BYTES + 4 + 42 + 2);
    }

    @Test
    void zstdFrames_tellTheirLengthsAndAreSealed() {
        ByteBuffer bytes = packed(PackageFormat.TAR_ZST);
        assertThat(text(bytes, 12)).isEqualTo("5c2a4d18" + "04000000" + "43560100");
        List<Integer> starts = new ArrayList<>();
        while (bytes.getInt(bytes.position()) == 0x184d2a50) {
            starts.add(bytes.position());
            assertThat(bytes.getInt(bytes.position() + 4)).isEqualTo(4);
            int length = bytes.getInt(bytes.position() + 8);
            assertThat(bytes.getInt(bytes.position() + 12)).as("frame").isEqualTo(0xfd2fb528);
            assertThat(bytes.get(bytes.position() + 16) & 4).as("has a checksum").isEqualTo(4);
            bytes.position(bytes.position() + 12 + length);
        }
        int end = bytes.position();
        starts.add(end);
        assertThat(text(bytes, 12)).isEqualTo("5c2a4d18" + "2c000000" + "43560100");
        assertThat(bytes.getLong()).isEqualTo(starts.size() - 1);
        assertThat(text(bytes, 32)).isEqualTo(chain(bytes, starts).hex());
        assertThat(bytes.hasRemaining()).isFalse();
    }

    private ByteBuffer packed(PackageFormat format) {
        var sink = new InMemorySink();
        try (var output = folder.output(sink, format, Compressors.BEST)) {
            output.add(ImageName.DISK, image, new CountingWatcher());
            output.finish();
        }
        return ByteBuffer.wrap(sink.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Over all members but the last one. */
    private static Sha256 chain(ByteBuffer bytes, List<Integer> starts) {
        Sha256 chain = Sha256.ZERO;
        for (int member = 0; member + 1 < starts.size(); member++) {
            byte[] content = new byte[starts.get(member + 1) - starts.get(member)];
            bytes.get(starts.get(member), content);
            chain = Sha256.over(chain.bytes(), Sha256.over(content).bytes());
        }
        return chain;
    }

    private static String text(ByteBuffer bytes, int length) {
        String text = hex(bytes, bytes.position(), length);
        bytes.position(bytes.position() + length);
        return text;
    }

    private static String hex(ByteBuffer bytes, int at, int length) {
        byte[] part = new byte[length];
        bytes.get(at, part);
        return HexFormat.of().formatHex(part);
    }
}
