package ctl.vm.cli;

import ctl.vm.inventory.ByteCount;

/** How much of the work is done: of all steps together where that was announced, else of the step that runs. */
final class WorkDone {

    private long expected;
    private long before;
    private long work;
    private long done;

    void expect(ByteCount all) {
        expected = all.bytes();
        before = 0;
        work = 0;
        done = 0;
    }

    void begin(ByteCount ofStep) {
        before = expected == 0 ? 0 : before + work;
        work = ofStep.bytes();
        done = 0;
    }

    void advance(long bytes) {
        done += bytes;
    }

    /** What the step has done alone. */
    ByteCount ofStep() {
        return new ByteCount(done);
    }

    ByteCount done() {
        return new ByteCount(before + done);
    }

    /** Zero for a step that does not say. */
    ByteCount total() {
        return new ByteCount(work == 0 || expected == 0 ? work : expected);
    }
}
