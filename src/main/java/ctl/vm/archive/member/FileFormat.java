package ctl.vm.archive.member;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * What a file is, by its first bytes or its last ones.
 *
 * <p>Of disk images that are not raw: all that {@code qemu-img} knows by their bytes, and two that it knows by the end
 * of the file, or by its name, only; the words are {@code qemu-img}'s. And the compressions and archives in which disk
 * images are handed around: no disk begins like them.
 */
public enum FileFormat {
    /** The same magic as qcow2, with version 1. */
    QCOW("qcow", start(0, "QFI\u00fb\0\0\0\1")),
    QCOW2("qcow2", start(0, "QFI\u00fb")),
    QED("qed", start(0, "QED\0")),
    VMDK("vmdk", start(0, "KDMV")),
    VMDK_COW("vmdk", start(0, "COWD")),
    /** The text that names the files of a disk, as {@code qemu-img} tells it: behind comments and empty lines. */
    VMDK_DESCRIPTOR("vmdk") {
        @Override
        boolean fits(ByteBuffer start, ByteBuffer end) {
            return Pattern.compile("(?:(?:#[^\\n]*+| *+\\r?)\\n)*+version=[123]\\r?\\n")
                    .matcher(StandardCharsets.ISO_8859_1.decode(start.duplicate()))
                    .lookingAt();
        }
    },
    VDI("vdi", start(64, "\u007f\u0010\u00da\u00be")),
    VHDX("vhdx", start(0, "vhdxfile")),
    /** Dynamic, or of a fixed size with a copy of its footer in front. */
    VPC("vpc", start(0, "conectix")),
    VPC_FIXED("vpc", end("conectix")),
    PARALLELS("parallels", start(0, "WithoutFreeSpace")),
    PARALLELS_EXTENDED("parallels", start(0, "WithouFreSpacExt")),
    BOCHS("bochs", start(0, "Bochs Virtual HD Image"), start(32, "Redolog")),
    CLOOP("cloop", start(0, "#!/bin/sh\n#V2.0 Format\nmodprobe cloop ")),
    DMG("dmg", end("koly")),

    GZIP(Kind.COMPRESSION, "gzip -dc", "gzip -dc", start(0, "\u001f\u008b"), start(2, "\b")),
    ZSTD(Kind.COMPRESSION, "zstd -dc", "zstd -dc", start(0, "(\u00b5/\u00fd")) {
        /**
         * Or a frame to be passed over, of which the lowest four bits are free: every package of ours begins with one.
         */
        @Override
        boolean begins(ByteBuffer start) {
            return super.begins(start)
                    || start(1, "*M\u0018").isIn(start) && (start.get(start.position()) & 0xf0) == 0x50;
        }

        @Override
        boolean fits(ByteBuffer start, ByteBuffer end) {
            return begins(start);
        }
    },
    XZ(Kind.COMPRESSION, "xz -dc", "xz -dc", start(0, "\u00fd7zXZ\0")),
    /** As xz makes it where it streams: its size is unknown. */
    LZMA(Kind.COMPRESSION, "xz -dc", "xz -dc", start(0, "]\0\0"), start(5, "\u00ff".repeat(Long.BYTES))),
    /** Behind {@code BZh} stands the size of its blocks, and then the first of them, or the end where there is none. */
    BZIP2(Kind.COMPRESSION, "bzip2 -dc", "bzip2 -dc", start(0, "BZh")) {
        /** The first member of a tar archive can have a name that begins with these letters. */
        @Override
        boolean begins(ByteBuffer start) {
            return super.begins(start) && (start(4, "1AY&SY").isIn(start) || start(4, "\27rE8P\u0090").isIn(start));
        }

        @Override
        boolean fits(ByteBuffer start, ByteBuffer end) {
            return begins(start);
        }
    },
    LZ4(Kind.COMPRESSION, "lz4 -dc", "lz4 -dc", start(0, "\u0004\"M\u0018")),
    /** As lz4 made it before 2014, and makes it with {@code -l}: it has neither an end nor checksums. */
    LZ4_LEGACY(Kind.COMPRESSION, "lz4 -dc", "lz4 -dc", start(0, "\2!L\u0018")),
    LZIP(Kind.COMPRESSION, "lzip -dc", "lzip -dc", start(0, "LZIP\1")),
    COMPRESS(Kind.COMPRESSION, "gzip -dc", "gzip -dc", start(0, "\u001f\u009d"), start(2, "\u0090")),

    ZIP(Kind.ARCHIVE, "unzip -p", "funzip", start(0, "PK\3\4")),
    SEVEN_ZIP(Kind.ARCHIVE, "7z x -so", "", start(0, "7z\u00bc\u00af'\u001c")),
    RAR(Kind.ARCHIVE, "unrar p -inul", "", start(0, "Rar!\u001a\7")),
    CPIO(Kind.ARCHIVE, "cpio -i --to-stdout -F", "cpio -i --to-stdout", start(0, "07070")),
    TAR(Kind.ARCHIVE, "tar -xOf", "tar -xO", start(257, "ustar"));

    /** So many bytes tell, at the start of a file and at its end. */
    public static final int SECTOR_BYTES = 512;

