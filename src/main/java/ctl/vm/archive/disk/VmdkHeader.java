package ctl.vm.archive.disk;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The header of a VMDK image in one file, with the text in it that describes the disk, or that text as a file. Format:
 * "Virtual Disk Format 5.0" of VMware, and {@code block/vmdk.c} of QEMU for what is read of it; numbers have their
 * lowest byte first.
 */
final class VmdkHeader {

    private static final int SECTOR_BYTES = 512;

    /** Where, and how far, QEMU reads the description, whatever the header says. */
    private static final int DESCRIPTION_POSITION = SECTOR_BYTES;
    private static final int DESCRIPTION_BYTES = 20 * SECTOR_BYTES;

    private static final int MAGIC = 0x564d444b;

    /** Instead of the position of its tables: the header that counts is the second but last sector. */
    private static final long AT_THE_END = -1;

    private static final Pattern PARENT = Pattern.compile("(?m)^\\s*parentFileNameHint\\s*=\\s*\"?([^\"\\r\\n]*)");
    private static final Pattern PARENT_ID = Pattern.compile("(?mi)^\\s*parentCID\\s*=\\s*([0-9a-f]+)");
    private static final Pattern EXTENT = Pattern.compile(
            "(?m)^\\s*(?:RW|RDONLY|NOACCESS)\\s+\\d+\\s+\\w+\\s+\"([^\"\\r\\n]*)\"");
    private static final String NO_PARENT = "ffffffff";

    private VmdkHeader() {}

    /** An image with its data. */
    static DiskHeader read(ImageBytes image) throws RefusedImage {
        ByteBuffer header = image.at(0, SECTOR_BYTES, ByteOrder.LITTLE_ENDIAN);
        requireNoParent(description(image, DESCRIPTION_POSITION, DESCRIPTION_BYTES));
        long position = sectors(header.getLong(28));
        long length = sectors(header.getLong(36));
        if (position == 0 || length == 0) {
            throw RefusedImage.damaged("is only a part of a disk that is described in another file");
        }
        String description = description(image, position, Math.min(length, image.length()));
        requireNoParent(description);
        if (header.getLong(12) == 0) {
            throw namedBy(description);
        }
        return new DiskHeader(sectors(capacity(image, header)));
    }

    /** The text alone, whose data is in other files. */
    static DiskHeader readDescription(ImageBytes image) throws RefusedImage {
        String description = description(image, 0, DESCRIPTION_BYTES);
        requireNoParent(description);
        throw namedBy(description);
    }

    /** Of a stream, the header at its end counts: what made it did not know the size at its start. */
    private static long capacity(ImageBytes image, ByteBuffer header) throws RefusedImage {
        if (header.getLong(56) != AT_THE_END) {
            return header.getLong(12);
        }
        ByteBuffer footer = image.at(image.length() / SECTOR_BYTES * SECTOR_BYTES - 2 * SECTOR_BYTES, SECTOR_BYTES,
                ByteOrder.LITTLE_ENDIAN);
        if (footer.getInt(0) != MAGIC) {
            throw RefusedImage.cutOff();
        }
        return footer.getLong(12);
    }

    private static long sectors(long count) throws RefusedImage {
        if (count < 0 || count > Long.MAX_VALUE / SECTOR_BYTES) {
            throw RefusedImage.damaged("has an impossible size");
        }
        return count * SECTOR_BYTES;
    }

    private static String description(ImageBytes image, long position, long most) throws RefusedImage {
        ByteBuffer bytes = image.atMost(position, most, ByteOrder.LITTLE_ENDIAN);
        return StandardCharsets.ISO_8859_1.decode(bytes).toString();
    }

    private static void requireNoParent(String description) throws RefusedImage {
        Optional<String> parent = first(PARENT, description);
        boolean hasParent = first(PARENT_ID, description).filter(id -> !id.equalsIgnoreCase(NO_PARENT)).isPresent();
        if (hasParent || parent.isPresent()) {
            throw RefusedImage.naming("parent image", parent.orElse("one without a name"));
        }
    }

    private static RefusedImage namedBy(String description) {
        return first(EXTENT, description)
                .map(name -> RefusedImage.naming("data file", name))
                .orElseGet(() -> RefusedImage.damaged("names no file with the data of the disk"));
    }

    private static Optional<String> first(Pattern pattern, String text) {
        Matcher found = pattern.matcher(text);
        return found.find() ? Optional.of(found.group(1)) : Optional.empty();
    }
}
