package ctl.vm.archive;

import java.nio.ByteBuffer;

/**
 * A part of a package of ours that can be unpacked by itself.
 *
 * @param bytes all of it as it stands in the file, lowest byte first
 * @param compressed the compressed data in it
 * @param size bytes that it holds, as it says itself
 */
record PackedMember(ByteBuffer bytes, ByteBuffer compressed, int size) {

    /** We write members of 1 and of 4 MiB. What says that it holds more is not unpacked. */
    static final int MAXIMUM_SIZE = 4 << 20;

    /** What cannot be compressed becomes a little longer. */
    static final int MAXIMUM_COMPRESSED = MAXIMUM_SIZE + (1 << 16);

    PackedMember {
        bytes = bytes.asReadOnlyBuffer().order(bytes.order());
    }

    /** A length that a package names, if it can be true. */
    static int checkedLength(long length, int maximum) throws Malformed {
        if (length < 0 || length > maximum) {
            throw new Malformed("is damaged: a part of it says it has %d bytes, and %d are the most"
                    .formatted(length, maximum));
        }
        return (int) length;
    }
}
