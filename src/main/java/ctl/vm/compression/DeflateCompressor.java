package ctl.vm.compression;

import java.util.Locale;

/** A library that deflates, from the one that makes packages small to the one that is always there. */
public enum DeflateCompressor {

    /** Small and quick; comes in our jars for x86-64 and AArch64. */
    LIBDEFLATE(6),

    /** Quicker than a disk; has one level. */
    ISAL(1),

    /** In every Java. One level lower than gzip: 1 % larger, in 60 % of the time. */
    ZIP(5);

    private final int usualLevel;

    DeflateCompressor(int usualLevel) {
        this.usualLevel = usualLevel;
    }

    /** @throws IllegalArgumentException where none is called so */
    static DeflateCompressor named(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }

    /** Whether it can be used on this machine. Loads it. */
    public boolean isAvailable() {
        return switch (this) {
            case LIBDEFLATE -> LibdeflateCompressor.isAvailable();
            case ISAL -> IsalDeflate.LIBRARY.isPresent();
            case ZIP -> true;
        };
    }

    /** What serves most: gzip's size or a little less. */
    public int usualLevel() {
        return usualLevel;
    }

    /** A compressor of raw deflate streams. @param level 1 to 12; the nearest that the library has is taken */
    public BlockCompressor compressor(int level) {
        return switch (this) {
            case LIBDEFLATE -> new LibdeflateCompressor(level);
            case ISAL -> new IsalCompressor(IsalDeflate.LIBRARY.orElseThrow());
            case ZIP -> new ZipCompressor(level);
        };
    }
}
