package ctl.vm.archive.read;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A compression or an archive in which disk images are handed around, told by its first bytes: no disk begins like that. */
enum PackedFormat {
    GZIP("compressed with gzip", "gzip -dc", "gzip -dc", true, new Magic(0, "\u001f\u008b\b")),
    ZSTD("compressed with zstd", "zstd -dc", "zstd -dc", true, new Magic(0, "(\u00b5/\u00fd")),
    XZ("compressed with xz", "xz -dc", "xz -dc", false, new Magic(0, "\u00fd7zXZ\0")),
    /** As xz makes it where it streams: its size is unknown. */
    LZMA("compressed with lzma", "xz -dc", "xz -dc", false, new Magic(0, "]\0\0"),
            new Magic(5, "\u00ff".repeat(Long.BYTES))),
    /** Behind {@code BZh} stands the size of its blocks. */
    BZIP2("compressed with bzip2", "bzip2 -dc", "bzip2 -dc", false, new Magic(0, "BZh"), new Magic(4, "1AY&SY")),
    LZ4("compressed with lz4", "lz4 -dc", "lz4 -dc", false, new Magic(0, "\u0004\"M\u0018")),
    LZIP("compressed with lzip", "lzip -dc", "lzip -dc", false, new Magic(0, "LZIP\1")),
    COMPRESS("compressed with compress", "gzip -dc", "gzip -dc", false, new Magic(0, "\u001f\u009d\u0090")),
    ZIP("a zip archive", "unzip -p", "funzip", false, new Magic(0, "PK\3\4")),
    SEVEN_ZIP("a 7z archive", "7z x -so", "", false, new Magic(0, "7z\u00bc\u00af'\u001c")),
    RAR("a rar archive", "unrar p -inul", "", false, new Magic(0, "Rar!\u001a\7")),
    CPIO("a cpio archive", "cpio -i --to-stdout -F", "cpio -i --to-stdout", false, new Magic(0, "07070")),
    TAR("a tar archive", "tar -xOf", "tar -xO", true, new Magic(257, "ustar"));

    private final String words;
    private final String unpacker;
    private final String filter;
    private final boolean isPackage;
    private final List<Magic> magics;

    /**
     * @param unpacker the command that prints what is in the file whose name follows
     * @param filter the command that prints what is in what it reads; empty where there is none
     * @param isPackage whether it may be a package as well
     */
    PackedFormat(String words, String unpacker, String filter, boolean isPackage, Magic... magics) {
        this.words = words;
        this.unpacker = unpacker;
        this.filter = filter;
        this.isPackage = isPackage;
        this.magics = List.of(magics);
    }

    /** What a file of this format is. */
    String describe() {
        return words;
    }

    /** The command that prints what is in a file, before its name. */
    String unpacker() {
        return unpacker;
    }

    /** The command that prints what is in what it reads. */
    Optional<String> filter() {
        return Optional.of(filter).filter(command -> !command.isEmpty());
    }

    /** Whether {@code import} reads it without {@code --raw}. */
    boolean isPackage() {
        return isPackage;
    }

    /** @param start the first bytes of a file */
    static Optional<PackedFormat> of(ByteBuffer start) {
        return Arrays.stream(values())
                .filter(format -> format.magics.stream().allMatch(magic -> magic.isIn(start)))
                .findFirst();
    }
}
