package ctl.vm.reconcile;

import ctl.vm.inventory.ByteCount;
import ctl.vm.journal.Headway;
import ctl.vm.operation.Narrator;

/** How far a look at the journal has come, as the user is told. */
record Told(Narrator narrator) implements Headway {

    @Override
    public void begin(String step, long bytes) {
        narrator.begin(step, new ByteCount(bytes));
    }

    @Override
    public void advance(long bytes) {
        narrator.advance(bytes);
    }
}
