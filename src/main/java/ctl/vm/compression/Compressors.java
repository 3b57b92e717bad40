package ctl.vm.compression;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Chooses how blocks are compressed on this machine.
 *
 * @param forced the library that deflates whatever is asked for: for tests and measurements
 */
public record Compressors(Optional<DeflateCompressor> forced) {

    /** The best that there is. */
    public static final Compressors BEST = new Compressors(Optional.empty());

    private static final int USUAL_ZSTD_LEVEL = 3;

    /** {@code $CTL_COMPRESSOR} names the one that is forced: libdeflate, isal or zip. */
    public static Compressors of(Map<String, String> environment) {
        return new Compressors(Optional.ofNullable(environment.get("CTL_COMPRESSOR"))
                .filter(name -> !name.isEmpty())
                .map(DeflateCompressor::named));
    }

    /** The library that makes the smallest packages. */
    public DeflateCompressor small() {
        return first(DeflateCompressor.LIBDEFLATE, DeflateCompressor.ZIP);
    }

    /** The quickest library. */
    public DeflateCompressor fast() {
        return first(DeflateCompressor.ISAL, DeflateCompressor.LIBDEFLATE, DeflateCompressor.ZIP);
    }

    /** A compressor of zstd frames, natively where that is possible. */
    public static BlockCompressor zstd(Optional<Integer> level) {
        return new ZstdCompressor(level.orElse(USUAL_ZSTD_LEVEL));
    }

    private DeflateCompressor first(DeflateCompressor... inOrder) {
        return forced.orElseGet(() -> Stream.of(inOrder)
                .filter(DeflateCompressor::isAvailable)
                .findFirst()
                .orElseThrow());
    }
}
