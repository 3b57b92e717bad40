package ctl.vm.archive.disk;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The metadata of a VHDX image. Format: [MS-VHDX] of Microsoft; numbers, and the first three fields of a GUID, have
 * their lowest byte first.
 */
final class VhdxHeader {

    private static final long REGION_TABLE_POSITION = 192 << 10;
    private static final int REGION_TABLE_BYTES = 64 << 10;
    private static final int REGION_SIGNATURE = 0x69676572;
    private static final int TABLE_HEADER_BYTES = 16;
    private static final int METADATA_TABLE_BYTES = 64 << 10;
    private static final long METADATA_SIGNATURE = 0x617461646174656dL;
    private static final int ENTRY_BYTES = 32;
    private static final int GUID_BYTES = 16;

    private static final String METADATA = "06a27c8b90479a4bb8fe575f050f886e";
    private static final String FILE_PARAMETERS = "3767a1ca36fa434db3b633f0aa44e76b";
    private static final String DISK_SIZE = "2442a52f1bcd7648b2115dbed83bf4b8";
    private static final String PARENT_LOCATOR = "2d5fd3a80bb34d45abf7d3d84834ab0c";

    private static final int HAS_PARENT = 2;

    private final ImageBytes image;
    private final long metadata;
    private final ByteBuffer table;

    private VhdxHeader(ImageBytes image) throws RefusedImage {
        this.image = image;
        ByteBuffer regions = image.at(REGION_TABLE_POSITION, REGION_TABLE_BYTES, ByteOrder.LITTLE_ENDIAN);
        if (regions.getInt(0) != REGION_SIGNATURE) {
            throw RefusedImage.damaged("has no table of its regions");
        }
        int region = entry(regions, TABLE_HEADER_BYTES, regions.getInt(8), METADATA)
                .orElseThrow(() -> RefusedImage.damaged("has no metadata"));
        this.metadata = regions.getLong(region + GUID_BYTES);
        this.table = image.at(metadata, METADATA_TABLE_BYTES, ByteOrder.LITTLE_ENDIAN);
        if (table.getLong(0) != METADATA_SIGNATURE) {
            throw RefusedImage.damaged("has no metadata");
        }
    }

    static DiskHeader read(ImageBytes image) throws RefusedImage {
        return new VhdxHeader(image).checked();
    }

    private DiskHeader checked() throws RefusedImage {
        Optional<ByteBuffer> locator = item(PARENT_LOCATOR);
        if (locator.isPresent()) {
            throw RefusedImage.naming("parent image", parent(locator.get()));
        }
        ByteBuffer parameters = required(FILE_PARAMETERS, 2 * Integer.BYTES);
        if ((parameters.getInt(Integer.BYTES) & HAS_PARENT) != 0) {
            throw RefusedImage.naming("parent image", "one without a name");
        }
        return new DiskHeader(required(DISK_SIZE, Long.BYTES).getLong(0));
    }

    private ByteBuffer required(String guid, int bytes) throws RefusedImage {
        return item(guid).filter(item -> item.remaining() >= bytes)
                .orElseThrow(() -> RefusedImage.damaged("has incomplete metadata"));
    }

    private Optional<ByteBuffer> item(String guid) throws RefusedImage {
        Optional<Integer> entry = entry(table, ENTRY_BYTES, Short.toUnsignedInt(table.getShort(10)), guid);
        return entry.isEmpty()
                ? Optional.empty()
                : Optional.of(image.at(
                        metadata + Integer.toUnsignedLong(table.getInt(entry.get() + GUID_BYTES)),
                        Integer.toUnsignedLong(table.getInt(entry.get() + GUID_BYTES + Integer.BYTES)),
                        ByteOrder.LITTLE_ENDIAN));
    }

    /** Where the entry of a GUID stands in a table; those that do not fit into it are not looked at. */
    private static Optional<Integer> entry(ByteBuffer table, int first, int count, String guid) {
        for (int index = 0, position = first; index < count && position + ENTRY_BYTES <= table.limit(); index++) {
            if (text(table.slice(position, GUID_BYTES)).equals(guid)) {
                return Optional.of(position);
            }
            position += ENTRY_BYTES;
        }
        return Optional.empty();
    }

    private static String text(ByteBuffer guid) {
        byte[] bytes = new byte[GUID_BYTES];
        guid.get(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** The first of its names that is a path. */
    private static String parent(ByteBuffer locator) {
        String other = "one without a name";
        int count = locator.remaining() < 20 ? 0 : Short.toUnsignedInt(locator.getShort(18));
        for (int index = 0; index < count; index++) {
            int entry = 20 + index * 12;
            if (entry + 12 > locator.limit()) {
                return other;
            }
            String key = utf16(locator, locator.getInt(entry), locator.getShort(entry + 8));
            String value = utf16(locator, locator.getInt(entry + 4), locator.getShort(entry + 10));
            if (key.endsWith("path")) {
                return value;
            }
        }
        return other;
    }

    private static String utf16(ByteBuffer bytes, int position, short length) {
        int count = Short.toUnsignedInt(length);
        return position < 0 || position > bytes.limit() - count
                ? ""
                : StandardCharsets.UTF_16LE.decode(bytes.slice(position, count)).toString();
    }
}
