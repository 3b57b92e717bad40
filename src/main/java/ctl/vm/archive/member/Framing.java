package ctl.vm.archive.member;

import ctl.vm.inventory.value.Sha256;
import java.nio.ByteBuffer;

/** How the pieces of an archive stand in a package of some format. For one thread at a time. */
public interface Framing extends AutoCloseable {

    /** Version of what we add to the formats, for readers of ours. */
    short VERSION = 1;

    /** Bytes of data in a member, at most. */
    int contentBytes();

    /** What the package begins with, before its first member. */
    default byte[] opening() {
        return new byte[0];
    }

    /** Bytes that a member takes, at most, with this much in it. */
    int maximumBytes(int contentBytes);

    /** Writes a member. @param first whether it is the first one of the package */
    void frame(ByteBuffer content, ByteBuffer member, boolean first);

    /** Whether the package has an end that seals what is before it. */
    boolean isSealed();

    /**
     * What a sealed package ends with: by that a reader knows that nothing is missing. Any other has no such end.
     *
     * @param members how many there are
     * @param digest the chain over them
     */
    byte[] closing(long members, Sha256 digest);

    @Override
    default void close() {}
}
