package ctl.vm.archive.member;

import ctl.vm.compression.BlockDecompressor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.OptionalInt;
import java.util.zip.CRC32;

/**
 * A gzip member or zstd frame of a package of ours: it can be unpacked by itself.
 *
 * @param bytes all of it as it stands in the file, lowest byte first
 * @param compressed the compressed data in it
 * @param size bytes that it holds, as it says itself
 * @param crc of what it holds, where that is not a part of the compressed data
 */
public record PackedMember(ByteBuffer bytes, ByteBuffer compressed, int size, OptionalInt crc) {

    /** We write members of 1 and of 4 MiB. What says that it holds more is not unpacked. */
    public static final int MAXIMUM_SIZE = 4 << 20;

    /** What cannot be compressed becomes a little longer. */
    public static final int MAXIMUM_COMPRESSED = MAXIMUM_SIZE + (1 << 16);

    public PackedMember {
        bytes = bytes.asReadOnlyBuffer().order(bytes.order());
    }

    /**
     * Unpacks it and proves its checksum.
     *
     * @param target with as much space as the member says it needs, and then full
     */
    public void unpack(BlockDecompressor decompressor, ByteBuffer target) throws IOException {
        int start = target.position();
        decompressor.decompress(compressed, target);
        if (target.hasRemaining()) {
            throw new BadPackage("is damaged: a length is wrong");
        }
        if (crc.isPresent()) {
            var checksum = new CRC32();
            checksum.update(target.slice(start, target.position() - start));
            if ((int) checksum.getValue() != crc.getAsInt()) {
                throw new BadPackage("is damaged: a checksum is wrong");
            }
        }
    }

    /** A length that a package names, if it can be true. */
    public static int checkedLength(long length, int maximum) throws BadPackage {
        if (length < 0 || length > maximum) {
            throw new BadPackage("is damaged: a part of it says it has %d bytes, and %d are the most"
                    .formatted(length, maximum));
        }
        return (int) length;
    }
}
