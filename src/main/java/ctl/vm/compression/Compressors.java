package ctl.vm.compression;

import java.io.InputStream;
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
        return new Zstd.Compressor(level.orElse(USUAL_ZSTD_LEVEL));
    }

    /** Decompresses zstd frames; for several threads. */
    public static BlockDecompressor zstd() {
        return new Zstd.Decompressor();
    }

    /**
     * Decompresses a stream of zstd frames, to its very end.
     *
     * @param compressed whose failures are unchecked: they are no damage
     */
    public static StreamDecompressor zstdStream(InputStream compressed) {
        return new Zstd.Stream(compressed);
    }

    private static DeflateLibrary first(Predicate<DeflateLibrary> suitable, DeflateLibrary... inOrder) {
        return Stream.of(inOrder).filter(suitable).findFirst().orElseThrow();
    }
}
