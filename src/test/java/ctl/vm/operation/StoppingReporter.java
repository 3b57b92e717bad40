package ctl.vm.operation;

import ctl.vm.inventory.value.ByteCount;
import ctl.vm.problem.Cancelled;

/** Asks the operation to stop after it has told of some progress. */
public final class StoppingReporter implements ProgressReporter {

    private final StopRequest stop = new StopRequest();
    private int left;

    /** @param advances how many reports of progress there are to be */
    public StoppingReporter(int advances) {
        this.left = advances;
    }

    public StopRequest stop() {
        return stop;
    }

    @Override
    public void info(String line) {}

    @Override
    public void hint(String line) {}

    @Override
    public void warn(String line) {}

    @Override
    public void expect(ByteCount work) {}

    @Override
    public void begin(String step, ByteCount work) {}

    @Override
    public void beginShare(String step) {}

    @Override
    public void advance(long bytes) {
        if (--left == 0) {
            stop.stop(Cancelled.Signal.INTERRUPT);
        }
    }

    @Override
    public void alreadyDone(long bytes) {}

    @Override
    public void end() {}
}
