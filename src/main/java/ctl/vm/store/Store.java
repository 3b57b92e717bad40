package ctl.vm.store;

import ctl.vm.durable.Disk;
import ctl.vm.durable.DiskFile.Extent;
import ctl.vm.durable.DiskFile;
import ctl.vm.inventory.Folder;
import ctl.vm.inventory.FolderImage;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.ImageFacts;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.EntryKind;
import ctl.vm.inventory.value.FileId;
import ctl.vm.inventory.value.FolderId;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.Layout;
import ctl.vm.inventory.value.VmName;
import ctl.vm.problem.AlreadyThere;
import ctl.vm.problem.DiskException;
import ctl.vm.problem.Failure;
import ctl.vm.problem.Unsafe;
import ctl.vm.process.CopyingProgram;
import ctl.vm.process.OpenFiles;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The folder of VMs on a disk: what stands in it. What cannot be read is said in the result: a listing must not fail.
 */
public final class Store {

    private final Disk disk;
    private final Layout layout;
    private final Epochs epochs;

    public Store(Disk disk, Layout layout) {
        this(disk, layout, Epochs.NONE);
    }

    /** @param epochs of a folder that several hosts share */
    public Store(Disk disk, Layout layout, Epochs epochs) {
        this.disk = disk;
        this.layout = layout;
        this.epochs = epochs;
    }

    /** The folder of VMs. */
    public Path vms() {
        return layout.vms();
    }

    /** Where operations build VMs and keep what was deleted. */
    public WorkFolders work() {
        return new WorkFolders(disk, layout, epochs);
    }

    /** What images hold. */
    public ImageContents contents() {
        return new ImageContents(disk, layout);
    }

    /** Begins to load what changes to the folder need, beside other work. */
    public void getReady() {
        disk.getReady();
    }

    /** Everything in the folder, every VM looked into. */
    public Folder lookAtAll() {
        return read(Optional.empty(), true);
    }

    /** Everything in the folder, but only the VMs of these names looked into. */
    public Folder look(Collection<VmName> names) {
        return read(Optional.of(names), true);
    }

    /** What {@link #lookAtAll} tells, but of images only names, sizes and times, which cost next to nothing to know. */
    public Folder glanceAtAll() {
        return read(Optional.empty(), false);
    }

    /** What {@link #look} tells, but of images only names, sizes and times. */
    public Folder glance(Collection<VmName> names) {
        return read(Optional.of(names), false);
    }

    /** A folder that was glanced at, with a closer look at some of its VMs. */
    public Folder closer(Folder folder, Predicate<FolderVm> wanted) {
        Map<VmName, FolderVm> vms = new TreeMap<>(folder.vms());
        vms.replaceAll((name, vm) -> wanted.test(vm) ? read(name, true) : vm);
        return new Folder(folder.entries(), vms, folder.unlisted());
    }

    private Folder read(Optional<Collection<VmName>> names, boolean closely) {
        requireRoot();
        SortedMap<String, EntryKind> entries = new TreeMap<>();
        Map<String, List<ImageFacts>> unlisted = new TreeMap<>();
        List<VmName> all = new ArrayList<>();
        if (disk.entry(layout.vms()).isPresent()) {
            for (Path path : disk.list(layout.vms())) {
                String name = disk.name(path);
                if (isOfFilesystem(name)) {
                    continue;
                }
                boolean isHidden = name.startsWith(".");
                if (!isHidden) {
                    kind(path).ifPresent(kind -> entries.put(name, kind));
                }
                if (names.isEmpty() && !(isHidden && layout.isWorkFolder(path))) {
                    (isHidden ? Optional.<VmName>empty() : VmName.of(name))
                            .ifPresentOrElse(all::add, () -> unlisted.put(name, images(path)));
                }
            }
        }
        Map<VmName, FolderVm> vms = new TreeMap<>();
        for (VmName name : names.orElse(all)) {
            if (entries.get(name.text()) == EntryKind.FOLDER) {
                vms.put(name, read(name, closely));
            }
        }
        return new Folder(entries, vms, unlisted);
    }

    /** Where {@code vm/} is a filesystem of its own, ext4 has made a folder in it for what its repair finds. */
    private boolean isOfFilesystem(String name) {
        return name.equals("lost+found")
                && disk.entry(layout.vms()).map(Disk.Entry::device)
                        .equals(disk.entry(layout.vms().resolve(name)).map(Disk.Entry::device))
                && !disk.entry(layout.vms()).map(Disk.Entry::device)
                        .equals(disk.entry(layout.root()).map(Disk.Entry::device));
    }

    /** Of a folder that is no VM: what cannot be read has none. */
    private List<ImageFacts> images(Path folder) {
        try {
            return disk.entry(folder).filter(entry -> entry.kind() == Disk.Kind.FOLDER).stream()
                    .flatMap(_ -> disk.look(folder).stream())
                    .filter(found -> found.entry().kind() == Disk.Kind.FILE)
                    .flatMap(found -> ImageName.ofFile(found.name()).stream()
                            .map(image -> facts(image, found.entry())))
                    .toList();
        } catch (DiskException unreadable) {
            return List.of();
        }
    }

