package ctl.vm.operation;

import ctl.vm.inventory.Deed;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.Origin;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.Selection;
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

    /** A name that the VM has had. @param until number of the event that took it; empty for the name that it has */
    private record Name(VmName name, Optional<Long> until) {

        boolean had(long sequence) {
            return until.map(end -> sequence < end).orElse(true);
        }
    }

    public Descendants of(Vm vm) {
        List<Package> packages = new ArrayList<>();
        List<Name> names = new ArrayList<>();
        Optional<Name> name = Optional.of(new Name(vm.name(), Optional.empty()));
        while (name.isPresent()) {
            names.add(name.get());
            name = lookBack(name.get(), vm, packages);
        }
        List<Vm> clones = journal.latest().inventory().vms().values().stream()
                .filter(other -> names.stream().anyMatch(known -> isFrom(known, vm, other)))
                .sorted(Comparator.comparingLong(Vm::since))
                .toList();
        return new Descendants(clones, packages);
    }

    /** Collects the packages made under this name, and returns the name before it. */
    private Optional<Name> lookBack(Name name, Vm vm, List<Package> packages) {
        Selection selection = new Selection(Optional.of(name.name()), Optional.empty(), Optional.empty(),
                Optional.empty(), vm.since(), name.until(), true);
        List<Name> before = new ArrayList<>();
        journal.deeds(selection, deed -> {
            if (deed.latest().event() instanceof Event.PackageExported exported) {
                packages.add(new Package(exported.file(), deed.latest().time()));
            }
            formerName(deed, name.name()).ifPresent(
                    former -> before.add(new Name(former, Optional.of(deed.beginning().sequence()))));
            return before.isEmpty();
        });
        return before.stream().findFirst();
    }

    private static Optional<VmName> formerName(Deed deed, VmName name) {
        if (deed.beginning().event() instanceof Event.VmMoved moved) {
            return Optional.of(moved.from());
        }
        Optional<Request> done = deed.outcome() == Deed.Outcome.DONE ? deed.request() : Optional.empty();
        return done.flatMap(request -> switch (request) {
            case Request.Rename rename -> Optional.of(rename.from());
            case Request.UndeleteVm undelete when !undelete.from().equals(name) -> Optional.of(undelete.from());
            case Request.Create _, Request.Clone _, Request.Import _, Request.Export _, Request.DeleteVm _,
                    Request.DeleteSnapshot _, Request.UndeleteVm _, Request.UndeleteSnapshot _, Request.Purge _ ->
                Optional.<VmName>empty();
        });
    }

    private static boolean isFrom(Name name, Vm source, Vm vm) {
        Optional<VmName> from = switch (vm.origin()) {
            case Origin.ClonedFrom cloned -> Optional.of(cloned.source());
            case Origin.CopiedByHand copied -> Optional.of(copied.source());
            case Origin.Created _, Origin.ImportedFrom _, Origin.Found _ -> Optional.empty();
        };
        return from.equals(Optional.of(name.name())) && vm.since() > source.since() && name.had(vm.since());
    }
}
