package ctl.vm.operation.plan;

import ctl.vm.inventory.value.ByteCount;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * One move of an operation. Running it again after it was interrupted does the rest; running it again after it was done
 * changes nothing.
 *
 * @param title what the user reads of it; empty for a step that reports by itself or is not worth a line
 * @param work bytes that it will report as progress; asked when the steps before it are done
 * @param brief whether it is done so soon that others can wait for the journal meanwhile; asked when the steps before
 *     it are done
 */
public record Step(String title, Supplier<ByteCount> work, BooleanSupplier brief, Runnable action) {

    /** More than this is not done in an instant. */
    private static final long BRIEF_BYTES = 4 << 20;

    static Step brief(String title, Runnable action) {
        return copying(title, () -> ByteCount.ZERO, action);
    }

    /** A step that copies, which takes as long as there is much to copy. */
    static Step copying(String title, Supplier<ByteCount> work, Runnable action) {
        return new Step(title, work, () -> true, action);
    }

    static Step lasting(String title, ByteCount work, Runnable action) {
        return new Step(title, () -> work, () -> false, action);
    }

    /** A step that looks whether there is space, and frees some where there is not, which lasts. */
    static Step takingSpace(BooleanSupplier isThere, Runnable action) {
        return new Step("", () -> ByteCount.ZERO, isThere, action);
    }

    /** The same, and then something more. */
    Step then(Runnable more) {
        return new Step(title, work, brief, () -> {
            action.run();
            more.run();
        });
    }

    /** Whether others can wait for the journal while it is done, who have waited for so much work already. */
    public boolean isBriefAfter(ByteCount before) {
        return brief.getAsBoolean() && work.get().plus(before).bytes() <= BRIEF_BYTES;
    }
}
