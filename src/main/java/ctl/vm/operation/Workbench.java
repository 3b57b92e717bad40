package ctl.vm.operation;

import ctl.vm.archive.Packages;
import ctl.vm.journal.Journal;
import ctl.vm.store.Locks;
import ctl.vm.store.Store;
import java.time.Clock;

/**
 * What every operation works with.
 *
 * @param pace how often a copy makes a checkpoint
 * @param keep how long the trash keeps what was deleted
 */
public record Workbench(
        Journal journal,
        Store store,
        Packages packages,
        Locks locks,
        Narrator narrator,
        StopRequest stop,
        Pace pace,
        KeepTime keep,
        Clock clock) {}
