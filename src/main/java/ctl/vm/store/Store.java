package ctl.vm.store;

import ctl.vm.durable.Disk;
import ctl.vm.durable.DiskFile;
import ctl.vm.inventory.Folder;
import ctl.vm.inventory.FolderImage;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ContentSample;
import ctl.vm.inventory.value.EntryKind;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.Layout;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.VmName;
import ctl.vm.problem.DiskException;
import ctl.vm.problem.Failure;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The folder of VMs on a disk. */
public final class Store {

    private final Disk disk;
    private final Layout layout;
    private final FolderReader reader;

    public Store(Disk disk, Layout layout) {
        this.disk = disk;
        this.layout = layout;
        this.reader = new FolderReader(disk);
    }

    /** The folder of VMs. */
    public Path vms() {
        return layout.vms();
    }

    /** Everything in the folder, every VM looked into. */
    public Folder lookAtAll() {
        SortedMap<String, EntryKind> entries = entries();
        return new Folder(entries, vms(entries, names(entries), reader::read));
    }

    /** Everything in the folder, but only the VMs of these names looked into. */
    public Folder look(Collection<VmName> names) {
        SortedMap<String, EntryKind> entries = entries();
        return new Folder(entries, vms(entries, names, reader::read));
    }

    /** What {@link #lookAtAll} tells, but of images only what costs next to nothing to know. */
    public Folder glanceAtAll() {
        SortedMap<String, EntryKind> entries = entries();
        return new Folder(entries, vms(entries, names(entries), reader::glance));
    }

    /** What {@link #look} tells, but of images only what costs next to nothing to know. */
    public Folder glance(Collection<VmName> names) {
        SortedMap<String, EntryKind> entries = entries();
        return new Folder(entries, vms(entries, names, reader::glance));
    }

    /** A folder that was glanced at, with a closer look at some of its VMs. */
    public Folder closer(Folder folder, Predicate<FolderVm> wanted) {
        Map<VmName, FolderVm> vms = new TreeMap<>(folder.vms());
        vms.replaceAll((name, vm) -> wanted.test(vm) ? reader.read(name, layout.vm(name)) : vm);
        return new Folder(folder.entries(), vms);
    }

    /** Where an image of a VM stands. */
    public Path path(VmName vm, ImageName image) {
        return layout.vm(vm).resolve(image.fileName());
    }

    /** Keeps an eye on all images of a VM; on nothing where there is no such VM. */
    public ImageWatch watch(VmName vm) {
        Path folder = layout.vm(vm);
        boolean isThere = disk.entry(folder).filter(entry -> entry.kind() == Disk.Kind.FOLDER).isPresent();
        return ImageWatch.over(
                disk, isThere ? disk.list(folder).stream().filter(FolderReader::isImage).toList() : List.of());
    }

    /** Notices what happens in all these folders. */
    public FolderWatch watchAll() {
        return new FolderWatch(layout.vms());
    }

    /** For who follows the journal: tells when it is no longer the same. */
    public PinnedRoot pinJournal() {
        return PinnedRoot.ofJournal(layout);
    }

    /** For who follows the folder of VMs and writes to the journal. */
    public PinnedRoot pinAll() {
        return PinnedRoot.ofAll(layout);
    }

    /** Keeps an eye on one file, which may be no image of ours. */
    public ImageWatch watch(Path file) {
        return ImageWatch.over(disk, List.of(file));
    }

    /** Bytes of a file, holes included. */
    public ByteCount size(Path file) {
        try (DiskFile open = disk.open(file)) {
            return new ByteCount(open.size());
        }
    }

    /** Bytes of data, not of holes, that a file has from a position on. */
    public ByteCount data(Path file, long from) {
        try (DiskFile open = disk.open(file)) {
            long bytes = 0;
            for (var extent = open.data(from); extent.isPresent(); extent = open.data(extent.get().end())) {
                bytes += extent.get().length();
            }
            return new ByteCount(bytes);
        }
    }

    /** Bytes on disk of what stands in the folder of a VM and is not an image. */
    public ByteCount allocatedByOthers(VmName vm) {
        return others(disk, layout.vm(vm)).stream()
                .map(path -> Folders.allocated(disk, path))
                .reduce(ByteCount.ZERO, ByteCount::plus);
    }

