package ctl.vm.archive;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** A format in which raw disk images are handed around, told by its first bytes: no disk begins like that. */
enum PackedFormat {
    GZIP("compressed with gzip", Optional.of("gzip -dc"), new Magic(0, "\u001f\u008b\b")),
    XZ("compressed with xz", Optional.of("xz -dc"), new Magic(0, "\u00fd7zXZ\0")),
    ZSTD("compressed with zstd", Optional.of("zstd -dc"), new Magic(0, "(\u00b5/\u00fd")),
    /** Behind {@code BZh} and the size of its blocks. */
    BZIP2("compressed with bzip2", Optional.of("bzip2 -dc"), new Magic(4, "1AY&SY")),
    TAR("a tar archive", Optional.empty(), new Magic(257, "ustar"));

    private final String words;
    private final Optional<String> unpacker;
    private final Magic magic;

    PackedFormat(String words, Optional<String> unpacker, Magic magic) {
        this.words = words;
        this.unpacker = unpacker;
        this.magic = magic;
    }

    /** What a file of this format is. */
    String words() {
        return words;
    }

    /** The command that gives what is in it, before the name of the file. */
    Optional<String> unpacker() {
        return unpacker;
    }

    /** @param start the first bytes of a file */
    static Optional<PackedFormat> of(ByteBuffer start) {
        return Arrays.stream(values()).filter(format -> format.magic.isIn(start)).findFirst();
    }
}
