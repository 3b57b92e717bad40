package ctl.vm.archive;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** A format of disk images that is neither raw nor a package, told by its first bytes. The words are {@code qemu-img}'s. */
enum DiskFormat {
    QCOW2("qcow2", new Magic(0, "QFI\u00fb")),
    VMDK("vmdk", new Magic(0, "KDMV")),
    VMDK_DESCRIPTOR("vmdk", new Magic(0, "# Disk DescriptorFile")),
    VDI("vdi", new Magic(64, "\u007f\u0010\u00da\u00be")),
    VHDX("vhdx", new Magic(0, "vhdxfile"));

    private final String word;
    private final Magic magic;

    DiskFormat(String word, Magic magic) {
        this.word = word;
        this.magic = magic;
    }

    String word() {
        return word;
    }

    /** @param start the first bytes of a file */
    static Optional<DiskFormat> of(ByteBuffer start) {
        return Arrays.stream(values()).filter(format -> format.magic.isIn(start)).findFirst();
    }
}
