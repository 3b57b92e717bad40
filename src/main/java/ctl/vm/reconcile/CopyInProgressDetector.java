package ctl.vm.reconcile;

import ctl.vm.inventory.FolderImage;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.ImageFacts;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.value.EntryKind;
import ctl.vm.inventory.value.VmName;
import ctl.vm.operation.OperationContext;
import ctl.vm.store.ImageWatch;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Tells a new VM that another process is still copying from one that is whole. What cannot be known for sure is put off, never
 * for ever: who kills a {@code cp} leaves a VM as well.
 */
final class CopyInProgressDetector {

    /** {@code cp} writes to a file all the time until it is whole. */
    private static final Duration STILL = Reconcile.STILL;

    /** So long may a copy stand still that is smaller than what it is a copy of: stopped, or waiting for a slow disk. */
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);

    /** What {@code rsync} writes to until it is whole. */
    private static final Pattern TEMPORARY = Pattern.compile("\\.disk\\.s2e.*\\.[A-Za-z0-9]{6}");

    private final OperationContext context;
    private final Inventory inventory;

    CopyInProgressDetector(OperationContext context, Inventory inventory) {
        this.context = context;
        this.inventory = inventory;
    }

    /** Whether it is most likely not whole yet. */
    boolean is(FolderVm vm) {
        return isTouchedWithin(STILL, vm)
                || vm.otherFiles().stream().anyMatch(file -> TEMPORARY.matcher(file).matches())
                || isOpenForWriting(vm)
                || isTouchedWithin(LONGEST_PAUSE, vm) && larger(vm).isPresent();
    }

    /** The oldest of the known VMs that it begins like, and that has more in it. */
    Optional<VmName> larger(FolderVm vm) {
        return sources(vm).stream().filter(source -> hasMore(source, vm)).map(Vm::name).findFirst();
    }

    /** The oldest of the known VMs that it is as far as it goes. */
    Optional<VmName> source(FolderVm vm) {
        return sources(vm).stream().map(Vm::name).findFirst();
    }

    /** A time to come says nothing: clocks differ, and times are copied. */
    private boolean isTouchedWithin(Duration time, FolderVm vm) {
        Instant now = context.clock().instant();
        return vm.images().stream()
                .map(FolderImage::modified)
                .anyMatch(modified -> modified.isAfter(now.minus(time)) && !modified.isAfter(now.plus(STILL)));
    }

    private boolean isOpenForWriting(FolderVm vm) {
        try (ImageWatch watch = context.store().watch(vm.name())) {
            return watch.writer().isPresent();
        }
    }

    private List<Vm> sources(FolderVm vm) {
        return inventory.vms().values().stream()
                .filter(source -> !vm.images().isEmpty() && fits(source, vm))
                .filter(source -> vm.images().stream()
                        .filter(image -> image.size().bytes() > 0)
                        .allMatch(
                                image -> context.store().contents().beginsLike(vm.name(), source.name(), image.name())))
                .sorted(Comparator.comparingLong(Vm::since))
                .toList();
    }

    /** Whether nothing in it is larger. */
    private static boolean fits(Vm source, FolderVm vm) {
        return vm.images().stream().anyMatch(image -> image.size().bytes() > 0)
                && vm.images().stream().allMatch(image -> image.kind() == EntryKind.FILE
                        && known(source, image).filter(was -> image.size().compareTo(was.size()) <= 0).isPresent());
    }

    private static boolean hasMore(Vm source, FolderVm vm) {
        return vm.images().stream()
                .anyMatch(image -> known(source, image).filter(was -> image.size().compareTo(was.size()) < 0)
                        .isPresent());
    }

    private static Optional<ImageFacts> known(Vm source, FolderImage image) {
        return source.image(image.name());
    }
}
