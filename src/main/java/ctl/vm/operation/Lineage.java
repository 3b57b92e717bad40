package ctl.vm.operation;

import ctl.vm.inventory.Event;
import ctl.vm.inventory.Origin;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.VmName;
import ctl.vm.journal.Journal;
import java.time.Instant;
import java.util.ArrayList;
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

    /** @param file absolute path; {@code -} for standard output */
    public record Package(String file, Instant made) {}

    public Descendants of(Vm vm) {
        List<Package> packages = new ArrayList<>();
        List<FormerNames.Name> names = FormerNames.of(journal, vm.name(), vm.since(), deed -> {
            if (deed.latest().event() instanceof Event.PackageExported exported) {
                packages.add(new Package(exported.file(), deed.latest().time()));
            }
        });
        List<Vm> clones = journal.latest().inventory().vms().values().stream()
                .filter(other -> names.stream().anyMatch(known -> isFrom(known, vm, other)))
                .sorted(Comparator.comparingLong(Vm::since))
                .toList();
        return new Descendants(clones, packages);
    }

    private static boolean isFrom(FormerNames.Name name, Vm source, Vm vm) {
        Optional<VmName> from = switch (vm.origin()) {
            case Origin.ClonedFrom cloned -> Optional.of(cloned.source());
            case Origin.CopiedByHand copied -> Optional.of(copied.source());
            case Origin.Created _, Origin.ImportedFrom _, Origin.Found _ -> Optional.empty();
        };
        return from.equals(Optional.of(name.name())) && vm.since() > source.since() && name.had(vm.since());
    }
}
