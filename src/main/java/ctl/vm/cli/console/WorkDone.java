package ctl.vm.cli.console;

import ctl.vm.inventory.value.ByteCount;

/** How much of the work is done: of all steps together where that was announced, else of the step that runs. */
final class WorkDone {

    private long expected;
    private long before;
    private long work;
    private long done;
    private long earlier;
    private boolean isShare;

    void expect(ByteCount all) {
        expected = all.bytes();
        before = 0;
        work = 0;
        done = 0;
        earlier = 0;
        isShare = false;
    }

    void begin(ByteCount ofStep) {
        next();
        work = ofStep.bytes();
    }

    /** A step that does as much of the expected work as it will report. */
    void beginShare() {
        next();
        isShare = true;
    }

    void advance(long bytes) {
        done += bytes;
    }

    /** An earlier attempt at the step has done so much of it. */
    void alreadyDone(long bytes) {
        done += bytes;
        earlier += bytes;
    }

    /** Whether the step that runs is counted together with others. */
    boolean isPartOfMore() {
        return expected > 0 && (isShare || work > 0);
    }

    /** What the step has done alone, in this attempt. */
    ByteCount ofStep() {
        return new ByteCount(done - earlier);
    }

    ByteCount done() {
        return new ByteCount(isPartOfMore() ? before + done : done);
    }

    /** Zero for a step that does not say. */
    ByteCount total() {
        return new ByteCount(isPartOfMore() ? expected : work);
    }

    private void next() {
        before += isShare ? done : work;
        work = 0;
        done = 0;
        earlier = 0;
        isShare = false;
    }
}
