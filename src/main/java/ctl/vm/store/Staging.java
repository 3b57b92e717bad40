package ctl.vm.store;

import ctl.vm.durable.Disk;
import ctl.vm.durable.DiskFile;
import ctl.vm.inventory.Checkpoint;
import ctl.vm.inventory.CopyOptions;
import ctl.vm.inventory.CopyWatcher;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.ImageFacts;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ContentSample;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.Layout;
import ctl.vm.inventory.value.VmName;
import ctl.vm.linux.LinuxError;
import ctl.vm.problem.AlreadyThere;
import ctl.vm.problem.DiskException;
import ctl.vm.problem.Errno;
import ctl.vm.problem.Misuse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Where one operation builds a VM before it appears: {@code vm/.staging/OPERATION/}, in a folder that several hosts share
 * {@code vm/.staging/OPERATION.EPOCH/}. No other process writes there.
 *
 * <p>Invariant: a VM gets its final name only by {@link #publish}, and only after every byte of it is durable.
 */
public final class Staging {

    private static final int IMAGE_MODE = 0666;
    private static final String REHEARSAL = ".rehearsal";

    private final Disk disk;
    private final Layout layout;
    private final Path folder;
    private final Supplier<List<Path>> leftovers;

    /** @param leftovers what else the operation has left, under the names of earlier epochs */
    Staging(Disk disk, Layout layout, Path folder, Supplier<List<Path>> leftovers) {
        this.disk = disk;
        this.layout = layout;
        this.folder = folder;
        this.leftovers = leftovers;
    }

    /** Makes the folder. */
    public void prepare() {
        Folders.ensureWithin(disk, layout.stagings(), folder);
    }

    /**
     * The same, as closed as the folder of a VM is but open to its owner, who is to fill it and will want to rename it.
     */
    public void prepareLike(VmName source) {
        Folders.ensureWithin(disk, layout.stagings(), folder, Folders.OWNER_ONLY);
        disk.copyAttributes(layout.vm(source), folder, Folders.OWNER_ONLY);
    }

    /**
     * Makes sure, before anything is copied, that the filesystem will take the name that the VM is to get.
     *
     * @throws ctl.vm.problem.VmException BadName
     */
    public void requireName(VmName name) {
        RefusedName.requireTaken(disk, folder, name);
    }

    /**
     * Does in small, with an empty file, what will be done with a VM when all of it is there: a filesystem that refuses
     * it does so before anything is copied. Nothing is left.
     */
    public void rehearse() {
        Path first = folder.resolve(REHEARSAL);
        Path second = folder.resolve(".rehearsal-renamed");
        // A kill in an earlier attempt may have left either.
        Folders.removeTree(disk, first);
        Folders.removeTree(disk, second);
        disk.createFolder(first);
        try (DiskFile image = disk.create(first.resolve(ImageName.DISK.fileName()), IMAGE_MODE)) {
            image.resize(1);
            image.setModified(Instant.EPOCH.plusSeconds(1_000_000_000));
            image.sync();
        }
        disk.rename(first, second);
        disk.replace(second, first);
        Folders.removeTree(disk, first);
    }

    /** Whether there is room for an empty file of that size: on a filesystem that keeps no holes it takes as much. */
    public boolean takesEmpty(ByteCount size) {
        Path path = folder.resolve(REHEARSAL);
        disk.remove(path);
        try (DiskFile file = disk.create(path, IMAGE_MODE)) {
            file.resize(size.bytes());
            return true;
        } catch (DiskException failed) {
            if (failed.is(Errno.ENOSPC)) {
                return false;
            }
            // Whoever makes the image meets it again, and knows what it is about.
            return true;
        } finally {
            disk.remove(path);
        }
    }

    /** Makes an empty disk image, all hole, and makes it durable. */
    public void createDisk(ByteCount size) {
        Path path = image(ImageName.DISK);
        disk.remove(path);
        try (DiskFile image = disk.create(path, IMAGE_MODE)) {
            resize(image, size);
            image.sync();
        }
    }

    /**
     * Makes an image that shares the blocks of a file, and makes it durable.
     *
     * @param source an image of another VM, or a raw image from anywhere
     * @return false where the filesystem cannot
     */
    public boolean shareImage(Path source, ImageName image) {
        return FileCopy.share(disk, source, image(image));
    }

    /** Copies a file to an image, from the checkpoint on where it still holds, and makes the image durable. */
    public void copyImage(
            Path source, ImageName image, CopyOptions options, Optional<Checkpoint> checkpoint, CopyWatcher watcher) {
        new FileCopy(disk, options, watcher).copy(source, image(image), checkpoint);
    }

    /** Removes the images that an earlier attempt made of what is no longer there. */
    public void keepOnly(Collection<ImageName> images) {
        disk.list(folder).stream()
                .filter(path -> ImageName.ofFile(path.getFileName().toString())
                        .filter(image -> !images.contains(image))
                        .isPresent())
                .forEach(disk::remove);
    }

    /** Gives the folder the modification time of the folder of a VM; to be called when all is in it. */
    public void keepTime(VmName source) {
        disk.setModified(folder, entry(layout.vm(source)).modified());
    }

    /** Copies what else stands in the folder of a VM; returns what is neither file, folder nor link and was left. */
    public List<String> copyOthers(VmName source, CopyOptions options, CopyWatcher watcher) {
        List<String> left = new ArrayList<>();
        var copy = new FileCopy(disk, options, watcher);
        Store.others(disk, layout.vm(source))
                .forEach(path -> copy.copyTree(path, folder.resolve(path.getFileName()), left));
        return left;
    }

    /** Where an image is to be made by another program, durably. */
    public Path image(ImageName image) {
        return folder.resolve(image.fileName());
    }

    /** Makes the names in the folder durable: all of the VM now survives a power cut, under its staging name. */
    public void sync() {
        disk.syncFolder(folder);
    }

    /** What stands in the folder, for the journal. */
    public List<ImageFacts> images() {
        return images(folder);
    }

    private List<ImageFacts> images(Path path) {
        return disk.list(path).stream()
                .filter(Store::isImage)
                .map(image -> Store.facts(ImageName.ofFile(image.getFileName().toString()).orElseThrow(), entry(image)))
                .toList();
    }

    /** Samples of the content of the images that stand in the folder; none where it has been published. */
    public Map<ImageName, ContentSample> samples() {
        if (disk.entry(folder).isEmpty()) {
            return Map.of();
        }
        var contents = new ImageContents(disk, layout);
        Map<ImageName, ContentSample> samples = new TreeMap<>();
        disk.list(folder).stream().filter(Store::isImage).forEach(path -> contents.sample(path)
                .ifPresent(sample -> samples.put(
                        ImageName.ofFile(path.getFileName().toString()).orElseThrow(), sample)));
        return samples;
    }

    /** Tells the staged folder from any other, also after it was renamed. */
    public long folderInode() {
        return entry(folder).inode();
    }

    /** Whether anything stands in staging. */
    public boolean isThere() {
        return disk.entry(folder).isPresent();
    }

    /**
     * Whether the folder in staging is the one that was staged, and not one that was exchanged for it. Where it has
     * another inode, as in a root that was copied, its images tell.
     */
    public boolean holds(Event.VmStaged staged) {
        return isThere() && (folderInode() == staged.folderInode() || hasImagesOf(staged, folder));
    }

    /**
     * Whether the folder under the VM's name is the one that was staged. Some filesystems forget inodes: where it is no
     * longer in staging, its images tell.
     */
    public boolean isPublished(VmName name, Event.VmStaged staged) {
        Path target = layout.vm(name);
        return disk.entry(target)
                .filter(entry -> entry.inode() == staged.folderInode()
                        ? !isAnother(staged, target)
                        : entry.kind() == Disk.Kind.FOLDER && !holds(staged) && hasImagesOf(staged, target))
                .isPresent();
    }

    /** Whether what has the inode of the staged VM has got it by chance, where inodes are not kept. */
    private boolean isAnother(Event.VmStaged staged, Path target) {
        return isThere() && hasImagesOf(staged, folder) && !disk.keepsInodes(target) && !hasImagesOf(staged, target);
    }

    private boolean hasImagesOf(Event.VmStaged staged, Path path) {
        return images(path).stream().map(ImageFacts::ofAnyFile).collect(Collectors.toSet())
                .equals(staged.images().stream().map(ImageFacts::ofAnyFile).collect(Collectors.toSet()));
    }

    /**
     * Gives the staged VM its name, durably. If we die after the rename and before its sync, the VM stands under either
     * name, whole.
     *
     * @throws ctl.vm.problem.VmException VmExists, when a VM of that name was made meanwhile
     */
    public void publish(VmName name) {
        try {
            disk.renameDurably(folder, layout.vm(name));
        } catch (DiskException failed) {
            if (failed.is(Errno.EEXIST)) {
                throw new AlreadyThere.VmExists(name.text()).thrown();
            }
            throw failed;
        }
    }

    /**
     * The same, while the VM that has the name goes into staging in exchange: there is a whole VM under the name
     * always.
     *
     * @return false where the filesystem cannot; nothing has changed then
     */
    public boolean exchange(VmName name) {
        return disk.exchangeDurably(folder, layout.vm(name));
    }

    /** Makes durable that the staged VM has its name, which an attempt gave it that died then. */
    public void syncPublished(VmName name) {
        disk.syncFoldersOf(layout.vm(name), folder);
    }

    /** Bytes on disk of all that is in the folder. */
    public ByteCount allocated() {
        return Folders.allocated(disk, folder);
    }

    /** Bytes on disk of an image; 0 where it is not there yet. */
    public ByteCount allocated(ImageName image) {
        return new ByteCount(disk.allocated(image(image)));
    }

    /** Removes the folder with all that is in it: an unfinished VM, or the one that was replaced. */
    public void discard() {
        Folders.removeTree(disk, folder);
        leftovers.get().forEach(path -> Folders.removeTree(disk, path));
        Folders.removeIfEmpty(disk, layout.stagings());
    }

    private static void resize(DiskFile image, ByteCount size) {
        try {
            image.resize(size.bytes());
        } catch (DiskException failed) {
            if (failed.is(Errno.EFBIG, Errno.EINVAL)) {
                throw new Misuse.SizeOutOfRange(size.brief(), "the filesystem does not allow files of that size")
                        .thrown();
            }
            throw failed;
        }
    }

    private Disk.Entry entry(Path path) {
        return disk.entry(path)
                .orElseThrow(() -> LinuxError.of(Errno.ENOENT, "stat", path));
    }
}
