package ctl.vm.archive.member;

import java.nio.ByteBuffer;

/**
 * A part of a package of ours that can be unpacked by itself.
 *
 * @param bytes all of it as it stands in the file, lowest byte first
 * @param compressed the compressed data in it
 * @param size bytes that it holds, as it says itself
 */
public record PackedMember(ByteBuffer bytes, ByteBuffer compressed, int size) {

    /** We write members of 1 and of 4 MiB. What says that it holds more is not unpacked. */
    public static final int MAXIMUM_SIZE = 4 << 20;

    /** What cannot be compressed becomes a little longer. */
    public static final int MAXIMUM_COMPRESSED = MAXIMUM_SIZE + (1 << 16);

    public PackedMember {
        bytes = bytes.asReadOnlyBuffer().order(bytes.order());
    }

    /** A length that a package names, if it can be true. */
    public static int checkedLength(long length, int maximum) throws Malformed {
        if (length < 0 || length > maximum) {
            throw new Malformed("is damaged: a part of it says it has %d bytes, and %d are the most"
                    .formatted(length, maximum));
        }
        return (int) length;
    }
}
