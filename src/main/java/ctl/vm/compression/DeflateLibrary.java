package ctl.vm.compression;

import java.util.Locale;
import java.util.NoSuchElementException;

/**
 * A library that deflates and inflates, from the one that makes packages small to the one that is always there.
 *
 * <p>Inflating, measured on 2 cores with members of 1 MiB: libdeflate 903 MB/s on one thread, ISA-L 744, java.util.zip
 * 387; with one long stream, which libdeflate cannot inflate, ISA-L 712 and java.util.zip 387.
 */
public enum DeflateLibrary {

    /** Small and quick; comes in our jars for x86-64 and AArch64. */
    LIBDEFLATE(6),

    /** Quicker than a disk; has one level; comes with the system, where it is installed. */
    ISAL(1),

    /** In every Java. One level lower than gzip: 1 % larger, in 60 % of the time. */
    ZIP(5);

    private final int usualLevel;

    DeflateLibrary(int usualLevel) {
        this.usualLevel = usualLevel;
    }

    /** @throws IllegalArgumentException where none is called so */
    static DeflateLibrary named(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }

    /** Whether it can deflate on this machine. Loads it. */
    public boolean canDeflate() {
        return switch (this) {
            case LIBDEFLATE -> Libdeflate.LIBRARY.isPresent();
            case ISAL -> Isal.canDeflate();
            case ZIP -> true;
        };
    }

    /** Whether it can inflate on this machine. Loads it. */
    public boolean canInflate() {
        return this == ISAL ? Isal.canInflate() : canDeflate();
    }

    /** What serves most: gzip's size or a little less. */
    public int usualLevel() {
        return usualLevel;
    }

    /** A compressor of raw deflate streams. @param level 1 to 12; the nearest that the library has is taken */
    public BlockCompressor compressor(int level) {
        return switch (this) {
            case LIBDEFLATE -> Libdeflate.LIBRARY.orElseThrow().compressor(level);
            case ISAL -> new Isal.Compressor();
            case ZIP -> new Zip.Compressor(level);
        };
    }

    /** @throws NoSuchElementException where it is not there */
    public BlockDecompressor decompressor() {
        return switch (this) {
            case LIBDEFLATE -> Libdeflate.LIBRARY.orElseThrow().decompressor();
            case ISAL -> new Isal.Decompressor();
            case ZIP -> new Zip.Decompressor();
        };
    }

    /** @throws NoSuchElementException where it is not there or cannot inflate streams */
    public StreamInflater streamInflater() {
        return switch (this) {
            case LIBDEFLATE -> throw new NoSuchElementException("libdeflate inflates no streams");
            case ISAL -> new Isal.Decompressor();
            case ZIP -> new Zip.Decompressor();
        };
    }
}
