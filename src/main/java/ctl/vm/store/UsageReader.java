package ctl.vm.store;

import ctl.vm.durable.Disk;
import ctl.vm.durable.DiskFile.Extent;
import ctl.vm.durable.DiskFile;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.value.BlockSet;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.DiskUsage;
import ctl.vm.inventory.value.FileId;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.Layout;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.VmName;
import ctl.vm.problem.DiskException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Measures what files take on disk, with all that is below them, as {@code du} does. Links are not followed. What goes
 * meanwhile is not counted. Of images, what they share with other files is measured as well, where the filesystem
 * reports that.
 */
public final class UsageReader {

    private final Disk disk;
    private final Layout layout;
    private final WorkFolders work;
    private final Disk.Filesystem filesystem;
    private final Consumer<Path> unreadable;

    UsageReader(
            Disk disk, Layout layout, WorkFolders work, Disk.Filesystem filesystem, Consumer<Path> unreadable) {
        this.work = work;
        this.disk = disk;
        this.layout = layout;
        this.filesystem = filesystem;
        this.unreadable = unreadable;
    }

    /** Whether the filesystem of the VMs reports which blocks files share. */
    public boolean reportsShared() {
        return filesystem.reportsShared();
    }

    /** All that the filesystem of the VMs can hold. */
    public ByteCount capacity() {
        return new ByteCount(filesystem.sizeBytes());
    }

    /** What this user can still write to the filesystem of the VMs. */
    public ByteCount free() {
        return new ByteCount(filesystem.freeBytes());
    }

    /** The folder of a VM with all that is in it but its snapshots. */
    public DiskUsage withoutSnapshots(FolderVm vm) {
        Path folder = layout.vm(vm.name());
        return of(folder, reportsShared(), vm.snapshots().stream()
                .map(image -> folder.resolve(image.name().fileName()))
                .collect(Collectors.toSet()));
    }

    public DiskUsage image(VmName vm, ImageName image) {
        return of(layout.vm(vm).resolve(image.fileName()), reportsShared(), Set.of());
    }

    /** Something in the folders of staging and trash. @param path as {@link WorkFolders#all()} names it */
    public DiskUsage hidden(String path) {
        return of(layout.vms().resolve(path), reportsShared(), Set.of());
    }

    /** What a deletion has put into the trash. */
    public DiskUsage trash(OperationId deletion) {
        return of(work.trashFolder(deletion), reportsShared(), Set.of());
    }

    /** A file anywhere, whose blocks are taken for its own. */
    public DiskUsage file(Path file) {
        return of(file, false, Set.of());
    }

    public DiskUsage journal() {
        return of(layout.journal(), false, Set.of());
    }

    /**
     * All else in the root, the folders themselves included.
     *
     * @param vms of the folder; @param hidden as {@link WorkFolders#all()} names them
     */
    public DiskUsage others(Collection<VmName> vms, Collection<String> hidden) {
        // With the dot, a folder behind a link is one as well.
        Path root = layout.root().resolve(".");
        Path vmsOrLink = root.resolve(layout.vmsOrLink().getFileName());
        DiskUsage around = of(root, false, Set.of(root.resolve(layout.journal().getFileName()), vmsOrLink));
        Set<Path> apart = new HashSet<>();
        vms.forEach(vm -> apart.add(layout.vm(vm)));
        hidden.forEach(path -> apart.add(layout.vms().resolve(path)));
        DiskUsage within = of(layout.vms(), false, apart);
        // The folder of VMs may be on another disk, behind a link.
        boolean isLink = disk.entry(vmsOrLink).filter(entry -> entry.kind() == Disk.Kind.LINK).isPresent();
        return DiskUsage.sum(List.of(around, within, isLink ? of(vmsOrLink, false, Set.of()) : DiskUsage.NONE));
    }

    /**
     * @param shared whether it is asked which blocks are shared, for which each file is opened
     * @param apart paths below it that are left out, with all that is below them
     */
    private DiskUsage of(Path path, boolean shared, Set<Path> apart) {
        return space(path)
                .map(space -> space.kind() == Disk.Kind.FOLDER
                        ? ofOne(path, shared, space).plus(ofContent(path, shared, apart))
                        : ofOne(path, shared, space))
                .orElse(DiskUsage.NONE);
    }

    private DiskUsage ofContent(Path folder, boolean shared, Set<Path> apart) {
        return DiskUsage.sum(list(folder).stream()
                .filter(child -> !apart.contains(child))
                .map(child -> of(child, shared, apart))
                .toList());
    }

    private Optional<Disk.Space> space(Path path) {
        try {
            return disk.space(path);
        } catch (DiskException failed) {
            unreadable.accept(path);
            return Optional.empty();
        }
    }

    private List<Path> list(Path folder) {
        try {
            return disk.list(folder);
        } catch (DiskException failed) {
            if (disk.entry(folder).isPresent()) {
                unreadable.accept(folder);
            }
            return List.of();
        }
    }

    private DiskUsage ofOne(Path path, boolean shared, Disk.Space space) {
        List<Extent> extents = shared && space.kind() == Disk.Kind.FILE && space.allocated() > 0
                ? sharedBlocks(path)
                : List.of();
        long bytes = extents.stream().mapToLong(Extent::length).sum();
        BlockSet blocks = BlockSet.of(extents.stream()
                .flatMapToLong(extent -> LongStream.of(extent.start(), extent.end()))
                .toArray());
        ByteCount allocated = new ByteCount(space.allocated());
        return space.hasOtherNames()
                ? DiskUsage.ofLinked(new FileId(space.device(), space.inode()), allocated, bytes, blocks)
                : DiskUsage.of(allocated, bytes, blocks);
    }

    /** A file that we may not read keeps to itself what it shares: all of it counts as its own. */
    private List<Extent> sharedBlocks(Path file) {
        try (DiskFile open = disk.open(file)) {
            return open.sharedBlocks();
        } catch (DiskException unknown) {
            return List.of();
        }
    }
}
