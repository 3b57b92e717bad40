package ctl.vm.archive.read;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A format of disk images that is neither raw nor a package: all that {@code qemu-img} knows by their bytes, and two that
 * it knows by the end of the file, or by its name, only. The words are {@code qemu-img}'s.
 */
enum DiskFormat {
    /** The same magic as qcow2, with version 1. */
    QCOW("qcow", false, new Magic(0, "QFI\u00fb\0\0\0\1")),
    QCOW2("qcow2", false, new Magic(0, "QFI\u00fb")),
    QED("qed", false, new Magic(0, "QED\0")),
    VMDK("vmdk", false, new Magic(0, "KDMV")),
    VMDK_COW("vmdk", false, new Magic(0, "COWD")),
    /** The text that names the files of a disk, as {@code qemu-img} tells it: behind comments and empty lines. */
    VMDK_DESCRIPTOR("vmdk", false) {
        @Override
        boolean fits(ByteBuffer start, ByteBuffer end) {
            return Pattern.compile("(?:(?:#[^\\n]*+| *+\\r?)\\n)*+version=[123]\\r?\\n")
                    .matcher(StandardCharsets.ISO_8859_1.decode(start.duplicate()))
                    .lookingAt();
        }
    },
    VDI("vdi", false, new Magic(64, "\u007f\u0010\u00da\u00be")),
    VHDX("vhdx", false, new Magic(0, "vhdxfile")),
    /** Dynamic, or of a fixed size with a copy of its footer in front. */
    VPC("vpc", false, new Magic(0, "conectix")),
    VPC_FIXED("vpc", true, new Magic(0, "conectix")),
    PARALLELS("parallels", false, new Magic(0, "WithoutFreeSpace")),
    PARALLELS_EXTENDED("parallels", false, new Magic(0, "WithouFreSpacExt")),
    BOCHS("bochs", false, new Magic(0, "Bochs Virtual HD Image"), new Magic(32, "Redolog")),
    CLOOP("cloop", false, new Magic(0, "#!/bin/sh\n#V2.0 Format\nmodprobe cloop ")),
    DMG("dmg", true, new Magic(0, "koly"));

    private final String word;
    private final boolean isToldByItsEnd;
    private final List<Magic> magics;

    DiskFormat(String word, boolean isToldByItsEnd, Magic... magics) {
        this.word = word;
        this.isToldByItsEnd = isToldByItsEnd;
        this.magics = List.of(magics);
    }

    String word() {
        return word;
    }

    /** What {@code qemu-img convert} needs to be given: it takes a file that only its end tells for a raw one. */
    String converter() {
        return "qemu-img convert " + (isToldByItsEnd ? "-f " + word + " " : "") + "-O raw";
    }

    /** @param start the first sector of a file; @param end the last 512 bytes, or what there is */
    static Optional<DiskFormat> of(ByteBuffer start, ByteBuffer end) {
        for (DiskFormat format : values()) {
            if (format.fits(start, end)) {
                return Optional.of(format);
            }
        }
        return Optional.empty();
    }

    /** Of a file whose end is still to come. */
    static Optional<DiskFormat> of(ByteBuffer start) {
        return of(start, ByteBuffer.allocate(0));
    }

    boolean fits(ByteBuffer start, ByteBuffer end) {
        return magics.stream().allMatch(magic -> magic.isIn(isToldByItsEnd ? end : start));
    }
}