    private Optional<EntryKind> kind(Path path) {
        try {
            return disk.entry(path).map(Store::kind);
        } catch (DiskException unreadable) {
            return Optional.of(EntryKind.UNREADABLE);
        }
    }

    private static EntryKind kind(Disk.Entry entry) {
        return switch (entry.kind()) {
            case FILE -> EntryKind.FILE;
            case FOLDER -> EntryKind.FOLDER;
            case LINK -> EntryKind.LINK;
            case SPECIAL -> EntryKind.SPECIAL;
        };
    }

    private FolderVm read(VmName name, boolean closely) {
        Path folder = layout.vm(name);
        List<FolderImage> images = new ArrayList<>();
        List<String> others = new ArrayList<>();
        try {
            for (Disk.Found found : disk.look(folder)) {
                ImageName.ofFile(found.name()).ifPresentOrElse(
                        image -> images.add(image(image, folder.resolve(found.name()), found.entry(), closely)),
                        () -> others.add(found.name()));
            }
        } catch (DiskException unreadable) {
            return FolderVm.unreadable(name, unreadable.path() + ": " + unreadable.reason());
        }
        return new FolderVm(name, images, others, Optional.empty());
    }

    /** @param closely whether it is looked at what costs more, such as opening each snapshot */
    private FolderImage image(ImageName name, Path path, Disk.Entry entry, boolean closely) {
        boolean hasHeader = closely && !name.isDisk() && entry.kind() == Disk.Kind.FILE;
        return new FolderImage(
                name,
                kind(entry),
                new ByteCount(entry.size()),
                closely ? Optional.of(new ByteCount(disk.allocated(path))) : Optional.empty(),
                entry.modified(),
                new FileId(entry.device(), entry.inode()),
                hasHeader ? diskModifiedSeconds(path) : Optional.empty(),
                closely ? owner(path) : Optional.empty(),
                Optional.empty());
    }

    /** Nothing is decided by it. */
    private Optional<String> owner(Path path) {
        try {
            return Optional.of(disk.owner(path));
        } catch (DiskException failed) {
            if (!failed.isRefusal()) {
                throw failed;
            }
            return Optional.empty();
        }
    }

    /** A snapshot that we may not read tells nothing, and a listing does without. */
    private Optional<Long> diskModifiedSeconds(Path snapshot) {
        try (DiskFile file = disk.open(snapshot)) {
            return SnapshotHeader.of(file).map(SnapshotHeader::diskModifiedSeconds);
        } catch (DiskException unreadable) {
            return Optional.empty();
        }
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

    /** Where an image of a VM stands. */
    public Path path(VmName vm, ImageName image) {
        return layout.vm(vm).resolve(image.fileName());
    }

    /** Watches all images of a VM; nothing where there is no such VM. */
    public ImageWatch watch(VmName vm) {
        Path folder = layout.vm(vm);
        boolean isThere = disk.entry(folder).filter(entry -> entry.kind() == Disk.Kind.FOLDER).isPresent();
        return ImageWatch.over(disk, isThere ? disk.list(folder).stream().filter(Store::isImage).toList() : List.of());
    }

    /** Watches files in the folder of a VM. */
    public ImageWatch watch(VmName vm, List<String> fileNames) {
        return ImageWatch.over(disk, fileNames.stream().map(layout.vm(vm)::resolve).toList());
    }

    /** A program that seems to copy files into the folder of a VM, such as {@code cp (pid 4242)}. */
    public Optional<String> copyingProgram(VmName vm) {
        return CopyingProgram.in(layout.vm(vm)).map(OpenFiles.Holder::description);
    }

    /** Watches one file, which may be no image of ours. */
    public ImageWatch watch(Path file) {
        return ImageWatch.over(disk, List.of(file));
    }

    /** Notices what happens in all these folders. */
    public FolderWatch watchAll() {
        return new FolderWatch(layout.vms());
    }

    /** For what follows the journal: tells when it is no longer the same. */
    public PinnedRoot pinJournal() {
        return PinnedRoot.ofJournal(layout);
    }

    /** For what follows the folder of VMs and writes to the journal. */
    public PinnedRoot pinAll() {
        return PinnedRoot.ofAll(layout);
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
            for (Optional<Extent> extent = open.data(from); extent
                    .isPresent(); extent = open.data(extent.get().end())) {
                bytes += extent.get().length();
            }
            return new ByteCount(bytes);
        }
    }

    /** Bytes of what stands in the folder of a VM and is not an image. @param onDisk whether holes are not counted */
    public ByteCount sizeOfOthers(VmName vm, boolean onDisk) {
        return others(disk, layout.vm(vm)).stream()
                .map(path -> onDisk ? Folders.allocated(disk, path) : Folders.size(disk, path))
                .reduce(ByteCount.ZERO, ByteCount::plus);
    }

