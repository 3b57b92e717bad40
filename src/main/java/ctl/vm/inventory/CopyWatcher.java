package ctl.vm.inventory;

import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageDigest;
import java.util.Optional;

/** Follows the copying of a file, and decides when what is there is to be made durable. */
public interface CopyWatcher {

    /** So many bytes of data more have been copied. */
    void copied(long bytes);

    /** Whether what has been copied is to be made durable now. Asked often. */
    boolean wantsCheckpoint();

    /**
     * Every byte before {@code durable} survives a power cut now. May throw to stop the copy, which can go on from here
     * another time as long as its source is as it was.
     */
    default void reached(ByteCount durable, Checkpoint.Source source) {
        reached(durable, Optional.empty(), source);
    }

    /** The same of an image that is digested on the way. @param digest of what is before {@code durable} */
    void reached(ByteCount durable, Optional<ImageDigest.Chain> digest, Checkpoint.Source source);

    /** What an earlier attempt had copied stays: the copy goes on at this position. */
    default void goesOnAt(long position) {}

    /** What an earlier attempt had copied is of no use, as its source has changed since. */
    void startsAnew();
}
