package ctl.vm.reconcile;

import ctl.vm.inventory.Folder;
import ctl.vm.inventory.FolderImage;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.ImageFacts;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.drift.CopyDifference;
import ctl.vm.inventory.recognition.KnownContent;
import ctl.vm.inventory.value.EntryKind;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.SnapshotName;
import ctl.vm.inventory.value.VmName;
import ctl.vm.operation.OperationContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Finds the VM that a new one is a copy of: one with the same disk image, as it stands in the folder or as the journal
 * knew it last. Snapshots may differ, as either may have gone on since: of several VMs it is the one that differed
 * least when the copy was made, and of these the oldest.
 */
final class CopySource {

    private final OperationContext context;
    private final Inventory inventory;
    private final Recognition recognition;
    private final boolean deep;

    /** @param deep whether whole images are compared, rather than samples */
    CopySource(OperationContext context, Inventory inventory, Recognition recognition, boolean deep) {
        this.context = context;
        this.inventory = inventory;
        this.recognition = recognition;
        this.deep = deep;
    }

    /** A VM of which another is a copy. */
    record Source(VmName name, CopyDifference difference) {}

    Optional<Source> of(FolderVm copy) {
        if (copy.images().isEmpty() || copy.images().stream().anyMatch(image -> image.kind() != EntryKind.FILE)) {
            return Optional.empty();
        }
        return copy.isDefunct()
                ? inventory.vmsByArrival().stream().filter(vm -> hasAllSnapshots(vm, copy)).findFirst()
                        .map(vm -> new Source(vm.name(), CopyDifference.NONE))
                : closest(copy, vm -> isAlike(vm, copy, ImageName.DISK), false)
                        .or(() -> closest(copy, vm -> wasAlike(vm, copy), true));
    }

    private Optional<Source> closest(FolderVm copy, Predicate<Vm> hasTheDisk, boolean isEarlier) {
        List<Vm> sources = inventory.vmsByArrival().stream().filter(hasTheDisk).toList();
        Folder folder = context.store().glance(sources.stream().map(Vm::name).toList());
        Optional<Source> closest = Optional.empty();
        long fewest = Long.MAX_VALUE;
        for (Vm vm : sources) {
            Source source = new Source(vm.name(), difference(folder.vm(vm.name()), copy, isEarlier));
            long differences = differences(source, copy);
            if (differences < fewest) {
                fewest = differences;
                closest = Optional.of(source);
            }
        }
        return closest;
    }

    /** Snapshots that speak against a source: not those that it got after the copy was made. */
    private long differences(Source source, FolderVm copy) {
        CopyDifference difference = source.difference();
        Instant made = copy.images().stream().map(image -> context.store().changed(copy.name(), image.name()))
                .max(Comparator.naturalOrder()).orElseThrow();
        long older = difference.missing().stream()
                .filter(name -> context.store().changed(source.name(), ImageName.of(name)).isBefore(made))
                .count();
        return older + difference.added().size() + difference.different().size();
    }

    private CopyDifference difference(Optional<FolderVm> source, FolderVm copy, boolean isEarlier) {
        List<SnapshotName> there = source.stream().flatMap(CopySource::snapshots).toList();
        List<SnapshotName> here = snapshots(copy).toList();
        List<SnapshotName> missing = new ArrayList<>(there);
        missing.removeAll(here);
        List<SnapshotName> added = new ArrayList<>(here);
        added.removeAll(there);
        List<SnapshotName> different = here.stream()
                .filter(there::contains)
                .filter(snapshot -> !isAlike(source.orElseThrow().name(), copy.name(), ImageName.of(snapshot)))
                .toList();
        return new CopyDifference(isEarlier, missing, added, different);
    }

    private static Stream<SnapshotName> snapshots(FolderVm vm) {
        return vm.snapshots().stream()
                .filter(image -> image.kind() == EntryKind.FILE)
                .map(FolderImage::name)
                .flatMap(name -> name.snapshot().stream())
                .sorted();
    }

    private boolean hasAllSnapshots(Vm vm, FolderVm copy) {
        return copy.images().stream().allMatch(image -> isAlike(vm, copy, image.name()));
    }

    private boolean isAlike(Vm vm, FolderVm copy, ImageName image) {
        return vm.image(image).isPresent() && isAlike(vm.name(), copy.name(), image);
    }

    private boolean isAlike(VmName source, VmName copy, ImageName image) {
        return context.store().contents().isAlike(source, copy, image, deep);
    }

    /** Whether the copy has the disk image that the journal knew last, though another one stands in the folder now. */
    private boolean wasAlike(Vm vm, FolderVm copy) {
        Optional<ImageFacts> was = vm.image(ImageName.DISK)
                .filter(disk -> copy.image(ImageName.DISK).orElseThrow().size().equals(disk.size()));
        return was.isPresent() && recognition.isLike(copy.name(), ImageName.DISK,
                context.journal().contents(vm.since(), List.of(was.get()))
                        .getOrDefault(ImageName.DISK, KnownContent.NOTHING));
    }
}
