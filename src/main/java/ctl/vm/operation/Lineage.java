package ctl.vm.operation;

import ctl.vm.inventory.ByteCount;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.Sha256;
import ctl.vm.inventory.Vm;
import ctl.vm.journal.Journal;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Finds out from the journal what was made from a VM, under all the names that it has had. */
public final class Lineage {

    private final Journal journal;

    public Lineage(Workbench workbench) {
        this.journal = workbench.journal();
    }

    /**
     * What came from a VM.
     *
     * @param clones that are there, the oldest first, copies made by hand included
     * @param packages that were made, the newest first; whether they are still there, nobody knows
     */
    public record Descendants(List<Vm> clones, List<Package> packages) {

        public boolean isEmpty() {
            return clones.isEmpty() && packages.isEmpty();
        }
    }

    /** @param file absolute path; {@code -} for standard output; @param sha256 of the file, where it was recorded */
    public record Package(String file, Instant made, ByteCount size, Optional<Sha256> sha256) {

        static Package of(Event.PackageExported exported, Instant made) {
            return new Package(exported.file(), made, exported.size(), exported.sha256());
        }
    }

    public Descendants of(Vm vm) {
        Journal.Descent descent = journal.descent(vm.since());
        List<Package> packages = descent.exports().stream()
                .filter(export -> export.event() instanceof Event.PackageExported)
                .map(export -> Package.of((Event.PackageExported) export.event(), export.time()))
                .toList();
        List<Vm> clones = journal.latest().inventory().vms().values().stream()
                .filter(other -> descent.copies().contains(other.since()))
                .sorted(Comparator.comparingLong(Vm::since))
                .toList();
        return new Descendants(clones, packages);
    }
}
