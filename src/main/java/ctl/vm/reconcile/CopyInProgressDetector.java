package ctl.vm.reconcile;

import ctl.vm.inventory.Folder;
import ctl.vm.inventory.FolderImage;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.ImageFacts;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.drift.Finding;
import ctl.vm.inventory.drift.Incomplete;
import ctl.vm.inventory.value.EntryKind;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.VmName;
import ctl.vm.operation.OperationContext;
import ctl.vm.store.ImageWatch;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Tells a new VM that another process is still copying from one that is whole. A process that has a file of it open for
 * writing says so at any time. All other signs count only for a while after the last change: what cannot be known for
 * sure is put off, never for ever, as who kills a {@code cp} leaves a VM as well.
 *
 * <p>The age of a VM is that of the last change to its folder and its files, which no program can set back. What is
 * young is looked at twice, as {@code cp -r} has nothing open between two files.
 */
final class CopyInProgressDetector {

    /** So young may a VM be that has all it can have, where its writers cannot be seen; or one that lacks an image. */
    private static final Duration STILL = Reconcile.STILL;

    /**
     * So long may a copy stand still that is smaller than what it is a copy of: stopped, or waiting for a slow disk.
     */
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);

    /** Between two looks at what is young. A program that copies files goes on to the next one within a millisecond. */
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

    /** What {@code rsync} writes to until it is whole. */
    private static final Pattern TEMPORARY = Pattern.compile("\\.disk\\.s2e.*\\.[A-Za-z0-9]{6}");

    private final OperationContext context;
    private final Inventory inventory;

    CopyInProgressDetector(OperationContext context, Inventory inventory) {
        this.context = context;
        this.inventory = inventory;
    }

    /** Those of new VMs that are most likely not whole yet, by name. */
    Map<VmName, Finding.VmBeingMade> of(List<FolderVm> come) {
        Map<VmName, Finding.VmBeingMade> incomplete = new TreeMap<>();
        come.forEach(vm -> found(vm).ifPresent(found -> incomplete.put(vm.name(), found)));
        List<FolderVm> again = come.stream()
                .filter(vm -> !incomplete.containsKey(vm.name()) && isYoungerThan(STILL, vm)).toList();
        if (!again.isEmpty()) {
            Reconcile.pause(BETWEEN_LOOKS);
            Folder now = context.store().glance(again.stream().map(FolderVm::name).toList());
            again.stream().filter(vm -> now.vm(vm.name()).filter(later -> isSame(vm, later)).isEmpty())
                    .forEach(vm -> incomplete.put(vm.name(),
                            new Finding.VmBeingMade(vm, name(sources(vm).stream()), new Incomplete.Changing())));
        }
        return incomplete;
    }

    /** Whether it may be whole in a moment, as far as can be known. */
    boolean mayEndSoon(Finding.VmBeingMade made) {
        return made.why().process().isPresent() || isYoungerThan(STILL, made.found());
    }

    private Optional<Finding.VmBeingMade> found(FolderVm vm) {
        List<String> temporary = vm.otherFiles().stream().filter(file -> TEMPORARY.matcher(file).matches()).toList();
        List<String> files = Stream.concat(
                vm.images().stream().map(image -> image.name().fileName()), temporary.stream()).toList();
        try (ImageWatch watch = context.store().watch(vm.name(), files)) {
            Optional<Incomplete> open = watch.openImage()
                    .map(image -> new Incomplete.OpenForWriting(image.fileName(), image.process()));
            if (open.isPresent()) {
                return Optional.of(new Finding.VmBeingMade(vm, name(sources(vm).stream()), open.get()));
            }
            return isYoungerThan(LONGEST_PAUSE, vm) ? young(vm, temporary, watch.seesEveryWriter()) : Optional.empty();
        }
    }

    private Optional<Finding.VmBeingMade> young(FolderVm vm, List<String> temporary, boolean seesEveryWriter) {
        List<Vm> sources = sources(vm);
        if (!temporary.isEmpty()) {
            return Optional.of(new Finding.VmBeingMade(
                    vm, name(sources.stream()), new Incomplete.TemporaryFile(temporary.getFirst())));
        }
        boolean isJustChanged = isYoungerThan(STILL, vm);
        if (isJustChanged && !seesEveryWriter) {
            return Optional.of(new Finding.VmBeingMade(vm, name(sources.stream()), new Incomplete.Changing()));
        }
        if (sources.stream().anyMatch(source -> isAllOf(source, vm))) {
            return Optional.empty();
        }
        return sources.stream()
                .flatMap(source -> smaller(source, vm).stream()
                        .map(why -> new Finding.VmBeingMade(vm, Optional.of(source.name()), why)))
                .findFirst()
                .or(() -> context.store().copyingProgram(vm.name()).map(program -> new Finding.VmBeingMade(
                        vm, name(sources.stream()), new Incomplete.NamedByProgram(program))))
                .or(() -> sources.stream()
                        .filter(_ -> isJustChanged)
                        .map(source -> new Finding.VmBeingMade(
                                vm, Optional.of(source.name()), new Incomplete.Missing(missing(source, vm))))
                        .filter(made -> made.why() instanceof Incomplete.Missing lacks && !lacks.images().isEmpty())
                        .findFirst());
    }

    private static Optional<VmName> name(Stream<Vm> sources) {
        return sources.map(Vm::name).findFirst();
    }

    /** A time to come says nothing: clocks differ. */
    private boolean isYoungerThan(Duration time, FolderVm vm) {
        Instant now = context.clock().instant();
        Instant changed = changed(vm);
        return changed.isAfter(now.minus(time)) && !changed.isAfter(now.plus(STILL));
    }

    private Instant changed(FolderVm vm) {
        return Stream.concat(
                Stream.of(context.store().changed(vm.name())),
                vm.images().stream().map(image -> context.store().changed(vm.name(), image.name())))
                .max(Comparator.naturalOrder()).orElseThrow();
    }

    private static boolean isSame(FolderVm before, FolderVm later) {
        return later.isUnchangedFrom(before) && later.otherFiles().equals(before.otherFiles());
    }

    /** The known VMs that it is as far as it goes, the oldest first. */
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

    /** Whether it has every image of a known VM, as large and with the same content where that can be told. */
    private boolean isAllOf(Vm source, FolderVm vm) {
        return source.images().values().stream().allMatch(was -> vm.image(was.name())
                .filter(image -> image.size().equals(was.size()))
                .filter(image -> context.store().contents().isAlike(source.name(), vm.name(), image.name(), false))
                .isPresent());
    }

    private Optional<Incomplete> smaller(Vm source, FolderVm vm) {
        return vm.images().stream()
                .flatMap(image -> known(source, image)
                        .filter(was -> image.size().compareTo(was.size()) < 0 && !isLater(source, was.name(), vm))
                        .<Incomplete>map(was -> new Incomplete.Smaller(image.name(), image.size(), was.size()))
                        .stream())
                .findFirst();
    }

    private List<ImageName> missing(Vm source, FolderVm vm) {
        return source.images().keySet().stream()
                .filter(image -> vm.image(image).isEmpty() && !isLater(source, image, vm))
                .sorted()
                .toList();
    }

    /**
     * Whether an image of the source changed after the last change to the copy: that is no sign that the copy goes on.
     */
    private boolean isLater(Vm source, ImageName image, FolderVm vm) {
        return !context.store().changed(source.name(), image).isBefore(changed(vm));
    }

    private static Optional<ImageFacts> known(Vm source, FolderImage image) {
        return source.image(image.name());
    }
}