    /** Bytes of the files that stand in the folder of a VM and are no images, holes included. */
    public ByteCount sizeOfOthers(VmName vm) {
        return others(disk, layout.vm(vm)).stream()
                .map(path -> Folders.size(disk, path))
                .reduce(ByteCount.ZERO, ByteCount::plus);
    }

    /** Measures what all this takes on disk. @param unreadable is given folders whose content is not counted */
    public UsageReader usage(Consumer<Path> unreadable) {
        boolean isThere = disk.entry(layout.vms()).isPresent();
        Disk.Filesystem filesystem = disk.filesystem(isThere ? layout.vms() : layout.root());
        return new UsageReader(disk, layout, filesystem, unreadable);
    }

    /** When something came into a VM's folder or left it, or that was moved, the last time; nobody can set it back. */
    public Instant changed(VmName vm) {
        return changed(layout.vm(vm));
    }

    /** When an image was written to, or its attributes changed, the last time; nobody can set it back. */
    public Instant changed(VmName vm, ImageName image) {
        return changed(path(vm, image));
    }

    private Instant changed(Path path) {
        return disk.entry(path).map(Disk.Entry::changed).orElse(Instant.MIN);
    }

    /** Begins to load what changes to the folder need, beside other work. */
    public void getReady() {
        disk.getReady();
    }

    /**
     * Whether an image of one VM has the content of the same image of another.
     *
     * @param deep whether every byte is compared, rather than samples of what is not a hole
     */
    public boolean isAlike(VmName one, VmName other, ImageName image, boolean deep) {
        return new ContentSampler(disk).isAlike(path(one, image), path(other, image), deep);
    }

    /** The image with a sample of its content; without one where it is no file or cannot be read. */
    public FolderImage sampled(VmName vm, FolderImage image) {
        return image.kind() == EntryKind.FILE
                ? image.with(sample(vm, image.name()))
                : image;
    }

    /** The VM with samples of the content of all its images. */
    public FolderVm sampled(FolderVm vm) {
        return new FolderVm(
                vm.name(), vm.images().stream().map(image -> sampled(vm.name(), image)).toList(), vm.otherFiles(),
                vm.trouble());
    }

    /** What an image holds at places chosen anew; empty where it cannot be read. */
    public Optional<ContentSample> sample(VmName vm, ImageName image) {
        return new ContentSampler(disk).sample(path(vm, image));
    }

    /** What an image holds at the places of an earlier sample; empty where it cannot be read. */
    public Optional<ContentSample> sample(VmName vm, ImageName image, ContentSample earlier) {
        return new ContentSampler(disk).sample(path(vm, image), earlier);
    }

    /** When the file of an image was made; empty where the filesystem does not keep that. */
    public Optional<Instant> born(VmName vm, ImageName image) {
        return disk.born(path(vm, image));
    }

    /** Whether an image of one VM is as the same image of another begins, as far as samples tell. */
    public boolean beginsLike(VmName one, VmName other, ImageName image) {
        return new ContentSampler(disk).begins(path(one, image), path(other, image));
    }

    /** Bytes that this user can still write to the folder of VMs. */
    public ByteCount free() {
        return new ByteCount(disk.freeBytes(layout.vms()));
    }

    /** Where an operation builds a VM. */
    public Staging staging(OperationId operation) {
        return new Staging(disk, layout, operation);
    }

    /** Where a deletion puts what stays for a while. */
    public Trash trash(OperationId deletion) {
        return Trash.kept(disk, layout, deletion);
    }

    /** Where a deletion puts what is freed as soon as it is done. */
    public Trash passingTrash(OperationId deletion) {
        return Trash.passing(disk, layout, deletion);
    }

    /**
     * Gives a VM another name, durably. If we die before the sync, it stands under either; calling again does the rest.
     */
    public void rename(VmName from, VmName to) {
        if (disk.entry(layout.vm(from)).isPresent()) {
            disk.renameDurably(layout.vm(from), layout.vm(to));
        } else {
            disk.syncFolder(layout.vms());
        }
    }

