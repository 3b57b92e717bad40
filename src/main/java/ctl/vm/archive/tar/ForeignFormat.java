package ctl.vm.archive.tar;

import ctl.vm.archive.gzip.GzipHeader;
import ctl.vm.archive.member.Malformed;
import ctl.vm.archive.zstd.ZstdFrameHeader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.compress.compressors.CompressorException;
import org.apache.commons.compress.compressors.CompressorStreamFactory;

/** Says what the bytes are that stand where a tar archive should begin. */
public final class ForeignFormat {

    private static final Map<String, String> COMPRESSIONS = Map.of(
            CompressorStreamFactory.BZIP2, "bzip2",
            CompressorStreamFactory.LZ4_FRAMED, "lz4",
            CompressorStreamFactory.LZMA, "lzma",
            CompressorStreamFactory.XZ, "xz",
            CompressorStreamFactory.Z, "compress");

    private ForeignFormat() {}

    /** Why an archive that begins with these bytes cannot be read. */
    static IOException refusal(byte[] start) {
        if (GzipHeader.isGzip(ByteBuffer.wrap(start))) {
            return new Malformed("is compressed with gzip, twice");
        }
        if (ZstdFrameHeader.isZstd(ByteBuffer.wrap(start))) {
            return new Malformed("is compressed with zstd, twice");
        }
        return compression(start)
                .<IOException>map(Compressed::new)
                .orElseGet(NoArchive::new);
    }

    /** It may be a raw disk image, which begins with anything. */
    public static final class NoArchive extends IOException {

        private static final long serialVersionUID = 1L;
    }

    /** There may be a package inside, but not for us. */
    public static final class Compressed extends IOException {

        private static final long serialVersionUID = 1L;

        Compressed(String compression) {
            super(compression);
        }
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
