package ctl.vm.archive.disk;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;

/**
 * The header of an image of VirtualBox. Format: {@code VDICore.h} of VirtualBox, and {@code block/vdi.c} of QEMU;
 * numbers have their lowest byte first.
 */
final class VdiHeader {

    private static final int HEADER_BYTES = 512;
    private static final int DYNAMIC = 1;
    private static final int FIXED = 2;
    private static final UUID NONE = new UUID(0, 0);

    private VdiHeader() {}

    static DiskHeader read(ImageBytes image) throws RefusedImage {
        ByteBuffer header = image.at(0, HEADER_BYTES, ByteOrder.LITTLE_ENDIAN);
        int type = header.getInt(0x4c);
        UUID parent = uuid(header, 0x1a8);
        if (type != DYNAMIC && type != FIXED || !parent.equals(NONE)) {
            throw RefusedImage.naming("parent image", "the one with the UUID " + parent);
        }
        return new DiskHeader(header.getLong(0x170));
    }

    /** As a GUID of Windows: its first three fields have their lowest byte first. */
    private static UUID uuid(ByteBuffer header, int position) {
        long high = Integer.toUnsignedLong(header.getInt(position)) << 32
                | Short.toUnsignedLong(header.getShort(position + 4)) << 16
                | Short.toUnsignedLong(header.getShort(position + 6));
        return new UUID(high, Long.reverseBytes(header.getLong(position + 8)));
    }
}
