package ctl.vm.compression;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * A library that inflates deflate data.
 *
 * <p>Measured on 2 cores with members of 1 MiB: libdeflate 903 MB/s on one thread, ISA-L 744, java.util.zip 387; with one
 * long stream, which libdeflate cannot inflate, ISA-L 712 and java.util.zip 387.
 */
public enum InflateLibrary {
    /** Comes with aircompressor, for some processors. */
    LIBDEFLATE,
    /** Comes with the system, where somebody has installed it. */
    ISAL,
    /** Comes with Java, always. */
    ZIP;

    /** Forces one of them, by its name in lower case. */
    private static final String VARIABLE = "CTL_COMPRESSOR";

    /** The fastest one here for members that are whole in memory. */
    public static InflateLibrary forMembers() {
        return fastest(List.of(LIBDEFLATE, ISAL, ZIP));
    }

    /** The fastest one here for streams. */
    public static InflateLibrary forStreams() {
        return fastest(List.of(ISAL, ZIP));
    }

    private static InflateLibrary fastest(List<InflateLibrary> candidates) {
        Optional<InflateLibrary> forced = forced().filter(candidates::contains);
        return forced.isPresent()
                ? forced.get()
                : candidates.stream().filter(InflateLibrary::isThere).findFirst().orElse(ZIP);
    }

    private static Optional<InflateLibrary> forced() {
        String name = System.getenv().getOrDefault(VARIABLE, "");
        return Arrays.stream(values())
                .filter(library -> library.name().toLowerCase(Locale.ROOT).equals(name))
                .filter(InflateLibrary::isThere)
                .findFirst();
    }

    /** Whether it can be used on this machine. */
    public boolean isThere() {
        return switch (this) {
            case LIBDEFLATE -> Libdeflate.LIBRARY.isPresent();
            case ISAL -> IsalInflate.LIBRARY.isPresent();
            case ZIP -> true;
        };
    }

    /** @throws java.util.NoSuchElementException where it is not there */
    public MemberInflater memberInflater() {
        return switch (this) {
            case LIBDEFLATE -> new LibdeflateInflater(Libdeflate.LIBRARY.orElseThrow());
            case ISAL -> new IsalInflater(IsalInflate.LIBRARY.orElseThrow());
            case ZIP -> new ZipInflater();
        };
    }

    /** @throws java.util.NoSuchElementException where it is not there or cannot inflate streams */
    public StreamInflater streamInflater() {
        return switch (this) {
            case LIBDEFLATE -> throw new NoSuchElementException("libdeflate inflates no streams");
            case ISAL -> new IsalInflater(IsalInflate.LIBRARY.orElseThrow());
            case ZIP -> new ZipInflater();
        };
    }
}