    /** Measures what all this takes on disk. @param unreadable is given folders whose content is not counted */
    public UsageReader usage(Consumer<Path> unreadable) {
        boolean isThere = disk.entry(layout.vms()).isPresent();
        Disk.Filesystem filesystem = disk.filesystem(isThere ? layout.vms() : layout.root());
        return new UsageReader(disk, layout, work(), filesystem, unreadable);
    }

    /** What the folder of a VM is, whatever its name; empty where there is none. */
    public Optional<FolderId> folder(VmName vm) {
        Path folder = layout.vm(vm);
        return disk.entry(folder)
                .filter(entry -> entry.kind() == Disk.Kind.FOLDER)
                .map(entry -> new FolderId(entry.inode(), disk.born(folder)));
    }

    /** When something came into a VM's folder or left it, or that was moved, the last time; no one can set it back. */
    public Instant changed(VmName vm) {
        return changed(layout.vm(vm));
    }

    /** When an image was written to, or its attributes changed, the last time; no one can set it back. */
    public Instant changed(VmName vm, ImageName image) {
        return changed(path(vm, image));
    }

    private Instant changed(Path path) {
        return disk.entry(path).map(Disk.Entry::changed).orElse(Instant.MIN);
    }

    /** When the file of an image was made; empty where the filesystem does not keep that. */
    public Optional<Instant> born(VmName vm, ImageName image) {
        return disk.born(path(vm, image));
    }

    /** Bytes that this user can still write to the folder of VMs. */
    public ByteCount free() {
        return new ByteCount(disk.freeBytes(layout.vms()));
    }

    /** What is kept of the disk of the journal for what frees space, and of that of the VMs where it is another one. */
    public List<SpaceReserve> reserves() {
        SpaceReserve ofJournal = new SpaceReserve(disk, layout.journalReserve());
        Optional<Long> journal = disk.entry(layout.journal()).map(Disk.Entry::device);
        Optional<Long> vms = disk.entry(layout.vms()).map(Disk.Entry::device);
        if (journal.isEmpty()) {
            return List.of();
        }
        return vms.isEmpty() || vms.equals(journal)
                ? List.of(ofJournal)
                : List.of(ofJournal, new SpaceReserve(disk, layout.vmsReserve()));
    }

    /** The name of a folder of the root for people. */
    public Path shown(Path folder) {
        return folder.equals(layout.vms()) ? Path.of("vm") : layout.root().relativize(folder);
    }

    /** Waits until {@link #free} counts what was removed: some filesystems free it later. */
    public void settleRemovals() {
        disk.syncFilesystem(layout.vms());
    }

    /**
     * Makes sure that a name stands for nothing but what has it letter by letter.
     *
     * @throws ctl.vm.problem.VmException SameToTheFilesystem
     */
    public void requireDistinct(VmName name) {
        Path path = layout.vm(name);
        if (disk.entry(path).isPresent()) {
            List<Path> all = disk.list(layout.vms());
            if (!all.contains(path)) {
                String existing = all.stream().map(disk::name).filter(name.text()::equalsIgnoreCase)
                        .findFirst().orElse("entry of vm/");
                throw new AlreadyThere.SameToTheFilesystem(name.text(), existing).thrown();
            }
        }
    }

    /**
     * Gives a VM another name, durably. If we die before the sync, it stands under either; calling again does the rest.
     *
     * @throws ctl.vm.problem.VmException BadName, where the filesystem does not take it
     */
    public void rename(VmName from, VmName to) {
        if (disk.entry(layout.vm(from)).isPresent()) {
            RefusedName.explained(to, () -> disk.renameDurably(layout.vm(from), layout.vm(to)));
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
        Folders.ensure(disk, layout.vms());
        Folders.ensurePrivate(disk, layout.journal());
        // Also when they were there: whoever made them may have died before their names were durable.
        Stream.of(layout.vms(), layout.journal()).map(Path::getParent).distinct().forEach(disk::syncFolder);
    }

    /**
     * The kind of filesystem that the journal is on, such as {@code nfs}, where that brings the files of another
     * machine.
     */
    public Optional<String> remoteJournal() {
        return disk.remote(layout.journal());
    }

    /**
     * Makes sure that other hosts see the locks that this one has in the root.
     *
     * @throws ctl.vm.problem.VmException LocalLocks
     */
    public void requireSharedLocks() {
        for (Path folder : List.of(layout.journal(), layout.vms())) {
            disk.localLocks(folder).ifPresent(how -> {
                throw new Unsafe.LocalLocks(folder, how).thrown();
            });
        }
    }

    /** Where the journal is. */
    public Path journal() {
        return layout.journal();
    }

    static boolean isImage(Path path) {
        return ImageName.ofFile(path.getFileName().toString()).isPresent();
    }

    /** What the journal records of an image. */
    static ImageFacts facts(ImageName name, Disk.Entry entry) {
        return new ImageFacts(name, new ByteCount(entry.size()), entry.modified(),
                Optional.of(new FileId(entry.device(), entry.inode())));
    }

    /** Everything that may be copied with a VM but is not an image. */
    static List<Path> others(Disk disk, Path folder) {
        return disk.list(folder).stream().filter(path -> !isImage(path)).toList();
    }
}
