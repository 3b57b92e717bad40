package ctl.vm.operation.plan;

import ctl.vm.inventory.value.ByteCount;
import java.util.function.Supplier;

/**
 * One move of an operation. Running it again after it was interrupted does the rest; running it again after it was done
 * changes nothing.
 *
 * @param said how the user is told of it; empty for a step that tells of itself or is not worth a line
 * @param work bytes that it will report to the narrator; asked when the steps before it are done
 * @param brief whether it is done so soon that others can wait for the journal meanwhile
 */
public record Step(String said, Supplier<ByteCount> work, boolean brief, Runnable action) {

    /** More than this is not done in an instant. */
    private static final long BRIEF_BYTES = 4 << 20;

    Step(String said, ByteCount work, Runnable action) {
        this(said, () -> work, false, action);
    }

    static Step quick(String said, Runnable action) {
        return new Step(said, ByteCount.ZERO, action);
    }

    static Step silent(Runnable action) {
        return quick("", action);
    }

    static Step brief(String said, Runnable action) {
        return new Step(said, () -> ByteCount.ZERO, true, action);
    }

    /** A step that copies, which takes as long as there is much to copy. */
    static Step copying(String said, Supplier<ByteCount> work, Runnable action) {
        return new Step(said, work, true, action);
    }

    /** Whether others can wait for the journal while it is done, who have waited for so much work already. */
    public boolean isBriefAfter(ByteCount before) {
        return brief && work.get().plus(before).bytes() <= BRIEF_BYTES;
    }
}
