package ctl.vm.operation.query;

import ctl.vm.inventory.FolderImage;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.BlockSet;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.DiskUsage;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.Layout;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.VmName;
import ctl.vm.operation.DiskFailures;
import ctl.vm.operation.OperationContext;
import ctl.vm.store.UsageReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Measures what VMs, and all else in the root, take on disk. */
public final class MeasureUsage {

    private final OperationContext context;

    public MeasureUsage(OperationContext context) {
        this.context = context;
    }

    /** What something in the root is for. */
    public enum Part {
        /** The folders of VMs, but for their snapshots. */
        VMS,
        SNAPSHOTS,
        TRASH,
        /** What a living process builds or frees. */
        RUNNING,
        /** What an interrupted operation has built so far. */
        INTERRUPTED,
        /** What an interrupted operation was about to free. */
        INTERRUPTED_DELETION,
        /** What an operation that has ended had no time to free: the next one does. */
        LEFTOVERS,
        /** What stands among these and belongs to no operation that the journal knows. */
        UNKNOWN,
        JOURNAL,
        OTHERS
    }

    /**
     * What one part of the root takes.
     *
     * @param count VMs, snapshots, deletions or operations; empty where there is nothing to count
     * @param freed bytes that are free when all of it is gone and the rest stays
     */
    public record Measured(Part part, Optional<Integer> count, DiskUsage usage, ByteCount freed) {}

    /**
     * What the root takes.
     *
     * @param parts in the order of {@link Part}; those of operations only where there are any
     * @param reportsShared whether the filesystem reports which blocks files share
     * @param capacity of the filesystem of the VMs; @param free what this user can still write to it
     * @param unreadable what is not counted, as it cannot be read
     */
    public record Root(
            List<Measured> parts, DiskUsage total, boolean reportsShared, ByteCount capacity, ByteCount free,
            List<Path> unreadable) {}

    /**
     * What the images of some VMs take.
     *
     * @param reportsShared whether the filesystem reports which blocks files share
     * @param free what this user can still write to the filesystem of the VMs
     */
    public record Images(
            Map<VmName, Map<ImageName, DiskUsage>> images, DiskUsage total, boolean reportsShared, ByteCount free) {

        /** Of a VM with its snapshots. */
        public DiskUsage of(VmName vm) {
            return DiskUsage.sum(List.copyOf(images.get(vm).values()));
        }

        public DiskUsage of(VmName vm, ImageName image) {
            return images.get(vm).getOrDefault(image, DiskUsage.NONE);
        }
    }

    /** What cannot be read is not counted: the listing says that of each VM. */
    public Images ofImages(Collection<FolderVm> vms) {
        return DiskFailures.explained(() -> {
            UsageReader reader = context.store().usage(_ -> {});
            Map<VmName, Map<ImageName, DiskUsage>> images = new HashMap<>();
            vms.forEach(vm -> images.put(vm.name(), vm.images().stream().collect(Collectors.toMap(
                    FolderImage::name, image -> reader.image(vm.name(), image.name())))));
            List<DiskUsage> all = images.values().stream().flatMap(ofVm -> ofVm.values().stream()).toList();
            return new Images(images, DiskUsage.sum(all), reader.reportsShared(), reader.free());
        });
    }

    /** What goes, and what of its space becomes free: the rest is in blocks that stay in use. */
    public record Freed(ByteCount onDisk, ByteCount freed) {}

    /** What becomes free when VMs go, and snapshots of VMs that stay. */
    public Freed freedBy(Set<VmName> vms, Map<VmName, Set<ImageName>> snapshots) {
        return freed(
                (vm, image) -> vms.contains(vm.name())
                        || image.isPresent() && snapshots.getOrDefault(vm.name(), Set.of()).contains(image.get()),
                _ -> false, List.of());
    }

    /** What becomes free when the folders of these operations go, from staging and trash. */
    public Freed freedBy(Set<OperationId> operations) {
        return freed((_, _) -> false, operations::contains, List.of());
    }

    private Path partial(Path file, OperationId export) {
        return Layout.partialPackage(file, context.store().work().partial(export, file));
    }

    /** What becomes free when these operations are given up: a deletion puts back what it took. */
    public Freed freedByAbandoning(List<OpenOperation> operations) {
        Set<OperationId> builders = operations.stream()
                .filter(operation -> !operation.request().frees() && !isPublished(operation))
                .map(OpenOperation::id)
                .collect(Collectors.toSet());
        List<Path> packages = operations.stream()
                .flatMap(operation -> operation.request() instanceof Request.Export export && !export.isPiped()
                        ? Stream.of(partial(Path.of(export.file()), operation.id()))
                        : Stream.of())
                .toList();
        return freed((_, _) -> false, builders::contains, packages);
    }

