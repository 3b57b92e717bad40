package ctl.vm.operation;

import ctl.vm.archive.Packages;
import ctl.vm.journal.Journal;
import ctl.vm.store.Store;

/** What every operation works with. */
public record Workbench(Journal journal, Store store, Packages packages, Narrator narrator) {}
