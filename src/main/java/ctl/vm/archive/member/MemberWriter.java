package ctl.vm.archive.member;

import ctl.vm.inventory.value.ImageDigest;
import ctl.vm.inventory.value.Sha256;
import java.nio.ByteBuffer;

/** How the blocks of an archive become the members of a package of some format. For one thread at a time. */
public interface MemberWriter extends AutoCloseable {

    /** Version of what we add to the formats, for readers of ours. */
    short VERSION = 1;

    /** A tar archive as it is. */
    MemberWriter PLAIN = new MemberWriter() {
        @Override
        public int maximumBytes(int blockBytes) {
            return blockBytes;
        }

        @Override
        public void frame(ByteBuffer block, ByteBuffer member, boolean first) {
            member.put(block);
        }
    };

    /** Bytes of data in a block, at most. */
    default int blockBytes() {
        return ImageDigest.CHUNK_BYTES;
    }

    /** What the package begins with, before its first member. */
    default byte[] opening() {
        return new byte[0];
    }

    /** Bytes that the member of a block of this size takes, at most. */
    int maximumBytes(int blockBytes);

    /** Writes a member. @param first whether it is the first one of the package */
    void frame(ByteBuffer block, ByteBuffer member, boolean first);

    /** Whether the package has an end that seals what is before it. */
    default boolean isSealed() {
        return false;
    }

    /**
     * What a sealed package ends with: by that a reader knows that nothing is missing. Any other has no such end.
     *
     * @param members how many there are
     * @param digest the chain over them
     */
    default byte[] closing(long members, Sha256 digest) {
        return new byte[0];
    }

    @Override
    default void close() {}
}
