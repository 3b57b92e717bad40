package ctl.vm.reconcile;

import ctl.vm.inventory.value.ByteCount;
import ctl.vm.journal.ProgressListener;
import ctl.vm.operation.ProgressReporter;

/** How far a look at the journal has come, as the user is told. */
record JournalProgress(ProgressReporter reporter) implements ProgressListener {

    @Override
    public void begin(String step, long bytes) {
        reporter.begin(step, new ByteCount(bytes));
    }

    @Override
    public void advance(long bytes) {
        reporter.advance(bytes);
    }
}
