package ctl.vm.compression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.DeltaOptions;
import org.tukaani.xz.FilterOptions;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.LZMAOutputStream;
import org.tukaani.xz.X86Options;
import org.tukaani.xz.XZ;
import org.tukaani.xz.XZOutputStream;

/** xz and lzma through liblzma, and in Java where the system has none: both read the same, and refuse the same. */
class LzmaTest {

    private static final int STREAM_HEADER_BYTES = 12;
    private static final byte[] CONTENT = content(200_000);

    enum Way {
        NATIVE,
        JAVA;

        StreamDecompressor xz(ByteSource source) {
            return this == NATIVE ? Liblzma.LIBRARY.orElseThrow().xz(source) : JavaStream.xz(source);
        }

        StreamDecompressor lzma(ByteSource source) {
            return this == NATIVE ? Liblzma.LIBRARY.orElseThrow().lzma(source) : JavaStream.lzma(source);
        }
    }

    @BeforeEach
    void liblzma_isThere() {
        assumeTrue(Liblzma.LIBRARY.isPresent(), "there is no liblzma.so.5");
    }

    @ParameterizedTest
    @ValueSource(ints = {XZ.CHECK_NONE, XZ.CHECK_CRC32, XZ.CHECK_CRC64, XZ.CHECK_SHA256})
    void stream_withAnyCheck_isReadByBoth_andNothingBehindIt(int check) throws IOException {
        for (byte[] content : new byte[][] {{}, {7}, CONTENT, new byte[3 << 20]}) {
            byte[] stream = xz(content, check, new LZMA2Options(1));
            for (Way way : Way.values()) {
                for (int piece : new int[] {1 << 12, 100_003, 4 << 20}) {
                    ByteBuffer source = direct(stream, "behind it".getBytes());
                    assertThat(read(way.xz(bytes(source, 1000)), piece)).isEqualTo(content);
                    assertThat(source.remaining()).as(way + " has taken all of the stream, and no more").isEqualTo(9);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void stream_withFilters_isRead(Way way) throws IOException {
        byte[] stream = xz(CONTENT, XZ.CHECK_CRC64, new X86Options(), new DeltaOptions(4), new LZMA2Options(1));
        assertThat(read(way.xz(bytes(direct(stream), 1 << 16)), 1 << 16)).isEqualTo(CONTENT);
    }

    @ParameterizedTest
    @EnumSource
    void lzma_withAndWithoutItsSize_isRead_andNothingBehindIt(Way way) throws IOException {
        for (long size : new long[] {-1, CONTENT.length}) {
            var lzma = new ByteArrayOutputStream();
            try (var packer = new LZMAOutputStream(lzma, new LZMA2Options(1), size)) {
                packer.write(CONTENT);
            }
            ByteBuffer source = direct(lzma.toByteArray(), "behind it".getBytes());
            assertThat(read(way.lzma(bytes(source, 1000)), 4096)).isEqualTo(CONTENT);
            assertThat(source.remaining()).isEqualTo(9);
        }
    }

    @ParameterizedTest
    @EnumSource
    void stream_thatIsCutOffAnywhere_endsAsItsSourceDoes(Way way) throws IOException {
        byte[] stream = xz(Arrays.copyOf(CONTENT, 2000), XZ.CHECK_CRC64, new LZMA2Options(1));
        for (int length = 0; length < stream.length; length++) {
            ByteBuffer cut = direct(Arrays.copyOf(stream, length));
            assertThatThrownBy(() -> read(way.xz(bytes(cut, 100)), 700)).as("after %d bytes", length)
                    .isInstanceOf(EOFException.class).hasMessage("no more");
        }
    }

    /** A bit of padding or of a filter that does nothing here may be another; then both read the same. */
    @Test
    void stream_withAnyBitChanged_isDamage_orTheSame() throws IOException {
        byte[] content = Arrays.copyOf(CONTENT, 500);
        for (int check : new int[] {XZ.CHECK_CRC32, XZ.CHECK_CRC64, XZ.CHECK_SHA256}) {
            byte[] stream = xz(content, check, new LZMA2Options(1));
            for (int bit = 0; bit < stream.length * Byte.SIZE; bit++) {
                byte[] damaged = stream.clone();
                damaged[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
                for (Way way : Way.values()) {
                    assertDamagedOrSame(way, damaged, content, "%s: check %d, bit %d".formatted(way, check, bit));
                }
            }
        }
    }

    private static void assertDamagedOrSame(Way way, byte[] damaged, byte[] content, String situation) {
        byte[] read;
        try {
            read = read(way.xz(bytes(direct(damaged), 1 << 16)), 700);
        } catch (DamagedData | EOFException expected) {
            return;
        } catch (IOException | RuntimeException broken) {
            throw new AssertionError(situation, broken);
        }
        assertThat(read).as(situation).isEqualTo(content);
    }

    @ParameterizedTest
    @EnumSource
    void stream_whoseDictionaryTakesTooMuchMemory_saysSo(Way way) throws IOException {
        byte[] stream = xz(CONTENT, XZ.CHECK_CRC64, new LZMA2Options(1));
        int dictionaryAt = STREAM_HEADER_BYTES + 4;
        assertThat(stream[dictionaryAt - 2]).as("the id of LZMA2").isEqualTo((byte) 0x21);
        byte oneAndAHalfGibibytes = 37;
        stream[dictionaryAt] = oneAndAHalfGibibytes;
        sealAgain(stream, STREAM_HEADER_BYTES, 8);
        assertThatThrownBy(() -> read(way.xz(bytes(direct(stream), 1 << 16)), 700))
                .isInstanceOf(DamagedData.class).hasMessageContaining("unpacking it takes 153");
    }

    @ParameterizedTest
    @EnumSource
    void stream_withACheckThatNobodyKnows_isRefused(Way way) throws IOException {
        byte[] stream = xz(CONTENT, XZ.CHECK_CRC32, new LZMA2Options(1));
        stream[7] = 2;
        sealAgain(stream, 6, 2);
        assertThatThrownBy(() -> read(way.xz(bytes(direct(stream), 1 << 16)), 700))
                .isInstanceOf(DamagedData.class).hasMessage("it is compressed in an unknown way");
    }

    /** Puts the right checksum behind bytes that were changed. */
    private static void sealAgain(byte[] stream, int start, int length) {
        var checksum = new CRC32();
        checksum.update(stream, start, length);
        ByteBuffer.wrap(stream).order(ByteOrder.LITTLE_ENDIAN).putInt(start + length, (int) checksum.getValue());
    }

    private static byte[] content(int length) {
        byte[] content = new byte[length];
        Random random = new Random(5);
        for (int at = 0; at < length; at++) {
            content[at] = (byte) ('a' + random.nextInt(1 + at % 7));
        }
        return content;
    }

    private static byte[] xz(byte[] content, int check, FilterOptions... filters) throws IOException {
        var stream = new ByteArrayOutputStream();
        try (var packer = new XZOutputStream(stream, filters, check)) {
            packer.write(content);
        }
        return stream.toByteArray();
    }

    private static ByteBuffer direct(byte[]... parts) {
        ByteBuffer all = ByteBuffer.allocateDirect(Arrays.stream(parts).mapToInt(part -> part.length).sum());
        Arrays.stream(parts).forEach(all::put);
        return all.flip();
    }

    /** Gives a few bytes at a time, from the position of the buffer on. */
    private static ByteSource bytes(ByteBuffer all, int step) {
        int end = all.limit();
        return () -> {
            if (all.position() == end) {
                throw new EOFException("no more");
            }
            return all.limit(Math.min(end, all.position() + step));
        };
    }

    private static byte[] read(StreamDecompressor opened, int piece) throws IOException {
        try (StreamDecompressor stream = opened) {
            var all = new ByteArrayOutputStream();
            ByteBuffer target = ByteBuffer.allocateDirect(piece);
            do {
                target.clear();
                stream.fill(target);
                byte[] bytes = new byte[target.position()];
                target.get(0, bytes);
                all.write(bytes);
            } while (!target.hasRemaining());
            stream.fill(target.clear());
            assertThat(target.position()).as("bytes behind the end").isZero();
            return all.toByteArray();
        }
    }
}
