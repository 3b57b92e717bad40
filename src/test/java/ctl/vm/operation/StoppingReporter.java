package ctl.vm.operation;

import ctl.vm.problem.Cancelled;

/** Asks the operation to stop after it has reported some progress. */
public final class StoppingReporter extends QuietReporter {

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
    public void advance(long bytes) {
        if (--left == 0) {
            stop.stop(Cancelled.Signal.INTERRUPT);
        }
    }
}
