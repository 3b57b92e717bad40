package ctl.vm.archive.read;

import ctl.vm.archive.bzip2.Bzip2Blocks;
import ctl.vm.archive.gzip.GzipStream;
import ctl.vm.archive.lz4.Lz4Stream;
import ctl.vm.archive.member.BlockSource;
import ctl.vm.archive.member.FileFormat;
import ctl.vm.archive.member.PackedInput;
import ctl.vm.archive.member.Workers;
import ctl.vm.archive.xz.LzipStream;
import ctl.vm.archive.xz.LzipParts;
import ctl.vm.archive.xz.LzmaBlocks;
import ctl.vm.archive.xz.XzParts;
import ctl.vm.archive.xz.XzStream;
import ctl.vm.archive.zstd.ZstdStream;
import ctl.vm.compression.Compressors;
import java.io.IOException;

/**
 * Chooses what decompresses the files of other programs, whether they hold a tar archive or a disk image.
 *
 * <p>What it opens has no further block only where the compressed data has ended whole: its own end was reached, and
 * all of its checks are right. Whatever is damaged or cut off is thrown. What stands behind that end is left unread,
 * where the format can be told from what follows it.
 *
 * @param packed at the first byte of the compressed data; read by the thread that asks for blocks, or by a worker until
 *     there is no further block
 * @param workers are closed before what was opened is
 */
record Decompression(PackedInput packed, Compressors compressors, Workers workers) {

    /** @param compression that is {@linkplain FileFormat#isDecompressed() decompressed} here */
    BlockSource open(FileFormat compression) throws IOException {
        return switch (compression) {
            case GZIP -> new BlockReadAhead(new GzipStream(packed, compressors.forStreams().streamInflater()));
            case ZSTD -> new BlockReadAhead(new ZstdStream(packed));
            case XZ -> XzParts.areNext(packed)
                    ? new LzmaBlocks(new XzParts(packed))
                    : new BlockReadAhead(new XzStream(packed));
            case LZIP -> LzipParts.of(packed)
                    .<BlockSource>map(LzmaBlocks::new)
                    .orElseGet(() -> new BlockReadAhead(new LzipStream(packed)));
            case LZMA -> new BlockReadAhead(Compressors.lzma(packed::buffered));
            case BZIP2 -> new Bzip2Blocks(packed, workers);
            case LZ4 -> new BlockReadAhead(new Lz4Stream(packed));
            default -> throw new IllegalArgumentException(compression + " is not decompressed here");
        };
    }
}
