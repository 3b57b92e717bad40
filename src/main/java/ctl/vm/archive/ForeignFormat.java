package ctl.vm.archive;

import java.io.ByteArrayInputStream;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.compress.compressors.CompressorException;
import org.apache.commons.compress.compressors.CompressorStreamFactory;

/** Says what the bytes are that stand where a tar archive should begin. */
final class ForeignFormat {

    private static final Map<String, String> COMPRESSIONS = Map.of(
            CompressorStreamFactory.BZIP2, "bzip2",
            CompressorStreamFactory.GZIP, "gzip, twice",
            CompressorStreamFactory.LZ4_FRAMED, "lz4",
            CompressorStreamFactory.LZMA, "lzma",
            CompressorStreamFactory.XZ, "xz",
            CompressorStreamFactory.Z, "compress",
            CompressorStreamFactory.ZSTANDARD, "zstd");

    private ForeignFormat() {}

    /** The reason for which an archive that begins with these bytes cannot be read. */
    static Malformed refusal(byte[] start) {
        return new Malformed(compression(start)
                .map("is compressed with %s: unpack it to a .tar first"::formatted)
                .orElse("is neither a .tar.gz nor a .tar package; a raw disk image is imported with -r/--raw"));
    }

    private static Optional<String> compression(byte[] start) {
        try {
            String found = CompressorStreamFactory.detect(new ByteArrayInputStream(start));
            return Optional.ofNullable(COMPRESSIONS.get(found));
        } catch (CompressorException unknown) {
            return Optional.empty();
        }
    }
}