    /**
     * Makes sure that there are folders for VMs and for the journal, durably.
     *
     * @throws ctl.vm.problem.VmException NoSuchRoot
     */
    public void prepare() {
        requireRoot();
        Set<Path> parents = new LinkedHashSet<>();
        Folders.ensure(disk, layout.vms());
        parents.add(layout.vms().getParent());
        Folders.ensurePrivate(disk, layout.journal());
        parents.add(layout.journal().getParent());
        // Also when they were there: whoever made them may have died before their names were durable.
        parents.forEach(disk::syncFolder);
    }

    /** Removes the folders of staging and trash where nothing is in them. */
    public void removeEmptyWorkFolders() {
        for (Path folder : List.of(layout.stagings(), layout.trashes())) {
            if (disk.entry(folder).isPresent()) {
                Folders.removeIfEmpty(disk, folder);
            }
        }
    }

    /** Operations that have left something in staging, whether they still need it or not. */
    public Set<OperationId> leftovers() {
        return operationsIn(layout.stagings());
    }

    /** Deletions with a folder in the trash, also an empty one, and also those that are not done; the oldest first. */
    public Set<OperationId> trashed() {
        return operationsIn(layout.trashes());
    }

    /** Everything in the folders of staging and trash, as seen from the folder of VMs, and whose it may be by its name. */
    public Map<String, Optional<OperationId>> hidden() {
        Map<String, Optional<OperationId>> hidden = new TreeMap<>();
        for (Path folder : List.of(layout.stagings(), layout.trashes())) {
            if (disk.entry(folder).filter(entry -> entry.kind() == Disk.Kind.FOLDER).isPresent()) {
                disk.list(folder).forEach(path -> hidden.put(
                        layout.hidden(path), OperationId.of(path.getFileName().toString())));
            }
        }
        return hidden;
    }

    private Set<OperationId> operationsIn(Path folder) {
        Set<OperationId> ids = new TreeSet<>();
        Optional<Disk.Entry> there = disk.entry(folder);
        if (there.isPresent()) {
            Folders.requireFolder(folder, there.get());
            disk.list(folder).forEach(path -> OperationId.of(path.getFileName().toString()).ifPresent(ids::add));
        }
        return ids;
    }

    private SortedMap<String, EntryKind> entries() {
        requireRoot();
        SortedMap<String, EntryKind> entries = new TreeMap<>();
        if (disk.entry(layout.vms()).isPresent()) {
            for (Path path : disk.list(layout.vms())) {
                String name = disk.name(path);
                if (!name.startsWith(".")) {
                    kind(path).ifPresent(kind -> entries.put(name, kind));
                }
            }
        }
        return entries;
    }

    /** A listing must not fail because of one entry. */
    private Optional<EntryKind> kind(Path path) {
        try {
            return disk.entry(path).map(FolderReader::kind);
        } catch (DiskException unreadable) {
            return Optional.of(EntryKind.UNREADABLE);
        }
    }

    private static List<VmName> names(SortedMap<String, EntryKind> entries) {
        return entries.keySet().stream().flatMap(name -> VmName.of(name).stream()).toList();
    }

    private Map<VmName, FolderVm> vms(
            SortedMap<String, EntryKind> entries, Collection<VmName> names,
            BiFunction<VmName, Path, FolderVm> reading) {
        Map<VmName, FolderVm> vms = new TreeMap<>();
        for (VmName name : names) {
            if (entries.get(name.text()) == EntryKind.FOLDER) {
                vms.put(name, reading.apply(name, layout.vm(name)));
            }
        }
        return vms;
    }

    /** @throws ctl.vm.problem.VmException NoSuchRoot, RootIsNoFolder */
    public void requireRoot() {
        if (disk.entry(layout.root()).isEmpty()) {
            throw new Failure.NoSuchRoot(layout.root()).thrown();
        }
        // With the dot, a folder behind a link is one as well.
        if (!isFolder(layout.root().resolve("."))) {
            throw new Failure.RootIsNoFolder(layout.root()).thrown();
        }
    }

    private boolean isFolder(Path path) {
        try {
            return disk.entry(path).filter(entry -> entry.kind() == Disk.Kind.FOLDER).isPresent();
        } catch (DiskException noFolder) {
            return false;
        }
    }

    /** The names of everything that may be copied with a VM but is not an image. */
    static List<Path> others(Disk disk, Path folder) {
        return disk.list(folder).stream()
                .filter(path -> !FolderReader.isImage(path))
                .toList();
    }
}
