package ctl.vm.archive;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** A format of disk images that is neither raw nor a package, told by its first bytes. The words are {@code qemu-img}'s. */
enum DiskFormat {
    QCOW2("qcow2", 0, "QFI\u00fb"),
    VMDK("vmdk", 0, "KDMV"),
    VMDK_DESCRIPTOR("vmdk", 0, "# Disk DescriptorFile"),
    VDI("vdi", 64, "\u007f\u0010\u00da\u00be"),
    VHDX("vhdx", 0, "vhdxfile");

    /** So many bytes of a file tell. */
    static final int START_BYTES = 68;

    private final String word;
    private final int position;
    private final byte[] magic;

    DiskFormat(String word, int position, String magic) {
        this.word = word;
        this.position = position;
        this.magic = magic.getBytes(StandardCharsets.ISO_8859_1);
    }

    String word() {
        return word;
    }

    /** @param start the first bytes of a file */
    static Optional<DiskFormat> of(ByteBuffer start) {
        byte[] bytes = new byte[start.remaining()];
        start.duplicate().get(bytes);
        return Arrays.stream(values()).filter(format -> format.begins(bytes)).findFirst();
    }

    private boolean begins(byte[] bytes) {
        int end = position + magic.length;
        return bytes.length >= end && Arrays.equals(bytes, position, end, magic, 0, magic.length);
    }
}