    private enum Kind {
        DISK,
        COMPRESSION,
        ARCHIVE
    }

    private final Kind kind;
    private final String description;
    private final String unpacker;
    private final String filter;
    private final List<Magic> magics;

    /**
     * A disk image. {@code qemu-img} takes one that only its end tells for a raw one, unless it is given the format.
     */
    FileFormat(String word, Magic... magics) {
        boolean isToldByItsEnd = Arrays.stream(magics).anyMatch(Magic::isAtEnd);
        this.kind = Kind.DISK;
        this.description = word;
        this.unpacker = "qemu-img convert " + (isToldByItsEnd ? "-f " + word + " " : "") + "-O raw";
        this.filter = "";
        this.magics = List.of(magics);
    }

    /**
     * @param unpacker the command that prints what is in the file whose name follows
     * @param filter the command that prints what is in what it reads; empty where there is none
     * @param magics the first is what its own tools go by, all together are what no raw disk begins with
     */
    FileFormat(Kind kind, String unpacker, String filter, Magic... magics) {
        String word = word();
        this.kind = kind;
        this.description = kind == Kind.COMPRESSION ? "compressed with " + word : "a " + word + " archive";
        this.unpacker = unpacker;
        this.filter = filter;
        this.magics = List.of(magics);
    }

    /** The disk format of a file. @param start its first sector; @param end its last 512 bytes, or what there is */
    public static Optional<FileFormat> disk(ByteBuffer start, ByteBuffer end) {
        return first(format -> format.kind == Kind.DISK && format.fits(start, end));
    }

    /** The disk format of a file whose end is still to come. */
    public static Optional<FileFormat> disk(ByteBuffer start) {
        return disk(start, ByteBuffer.allocate(0));
    }

    /** The compression or archive that begins with these bytes, and that is certainly no raw disk. */
    public static Optional<FileFormat> packed(ByteBuffer start) {
        return first(format -> format.kind != Kind.DISK && format.fits(start, ByteBuffer.allocate(0)));
    }

    /** The compression that begins with these bytes, where it is known that a disk does not. */
    public static Optional<FileFormat> compression(ByteBuffer start) {
        return first(format -> format.kind == Kind.COMPRESSION && format.begins(start));
    }

    private static Optional<FileFormat> first(Predicate<FileFormat> wanted) {
        return Arrays.stream(values()).filter(wanted).findFirst();
    }

    /** What a compression or an archive is called. */
    public String word() {
        return switch (this) {
            case SEVEN_ZIP -> "7z";
            case LZ4_LEGACY -> "lz4 -l";
            default -> name().toLowerCase(Locale.ROOT);
        };
    }

    /** What a file of this format is: {@code qcow2}, {@code compressed with gzip}, {@code a tar archive}. */
    public String describe() {
        return description;
    }

    /** The command that prints what is in a file, before its name; of a disk image, the one that converts it. */
    public String unpacker() {
        return unpacker;
    }

    /** The command that prints what is in what it reads. */
    public Optional<String> filter() {
        return Optional.of(filter).filter(command -> !command.isEmpty());
    }

    /** Whether it is a disk image that is not raw. */
    public boolean isDisk() {
        return kind == Kind.DISK;
    }

    /** Whether {@code import} decompresses it: a package, or a raw disk image. */
    public boolean isDecompressed() {
        return switch (this) {
            case GZIP, ZSTD, XZ, LZMA, BZIP2, LZ4, LZIP -> true;
            default -> false;
        };
    }

    /** Whether {@code import} without {@code --raw} has {@code qemu-img} convert it. */
    public boolean isConverted() {
        return switch (this) {
            case QCOW2, VMDK, VMDK_DESCRIPTOR, VDI, VHDX, VPC, VPC_FIXED -> true;
            default -> false;
        };
    }

    /** The command that makes a raw image of one that an import does not convert. */
    public Optional<String> converter() {
        return Optional.of(unpacker).filter(_ -> !isConverted());
    }

    /** Whether {@code import} reads it without {@code --raw}. */
    public boolean isPackage() {
        return this == TAR || isDecompressed();
    }

    boolean fits(ByteBuffer start, ByteBuffer end) {
        return magics.stream().allMatch(magic -> magic.isIn(magic.isAtEnd ? end : start));
    }

    boolean begins(ByteBuffer start) {
        return magics.getFirst().isIn(start);
    }

    private static Magic start(int position, String bytes) {
        return new Magic(false, position, bytes);
    }

    private static Magic end(String bytes) {
        return new Magic(true, 0, bytes);
    }

    /**
     * Bytes by which a format is known.
     *
     * @param isAtEnd whether they stand in the last sector of a file, and not in the first
     * @param bytes one for each character
     */
    public record Magic(boolean isAtEnd, int position, String bytes) {

        /** @param sector the first bytes of a file, or the last ones */
        public boolean isIn(ByteBuffer sector) {
            byte[] wanted = bytes.getBytes(StandardCharsets.ISO_8859_1);
            return sector.remaining() >= position + wanted.length
                    && sector.slice(sector.position() + position, wanted.length).equals(ByteBuffer.wrap(wanted));
        }
    }
}
