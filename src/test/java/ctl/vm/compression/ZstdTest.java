package ctl.vm.compression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** zstd through libzstd, and in Java where that cannot be loaded: each reads what the other has made. */
class ZstdTest {

    private static final int BLOCK_BYTES = 300_000;

    enum Way {
        NATIVE,
        JAVA;

        BlockCompressor compressor() {
            return this == NATIVE ? library().compressor(3) : new JavaZstd.Compressor();
        }

        BlockDecompressor decompressor() {
            return this == NATIVE ? library().decompressor() : new JavaZstd.Decompressor();
        }

        StreamDecompressor stream(byte[] frames) {
            ByteArrayInputStream in = new ByteArrayInputStream(frames);
            return this == NATIVE ? library().stream(in) : new JavaZstd.Stream(in);
        }

        private static Libzstd library() {
            return Libzstd.LIBRARY.orElseThrow();
        }
    }

    @ParameterizedTest
    @EnumSource
    void frames_ofEither_areReadByBoth(Way way) throws IOException {
        for (byte[] block : blocks()) {
            byte[] frame = frame(way, block);
            for (Way reader : Way.values()) {
                assertThat(unpacked(reader, frame, block.length)).isEqualTo(block);
                assertThat(read(reader.stream(frame), block.length + 1)).isEqualTo(block);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void frame_inABufferThatIsTooSmall_isDamage(Way way) {
        byte[] frame = frame(Way.NATIVE, blocks()[2]);
        assertThatThrownBy(() -> unpacked(way, frame, BLOCK_BYTES - 1)).isInstanceOf(DamagedData.class);
    }

    @ParameterizedTest
    @EnumSource
    void frame_ofWhichABitIsAnother_isDamage(Way way) {
        byte[] frame = frame(Way.NATIVE, blocks()[2]);
        frame[frame.length - 1] ^= 1;
        assertThatThrownBy(() -> unpacked(way, frame, BLOCK_BYTES)).isInstanceOf(DamagedData.class);
        assertThatThrownBy(() -> read(way.stream(frame), BLOCK_BYTES)).isInstanceOf(DamagedData.class);
    }

    @ParameterizedTest
    @EnumSource
    void stream_ofManyFrames_isReadToItsEnd_inPiecesOfAnySize(Way way) throws IOException {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] block : blocks()) {
            frames.write(frame(Way.NATIVE, block));
            content.write(block);
        }
        for (int piece : new int[] {1000, 4096, 1 << 17, BLOCK_BYTES * 10}) {
            assertThat(read(way.stream(frames.toByteArray()), piece)).as("in pieces of " + piece)
                    .isEqualTo(content.toByteArray());
        }
    }

    @Test
    void stream_thatIsCutOffAnywhere_isDamage() throws IOException {
        byte[] block = Arrays.copyOf(blocks()[2], 2000);
        byte[] frame = frame(Way.NATIVE, block);
        for (int length = 1; length < frame.length; length++) {
            byte[] cut = Arrays.copyOf(frame, length);
            assertThatThrownBy(() -> read(Way.NATIVE.stream(cut), 700)).as("after %d bytes", length)
                    .isInstanceOf(DamagedData.class).hasMessage("it is cut off");
        }
    }

    @ParameterizedTest
    @EnumSource
    void stream_withSomethingElseBehindIt_isDamage(Way way) throws IOException {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        frames.write(frame(Way.NATIVE, blocks()[2]));
        frames.write("no frame at all".getBytes());
        assertThatThrownBy(() -> read(way.stream(frames.toByteArray()), 5000)).isInstanceOf(DamagedData.class);
    }

    @Test
    void stream_whoseWindowIsLargerThanIsAllowed_saysSo() {
        byte windowOf256Mebibytes = (byte) ((28 - 10) << 3);
        byte[] frame = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0, windowOf256Mebibytes, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
            0, 0};
        assertThatThrownBy(() -> read(Way.NATIVE.stream(frame), 10))
                .isInstanceOf(DamagedData.class).hasMessageContaining("larger than 128 MiB");
    }

    private static byte[][] blocks() {
        Random random = new Random(5);
        byte[] noise = new byte[BLOCK_BYTES];
        random.nextBytes(noise);
        byte[] text = new byte[BLOCK_BYTES];
        for (int at = 0; at < text.length; at++) {
            text[at] = (byte) ('a' + random.nextInt(1 + at % 7));
        }
        return new byte[][] {{}, {7}, text, new byte[BLOCK_BYTES], noise};
    }

    private static byte[] frame(Way way, byte[] block) {
        try (BlockCompressor compressor = way.compressor()) {
            ByteBuffer target = ByteBuffer.allocateDirect(compressor.maximumBytes(block.length));
            compressor.compress(ByteBuffer.allocateDirect(block.length).put(block).flip(), target);
            byte[] frame = new byte[target.position()];
            target.get(0, frame);
            return frame;
        }
    }

    private static byte[] unpacked(Way way, byte[] frame, int size) throws DamagedData {
        try (BlockDecompressor decompressor = way.decompressor()) {
            ByteBuffer target = ByteBuffer.allocateDirect(size);
            decompressor.decompress(ByteBuffer.allocateDirect(frame.length).put(frame).flip(), target);
            byte[] content = new byte[target.position()];
            target.get(0, content);
            return content;
        }
    }

    private static byte[] read(StreamDecompressor opened, int piece) throws IOException {
        try (StreamDecompressor stream = opened) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            Supplier<ByteBuffer> next = () -> ByteBuffer.allocateDirect(piece);
            ByteBuffer target = next.get();
            stream.fill(target);
            while (target.position() > 0) {
                byte[] bytes = new byte[target.position()];
                target.get(0, bytes);
                all.write(bytes);
                target = next.get();
                stream.fill(target);
            }
            return all.toByteArray();
        }
    }
}
