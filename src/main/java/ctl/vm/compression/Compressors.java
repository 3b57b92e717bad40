package ctl.vm.compression;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Chooses how blocks are compressed and decompressed on this machine.
 *
 * @param forced the library that deflates and inflates whatever is asked for: for tests and measurements
 */
public record Compressors(Optional<DeflateLibrary> forced) {

    /** The best that there is. */
    public static final Compressors BEST = new Compressors(Optional.empty());

    private static final int USUAL_ZSTD_LEVEL = 3;

    /** {@code $CTL_COMPRESSOR} names the one that is forced: libdeflate, isal or zip. */
    public static Compressors of(Map<String, String> environment) {
        return new Compressors(Optional.ofNullable(environment.get("CTL_COMPRESSOR"))
                .filter(name -> !name.isEmpty())
                .map(DeflateLibrary::named));
    }

    /** The library that makes the smallest packages. */
    public DeflateLibrary small() {
        return forced.orElseGet(() -> first(
                DeflateLibrary::canDeflate, DeflateLibrary.LIBDEFLATE, DeflateLibrary.ZIP));
    }

    /** The library that deflates quickest. */
    public DeflateLibrary fast() {
        return forced.orElseGet(() -> first(
                DeflateLibrary::canDeflate, DeflateLibrary.ISAL, DeflateLibrary.LIBDEFLATE, DeflateLibrary.ZIP));
    }

    /** The library that inflates quickest what is whole in memory. */
    public DeflateLibrary forMembers() {
        return forced.filter(DeflateLibrary::canInflate).orElseGet(() -> first(
                DeflateLibrary::canInflate, DeflateLibrary.LIBDEFLATE, DeflateLibrary.ISAL, DeflateLibrary.ZIP));
    }

    /** The library that inflates quickest what is of any length. */
    public DeflateLibrary forStreams() {
        return forced.filter(library -> library != DeflateLibrary.LIBDEFLATE)
                .filter(DeflateLibrary::canInflate)
                .orElseGet(() -> first(DeflateLibrary::canInflate, DeflateLibrary.ISAL, DeflateLibrary.ZIP));
    }

    /** A compressor of zstd frames, natively where that is possible. */
    public static BlockCompressor zstd(Optional<Integer> level) {
        return Libzstd.LIBRARY.map(library -> library.compressor(level.orElse(USUAL_ZSTD_LEVEL)))
                .orElseGet(JavaZstd.Compressor::new);
    }

    /** Decompresses zstd frames, natively where that is possible. */
    public static BlockDecompressor zstd() {
        return Libzstd.LIBRARY.map(Libzstd::decompressor).orElseGet(JavaZstd.Decompressor::new);
    }

    /**
     * Decompresses a stream of zstd frames, to its very end.
     *
     * @param compressed whose failures are unchecked: they are no damage
     */
    public static StreamDecompressor zstdStream(InputStream compressed) {
        return Libzstd.LIBRARY.map(library -> library.stream(compressed))
                .orElseGet(() -> new JavaZstd.Stream(compressed));
    }

    /**
     * Decompresses one .xz stream, and stops behind its last byte, when its checks and its index have been proved. A
     * check of a kind that is unknown is refused; a stream without checks is taken as it is.
     */
    public static StreamDecompressor xz(ByteSource source) {
        return Liblzma.LIBRARY.map(library -> library.xz(source)).orElseGet(() -> JavaStream.xz(source));
    }

    /** Decompresses one .lzma stream, and stops behind its last byte. It has no checks. */
    public static StreamDecompressor lzma(ByteSource source) {
        return Liblzma.LIBRARY.map(library -> library.lzma(source)).orElseGet(() -> JavaStream.lzma(source));
    }

    static DamagedData tooLargeForLzma(long neededMib, long mostMib) {
        return new DamagedData(
                "unpacking it takes %d MiB of memory, and %d MiB are the most".formatted(neededMib, mostMib));
    }

    /**
     * Decompresses one bzip2 stream, and proves its checksums.
     *
     * @param compressed the stream and nothing else: a direct buffer, which stays as it is until the result is closed
     */
    public static StreamDecompressor bzip2(ByteBuffer compressed) {
        return Libbz2.LIBRARY.map(library -> library.stream(compressed))
                .orElseGet(() -> JavaStream.bzip2(compressed));
    }

    /**
     * Decompresses one lz4 frame, and stops behind its last byte, when the checksums and the length that it has have
     * been proved.
     */
    public static StreamDecompressor lz4(ByteSource source) {
        return Liblz4.LIBRARY.map(library -> library.frame(source)).orElseGet(() -> JavaStream.lz4(source));
    }

    /** Whether zstd is done in Java, which takes several times as long. */
    public static boolean lacksZstd() {
        return Libzstd.LIBRARY.isEmpty();
    }

    private static DeflateLibrary first(Predicate<DeflateLibrary> suitable, DeflateLibrary... inOrder) {
        return Stream.of(inOrder).filter(suitable).findFirst().orElseThrow();
    }
}
