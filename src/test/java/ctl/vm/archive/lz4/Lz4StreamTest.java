package ctl.vm.archive.lz4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ctl.vm.archive.Tool;
import ctl.vm.archive.member.BadPackage;
import ctl.vm.archive.member.PackedInput;
import ctl.vm.compression.DamagedData;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Lz4StreamTest {

    @TempDir
    Path folder;

    @Test
    void file_ofAnyOptions_isRead() throws IOException {
        byte[] content = content(9_000_000);
        for (String options : new String[] {
            "", "-9", "-B4", "-B5", "-B6", "-B7", "-BD", "-B4 -BD", "-BD -9", "-BX", "-B4 -BD -BX", "--content-size",
            "--no-frame-crc",
            "-BX --no-frame-crc"
        }) {
            assertThat(read(packed(content, options))).as(options).isEqualTo(content);
        }
    }

    @Test
    void frames_oneBehindTheOther_areRead() throws IOException {
        byte[] content = content(100_000);
        byte[] skippable = {0x5f, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3};
        var all = new ByteArrayOutputStream();
        all.write(skippable);
        all.write(packed(content, "-BD"));
        all.write(skippable);
        all.write(skippable);
        all.write(packed(new byte[0], ""));
        all.write(packed(content, "--no-frame-crc"));
        all.write(skippable);
        assertThat(read(all.toByteArray())).isEqualTo(concat(content, content));
    }

    @Test
    void bytesBehindTheLastFrame_areLeft() throws IOException {
        for (byte[] behind : new byte[][] {new byte[500_000], {4, 0x22, 0x4d}, {4, 0x22, 0x4d, 0x17, 5, 6}}) {
            PackedInput input = input(concat(packed(content(1000), ""), behind));
            assertThat(read(input)).isEqualTo(content(1000));
            assertThat(input.peek(1).get()).isEqualTo(behind[0]);
        }
    }

    @Test
    void file_cutOffAnywhere_isRefused() throws IOException {
        byte[] packed = packed(content(3000), "--content-size -BX");
        for (int length = 5; length < packed.length; length++) {
            byte[] part = Arrays.copyOf(packed, length);
            assertThatThrownBy(() -> read(part)).as("%d bytes", length)
                    .isInstanceOf(BadPackage.class).hasMessage("is cut off");
        }
    }

    @Test
    void file_withAnyBitWrong_isRefusedOrReadAsItIs() throws IOException {
        byte[] content = content(3000);
        for (String options : new String[] {"", "--content-size -BX"}) {
            byte[] packed = packed(content, options);
            for (int bit = 32; bit < packed.length * Byte.SIZE; bit++) {
                byte[] damaged = packed.clone();
                damaged[bit / 8] ^= (byte) (1 << bit % 8);
                try {
                    assertThat(read(damaged)).as("%s, bit %d", options, bit).isEqualTo(content);
                } catch (DamagedData | BadPackage refused) {
                    assertThat(refused).hasMessageMatching(".*(cannot be read|cut off|dictionary).*");
                }
            }
        }
    }

    @Test
    void frameWithADictionary_isRefused() throws IOException {
        byte[] packed = packed(content(1000), "");
        packed[4] |= 1;
        assertThatThrownBy(() -> read(packed))
                .isInstanceOf(BadPackage.class).hasMessage("is compressed with a dictionary, which it does not hold");
    }

    private byte[] packed(byte[] content, String options) throws IOException {
        Files.write(folder.resolve("content"), content);
        Tool.run("lz4", folder, "lz4 -qf " + options + " content packed");
        return Files.readAllBytes(folder.resolve("packed"));
    }

    private static PackedInput input(byte[] packed) {
        return new PackedInput(Channels.newChannel(new ByteArrayInputStream(packed)));
    }

    private static byte[] read(byte[] packed) throws IOException {
        return read(input(packed));
    }

    private static byte[] read(PackedInput packed) throws IOException {
        var content = new ByteArrayOutputStream();
        try (var stream = new Lz4Stream(packed)) {
            ByteBuffer block = ByteBuffer.allocateDirect(77_777);
            do {
                stream.fill(block.clear());
                byte[] bytes = new byte[block.flip().remaining()];
                block.get(bytes);
                content.write(bytes);
            } while (block.limit() == block.capacity());
        }
        return content.toByteArray();
    }

    /** Text, noise and zeros. */
    private static byte[] content(int size) {
        var random = new Random(size);
        byte[] content = new byte[size];
        random.nextBytes(content);
        for (int at = 0; at < size; at++) {
            switch (at >> 9 & 3) {
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
