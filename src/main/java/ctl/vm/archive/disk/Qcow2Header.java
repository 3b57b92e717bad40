package ctl.vm.archive.disk;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The header of a qcow2 image. Format: {@code docs/interop/qcow2.txt} of QEMU; all numbers have their highest byte
 * first.
 */
final class Qcow2Header {

    private static final int VERSION_2_BYTES = 72;
    private static final int VERSION_3_BYTES = 104;
    private static final int LOWEST_CLUSTER_BITS = 9;
    private static final int HIGHEST_CLUSTER_BITS = 21;
    private static final int MOST_NAME_BYTES = 1023;

    private static final long CORRUPT = 1 << 1;
    private static final long EXTERNAL_DATA = 1 << 2;

    private static final int END_OF_EXTENSIONS = 0;
    private static final int EXTERNAL_DATA_NAME = 0x44415441;
    private static final int ENCRYPTION = 0x0537be77;

    private final ImageBytes image;
    private final ByteBuffer header;
    private final int version;

    private Qcow2Header(ImageBytes image) throws RefusedImage {
        this.image = image;
        this.version = image.at(4, Integer.BYTES, ByteOrder.BIG_ENDIAN).getInt();
        if (version != 2 && version != 3) {
            throw RefusedImage.damaged("has the unknown version %s".formatted(Integer.toUnsignedString(version)));
        }
        this.header = image.at(0, version == 2 ? VERSION_2_BYTES : VERSION_3_BYTES, ByteOrder.BIG_ENDIAN);
    }

    static DiskHeader read(ImageBytes image) throws RefusedImage {
        return new Qcow2Header(image).checked();
    }

    private DiskHeader checked() throws RefusedImage {
        int clusterBits = header.getInt(20);
        if (clusterBits < LOWEST_CLUSTER_BITS || clusterBits > HIGHEST_CLUSTER_BITS) {
            throw RefusedImage.damaged("has clusters of an impossible size");
        }
        requireNoBackingFile();
        if (header.getInt(32) != 0) {
            throw RefusedImage.encrypted();
        }
        requireHarmlessExtensions(1L << clusterBits);
        if ((incompatible() & EXTERNAL_DATA) != 0) {
            throw RefusedImage.naming("data file", "one without a name");
        }
        return new DiskHeader(header.getLong(24), warnings());
    }

    private void requireNoBackingFile() throws RefusedImage {
        long position = header.getLong(8);
        long length = Integer.toUnsignedLong(header.getInt(16));
        if (position == 0) {
            return;
        }
        if (length > MOST_NAME_BYTES) {
            throw RefusedImage.damaged("has a backing file with a name of %d bytes".formatted(length));
        }
        throw RefusedImage.naming("backing file", ImageBytes.text(image.at(position, length, ByteOrder.BIG_ENDIAN)));
    }

    /**
     * What stands behind the header, up to the end of the first cluster: a type, a length, and data up to a multiple of
     * 8.
     */
    private void requireHarmlessExtensions(long clusterBytes) throws RefusedImage {
        long position = headerBytes();
        while (position + 2 * Integer.BYTES <= Math.min(clusterBytes, image.length())) {
            ByteBuffer extension = image.at(position, 2 * Integer.BYTES, ByteOrder.BIG_ENDIAN);
            int type = extension.getInt();
            long length = Integer.toUnsignedLong(extension.getInt());
            position += 2 * Integer.BYTES;
            if (type == END_OF_EXTENSIONS) {
                return;
            }
            if (length > clusterBytes - position) {
                throw RefusedImage.damaged("has a header extension that goes on behind the header");
            }
            if (type == EXTERNAL_DATA_NAME) {
                throw RefusedImage.naming("data file",
                        ImageBytes.text(image.at(position, length, ByteOrder.BIG_ENDIAN)));
            }
            if (type == ENCRYPTION) {
                throw RefusedImage.encrypted();
            }
            position += length + 7 & ~7L;
        }
    }

    private long headerBytes() throws RefusedImage {
        if (version == 2) {
            return VERSION_2_BYTES;
        }
        long bytes = Integer.toUnsignedLong(header.getInt(100));
        if (bytes < VERSION_3_BYTES || bytes % Long.BYTES != 0) {
            throw RefusedImage.damaged("has a header of %d bytes".formatted(bytes));
        }
        return bytes;
    }

    private long incompatible() {
        return version == 2 ? 0 : header.getLong(VERSION_2_BYTES);
    }

    private List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        long snapshots = Integer.toUnsignedLong(header.getInt(60));
        if (snapshots > 0) {
            warnings.add(
                    "holds %d %s of its own (qemu-img snapshot -l), which %s not imported: only the disk as it is now"
                            .formatted(snapshots, snapshots == 1 ? "snapshot" : "snapshots",
                                    snapshots == 1 ? "is" : "are"));
        }
        if ((incompatible() & CORRUPT) != 0) {
            warnings.add("is marked as corrupt by the program that used it last: the disk may be damaged");
        }
        return warnings;
    }
}
