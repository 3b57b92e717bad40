package ctl.vm.archive.xz;

import ctl.vm.archive.member.BadPackage;
import ctl.vm.compression.ByteSource;
import ctl.vm.compression.Compressors;
import ctl.vm.compression.StreamDecompressor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * A part of a file that is decompressed by itself: a block of .xz, a member of lzip.
 *
 * @param bytes a whole .xz stream, or a whole .lzma one
 * @param size bytes that it holds
 * @param checksum of what it holds, where the container has one; an .xz stream proves its own
 */
public record LzmaPart(ByteBuffer bytes, int size, Optional<Integer> checksum) {

    /**
     * @param target has space for one byte more than the part holds, so that its end is reached; it is made ready to be
     *     read
     */
    ByteBuffer unpack(ByteBuffer target) throws IOException {
        try (StreamDecompressor stream = checksum.isPresent() ? Compressors.lzma(source()) : Compressors.xz(source())) {
            stream.fill(target);
        }
        if (target.position() != size || bytes.hasRemaining()) {
            throw new BadPackage("is damaged: a length is wrong");
        }
        target.flip();
        if (checksum.isPresent() && checksum.get() != crc32(target)) {
            throw new BadPackage("is damaged: a checksum is wrong");
        }
        return target;
    }

    private ByteSource source() {
        return () -> {
            if (!bytes.hasRemaining()) {
                throw new BadPackage("is damaged: a length is wrong");
            }
            return bytes;
        };
    }

    private static int crc32(ByteBuffer content) {
        var checksum = new CRC32();
        checksum.update(content.duplicate());
        return (int) checksum.getValue();
    }
}
