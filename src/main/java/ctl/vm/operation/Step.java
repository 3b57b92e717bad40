package ctl.vm.operation;

import ctl.vm.inventory.ByteCount;

/**
 * One move of an operation. Running it again after it was interrupted does the rest; running it again after it was done
 * changes nothing.
 *
 * @param said how the user is told of it; empty for a step that tells of itself or is not worth a line
 * @param work bytes that it will report to the narrator
 */
record Step(String said, ByteCount work, Runnable action) {

    static Step quick(String said, Runnable action) {
        return new Step(said, ByteCount.ZERO, action);
    }

    static Step silent(Runnable action) {
        return quick("", action);
    }
}
