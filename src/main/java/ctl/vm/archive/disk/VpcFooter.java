package ctl.vm.archive.disk;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The footer of a VHD image, which of all but those of a fixed size has a copy at its start. Format: "Virtual Hard Disk
 * Image Format Specification" of Microsoft; numbers have their highest byte first.
 */
final class VpcFooter {

    private static final int FOOTER_BYTES = 512;
    private static final int DYNAMIC_HEADER_BYTES = 1024;
    private static final int DIFFERENCING = 4;
    private static final int PARENT_NAME_POSITION = 64;
    private static final int PARENT_NAME_BYTES = 512;

    private VpcFooter() {}

    /** @param isFixed whether it has no copy at its start */
    static DiskHeader read(ImageBytes image, boolean isFixed) throws RefusedImage {
        ByteBuffer footer = image.at(isFixed ? image.length() - FOOTER_BYTES : 0, FOOTER_BYTES, ByteOrder.BIG_ENDIAN);
        if (footer.getInt(60) == DIFFERENCING) {
            throw RefusedImage.naming("parent image", parent(image, footer.getLong(16)));
        }
        return new DiskHeader(footer.getLong(48));
    }

    private static String parent(ImageBytes image, long position) throws RefusedImage {
        ByteBuffer header = image.at(position, DYNAMIC_HEADER_BYTES, ByteOrder.BIG_ENDIAN);
        String name = StandardCharsets.UTF_16BE
                .decode(header.slice(PARENT_NAME_POSITION, PARENT_NAME_BYTES))
                .toString();
        int end = name.indexOf(0);
        return end < 0 ? name : name.substring(0, end);
    }
}
