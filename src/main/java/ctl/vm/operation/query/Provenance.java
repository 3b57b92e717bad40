package ctl.vm.operation.query;

import ctl.vm.archive.Packages;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.ImageFacts;
import ctl.vm.inventory.ImportedPackage;
import ctl.vm.inventory.Origin;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.Sha256;
import ctl.vm.journal.Journal;
import ctl.vm.operation.OperationContext;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds out from the journal what was made from a VM, under all the names that it has had. */
public final class Provenance {

    private final Journal journal;
    private final Packages packages;

    public Provenance(OperationContext context) {
        this.journal = context.journal();
        this.packages = context.packages();
    }

    /**
     * What came from a VM.
     *
     * @param clones that are there, the oldest first, copies made by hand included
     * @param packages that were made, the newest first; whether they still exist is unknown
     */
    public record Descendants(List<Vm> clones, List<Package> packages) {

        public static final Descendants NONE = new Descendants(List.of(), List.of());

        public boolean isEmpty() {
            return clones.isEmpty() && packages.isEmpty();
        }
    }

    /** @param file absolute path; {@code -} for standard output; @param sha256 of the file, where it was recorded */
    public record Package(String file, Instant made, ByteCount size, Optional<Sha256> sha256) {

        /** Of the event that says that it was made. */
        public static Package of(Event.PackageExported exported, Instant made) {
            return new Package(exported.file(), made, exported.size(), exported.sha256());
        }
    }

    /** The last package of a VM under this name, where both are as they were when it was made. */
    public Optional<Package> current(Vm vm, FolderVm folder, Path file) {
        Set<ImageFacts> images = folder.facts().stream()
                .filter(image -> image.name().isDisk() || !Request.Export.isQcow2(file.toString()))
                .map(ImageFacts::ofAnyFile)
                .collect(Collectors.toSet());
        return journal.descent(vm.since()).exports().stream()
                .filter(export -> export.event() instanceof Event.PackageExported made
                        && made.file().equals(file.toString()))
                .findFirst()
                .filter(export -> export.event() instanceof Event.PackageExported made
                        && Set.copyOf(made.images()).equals(images)
                        && packages.size(file).equals(made.size()))
                .map(export -> Package.of((Event.PackageExported) export.event(), export.time()));
    }

    /** The package that a VM was unpacked from, where that says where it comes from. */
    public Optional<ImportedPackage> unpacked(Vm vm) {
        return vm.origin() instanceof Origin.ImportedFrom
                ? journal.event(vm.since()).flatMap(arrival -> arrival.event() instanceof Event.VmArrived arrived
                        ? arrived.unpacked()
                        : Optional.empty())
                : Optional.empty();
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