    /**
     * @param goes whether a snapshot goes, or the folder of a VM without its snapshots;
     *
     * @param files elsewhere that go
     */
    private Freed freed(
            BiPredicate<FolderVm, Optional<ImageName>> goes, Predicate<OperationId> operationGoes, List<Path> files) {
        return DiskFailures.explained(() -> {
            UsageReader reader = context.store().usage(_ -> {});
            List<Supplier<DiskUsage>> going = new ArrayList<>();
            List<Supplier<DiskUsage>> staying = new ArrayList<>();
            for (FolderVm vm : context.store().glanceAtAll().vms().values()) {
                (goes.test(vm, Optional.empty()) ? going : staying).add(() -> reader.withoutSnapshots(vm));
                vm.snapshots().forEach(image -> (goes.test(vm, Optional.of(image.name())) ? going : staying)
                        .add(() -> reader.image(vm.name(), image.name())));
            }
            context.store().work().all().forEach((path, id) -> (id.filter(operationGoes).isPresent() ? going : staying)
                    .add(() -> reader.hidden(path)));
            files.forEach(file -> going.add(() -> reader.file(file)));
            DiskUsage gone = sum(going);
            // What shares no blocks frees all that it takes: nothing else has to be looked at.
            ByteCount bytes = gone.blocks().equals(BlockSet.EMPTY) ? gone.unique() : gone.freedBeside(sum(staying));
            return new Freed(gone.onDisk(), bytes);
        });
    }

    private static DiskUsage sum(List<Supplier<DiskUsage>> usages) {
        return DiskUsage.sum(usages.stream().map(Supplier::get).toList());
    }

    public Root ofRoot() {
        return DiskFailures.explained(this::measured);
    }

    private Root measured() {
        List<Path> unreadable = new ArrayList<>();
        UsageReader reader = context.store().usage(unreadable::add);
        Collection<FolderVm> vms = context.store().glanceAtAll().vms().values();
        Map<String, Optional<OperationId>> hidden = context.store().work().all();
        Map<Part, List<DiskUsage>> usages = new EnumMap<>(Part.class);
        usages.put(Part.VMS, vms.stream().map(reader::withoutSnapshots).toList());
        usages.put(Part.SNAPSHOTS, vms.stream()
                .flatMap(vm -> vm.snapshots().stream().map(image -> reader.image(vm.name(), image.name())))
                .toList());
        usages.put(Part.TRASH, new ArrayList<>());
        hidden(hidden).forEach((part, paths) -> usages.put(part, paths.stream().map(reader::hidden).toList()));
        usages.put(Part.JOURNAL, List.of(reader.journal()));
        usages.put(Part.OTHERS, List.of(reader.others(vms.stream().map(FolderVm::name).toList(), hidden.keySet())));
        return new Root(
                parts(usages), DiskUsage.sum(usages.values().stream().flatMap(List::stream).toList()),
                reader.reportsShared(), reader.capacity(), reader.free(), unreadable);
    }

    private static List<Measured> parts(Map<Part, List<DiskUsage>> usages) {
        Map<Part, DiskUsage> sums = new EnumMap<>(Part.class);
        usages.forEach((part, ofPart) -> sums.put(part, DiskUsage.sum(ofPart)));
        List<Measured> parts = new ArrayList<>();
        sums.forEach((part, sum) -> {
            List<DiskUsage> others = sums.entrySet().stream()
                    .filter(other -> other.getKey() != part)
                    .map(Map.Entry::getValue)
                    .toList();
            boolean counts = part != Part.JOURNAL && part != Part.OTHERS;
            parts.add(new Measured(part, counts ? Optional.of(usages.get(part).size()) : Optional.empty(), sum,
                    sum.freedBeside(DiskUsage.sum(others))));
        });
        return parts;
    }

    /** What stands in the folders of staging and trash, by what it is for. */
    private Map<Part, List<String>> hidden(Map<String, Optional<OperationId>> hidden) {
        Set<OperationId> trash = new ListTrash(context).all().stream().map(ListTrash.Entry::deletion)
                .collect(Collectors.toSet());
        Map<OperationId, OpenOperation> open = context.journal().latest().inventory().open();
        Set<String> orphans = hidden.isEmpty() ? Set.of() : new HashSet<>(new Orphans(context).all());
        return hidden.keySet().stream().collect(Collectors.groupingBy(
                path -> orphans.contains(path) && hidden.get(path).filter(trash::contains).isEmpty()
                        ? Part.UNKNOWN
                        : part(hidden.get(path).orElseThrow(), trash, open),
                () -> new EnumMap<>(Part.class), Collectors.toList()));
    }

    private Part part(OperationId id, Set<OperationId> trash, Map<OperationId, OpenOperation> open) {
        if (trash.contains(id)) {
            return Part.TRASH;
        }
        if (context.locks().isRunning(id)) {
            return Part.RUNNING;
        }
        return Optional.ofNullable(open.get(id)).map(this::part).orElse(Part.LEFTOVERS);
    }

    /** Where the new VM has its name already, what is hidden is the one that it replaced. */
    private Part part(OpenOperation interrupted) {
        if (isPublished(interrupted)) {
            return interrupted.request().freesAtOnce() ? Part.INTERRUPTED_DELETION : Part.TRASH;
        }
        return interrupted.request().frees() ? Part.INTERRUPTED_DELETION : Part.INTERRUPTED;
    }

    /** Whether it has brought in its VM, and only the record of that is missing: it is not given up any more. */
    private boolean isPublished(OpenOperation operation) {
        return operation.request().bringsIn() && operation.staged()
                .filter(staged -> context.store().work().staging(operation.id())
                        .isPublished(operation.request().vm(), staged))
                .isPresent();
    }
}
