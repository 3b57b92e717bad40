package ctl.vm.operation;

import ctl.vm.archive.Packages;
import ctl.vm.journal.Journal;
import ctl.vm.store.Locks;
import ctl.vm.store.Store;
import java.time.Clock;
import java.util.function.Supplier;

/**
 * What every operation works with.
 *
 * @param pace how often a copy makes a checkpoint
 * @param retention how long the trash keeps what was deleted; asked only by what needs to know it
 */
public record Workbench(
        Journal journal,
        Store store,
        Packages packages,
        Locks locks,
        Narrator narrator,
        StopRequest stop,
        Pace pace,
        Supplier<KeepTime> retention,
        Clock clock) {

    public Workbench(Journal journal, Store store, Packages packages, Locks locks, Narrator narrator, StopRequest stop,
            Pace pace, KeepTime keep, Clock clock) {
        this(journal, store, packages, locks, narrator, stop, pace, () -> keep, clock);
    }

    /** How long the trash keeps what was deleted. */
    public KeepTime keep() {
        return retention.get();
    }
}
