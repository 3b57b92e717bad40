package ctl.vm.archive.bzip2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ctl.vm.archive.Tool;
import ctl.vm.archive.member.BadPackage;
import ctl.vm.archive.member.PackedInput;
import ctl.vm.archive.member.Workers;
import ctl.vm.compression.DamagedData;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Bzip2BlocksTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"bzip2 -1", "bzip2 -9", "lbzip2 -n3", "pbzip2 -p3 -b1"})
    void file_ofAnyProgram_isRead(String program) throws IOException {
        byte[] content = content(3_000_000);
        Files.write(folder.resolve("content"), content);
        Tool.run(program.split(" ")[0], folder, program + " -c content >packed");
        assertThat(read(Files.readAllBytes(folder.resolve("packed")))).isEqualTo(content);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 99_999, 100_000, 100_001, 350_000})
    void streams_oneBehindTheOther_areRead(int size) throws IOException {
        byte[] content = content(size);
        var packed = new ByteArrayOutputStream();
        packed.write(packed(content, 1));
        packed.write(packed(content, 9));
        packed.write(packed(new byte[0], 3));
        packed.write(packed(content, 2));
        var expected = new ByteArrayOutputStream();
        for (int count = 0; count < 3; count++) {
            expected.write(content);
        }
        assertThat(read(packed.toByteArray())).isEqualTo(expected.toByteArray());
    }

    /** A block of zeros can unpack to 46 MB. */
    @Test
    void block_ofLongRuns_isHandedOutInParts() throws IOException {
        byte[] content = new byte[30_000_000];
        content[20_000_000] = 1;
        assertThat(read(packed(content, 9))).isEqualTo(content);
    }

    @Test
    void bytesBehindTheLastStream_areLeft() throws IOException {
        byte[] packed = packed(content(1000), 9);
        for (byte[] behind : new byte[][] {new byte[5000], "BZh".getBytes(), "BZh91AY&S".getBytes(),
            "BZh0".getBytes()}) {
            var input = input(concat(packed, behind));
            assertThat(read(input)).isEqualTo(content(1000));
            assertThat(input.peek(10_000).remaining()).isEqualTo(behind.length);
        }
    }

    @Test
    void file_cutOffAnywhere_isRefused() throws IOException {
        byte[] packed = concat(packed(content(3000), 9), packed(content(2000), 9));
        int first = packed(content(3000), 9).length;
        for (int length = 14; length < packed.length; length++) {
            byte[] part = Arrays.copyOf(packed, length);
            if (length < first || length >= first + 10) {
                assertThatThrownBy(() -> read(part)).as("%d bytes", length)
                        .isInstanceOf(BadPackage.class).hasMessage("is cut off");
            }
        }
    }

    @Test
    void file_withAnyBitWrong_isRefusedOrReadAsItIs() throws IOException {
        byte[] content = content(700);
        byte[] packed = packed(content, 9);
        for (int bit = 80; bit < packed.length * Byte.SIZE; bit++) {
            byte[] damaged = packed.clone();
            damaged[bit / 8] ^= (byte) (0x80 >>> bit % 8);
            try {
                assertThat(read(damaged)).as("bit %d", bit).isEqualTo(content);
            } catch (DamagedData | BadPackage refused) {
                assertThat(refused).hasMessageMatching(".*(damaged|cut off|cannot be read).*");
            }
        }
    }

    /**
     * Each of the two marks, in every bit position, once or several times, in the last block or with another one behind
     * it.
     */
    @Test
    void marksWithinABlock_doNotMatter() throws IOException {
        for (Mark mark : Mark.values()) {
            for (int before = 0; before < 8; before++) {
                for (int marks = 1; marks <= 4; marks++) {
                    var block = new CraftedBlock(before, mark, marks);
                    assertThat(read(block.stream())).isEqualTo(block.content());
                    byte[] two = concat(block.stream(), packed(content(200_000), 1));
                    assertThat(read(two)).isEqualTo(concat(block.content(), content(200_000)));
                }
            }
        }
    }

    @Test
    void manyMarksWithinABlock_areRefused() throws IOException {
        var block = new CraftedBlock(0, Mark.BLOCK, 1000);
        assertThatThrownBy(() -> read(block.stream())).isInstanceOf(DamagedData.class);
    }

    @Test
    void blockWithoutEnd_isRefused() throws IOException {
        byte[] packed = Arrays.copyOf(packed(content(1000), 9), 10_000_000);
        byte[] bytes = Arrays.copyOf(packed, 60);
        System.arraycopy(bytes, 0, packed, 0, 60);
        Arrays.fill(packed, 60, packed.length, (byte) 0x55);
        assertThatThrownBy(() -> read(packed)).hasMessage("is damaged: a block of it has no end");
    }

    @Test
    void checksumOfAStream_isProved() throws IOException {
        byte[] packed = packed(content(250_000), 1);
        packed[packed.length - 3] ^= 1;
        assertThatThrownBy(() -> read(packed)).hasMessage("is damaged: a checksum is wrong");
    }

    @Test
    void textThatBeginsAlike_isNoBzip2() throws IOException {
        assertThat(Bzip2Blocks.areNext(input(packed(new byte[0], 1)))).isTrue();
        assertThat(Bzip2Blocks.areNext(input("BZh9.disk.s2e".getBytes()))).isFalse();
        assertThat(Bzip2Blocks.areNext(input("BZh".getBytes()))).isFalse();
    }

    private static PackedInput input(byte[] packed) {
        return new PackedInput(Channels.newChannel(new ByteArrayInputStream(packed)));
    }

    private static byte[] read(byte[] packed) throws IOException {
        return read(input(packed));
    }

    private static byte[] read(PackedInput packed) throws IOException {
        var content = new ByteArrayOutputStream();
        Workers workers = new Workers("unpacking", 2);
        try (var blocks = new Bzip2Blocks(packed, workers);
                workers) {
            for (Optional<ByteBuffer> next = blocks.next(); next.isPresent(); next = blocks.next()) {
                byte[] bytes = new byte[next.get().remaining()];
                next.get().get(bytes);
                content.write(bytes);
            }
        }
        return content.toByteArray();
    }

    static byte[] packed(byte[] content, int level) throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var stream = new BZip2CompressorOutputStream(packed, level)) {
            stream.write(content);
        }
        return packed.toByteArray();
    }

    /** Text, noise and zeros. */
    private static byte[] content(int size) {
        var random = new Random(size);
        byte[] content = new byte[size];
        random.nextBytes(content);
        for (int at = 0; at < size; at++) {
            switch (at >> 14 & 3) {
                case 0 -> content[at] = (byte) ('a' + (content[at] & 7));
                case 1 -> content[at] = 0;
                default -> {}
            }
        }
        return content;
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
