package ctl.vm.store;

import ctl.vm.durable.Disk;
import ctl.vm.durable.DiskFile;
import ctl.vm.inventory.FolderImage;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.EntryKind;
import ctl.vm.inventory.value.FileId;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.VmName;
import ctl.vm.problem.DiskException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads what stands in the folder of one VM. What cannot be read is said in the result: a listing must not fail. */
final class FolderReader {

    private final Disk disk;

    FolderReader(Disk disk) {
        this.disk = disk;
    }

    /** Names, sizes and times. What costs more, such as opening each snapshot, only a closer look tells. */
    FolderVm glance(VmName name, Path folder) {
        return read(name, folder, false);
    }

    FolderVm read(VmName name, Path folder) {
        return read(name, folder, true);
    }

    private FolderVm read(VmName name, Path folder, boolean closely) {
        List<FolderImage> images = new ArrayList<>();
        List<String> others = new ArrayList<>();
        try {
            for (Disk.Found found : disk.look(folder)) {
                Optional<ImageName> image = ImageName.ofFile(found.name());
                if (image.isEmpty()) {
                    others.add(found.name());
                } else {
                    images.add(closely
                            ? looked(image.get(), folder.resolve(found.name()), found.entry())
                            : glanced(image.get(), found.entry()));
                }
            }
        } catch (DiskException unreadable) {
            return FolderVm.unreadable(name, unreadable.path() + ": " + unreadable.reason());
        }
        return new FolderVm(name, images, others, Optional.empty());
    }

    static boolean isImage(Path path) {
        return ImageName.ofFile(path.getFileName().toString()).isPresent();
    }

    static EntryKind kind(Disk.Entry entry) {
        return switch (entry.kind()) {
            case FILE -> EntryKind.FILE;
            case FOLDER -> EntryKind.FOLDER;
            case LINK -> EntryKind.LINK;
            case SPECIAL -> EntryKind.SPECIAL;
        };
    }

    private static FolderImage glanced(ImageName name, Disk.Entry entry) {
        return new FolderImage(
                name,
                kind(entry),
                new ByteCount(entry.size()),
                Optional.empty(),
                entry.modified(),
                new FileId(entry.device(), entry.inode()),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private FolderImage looked(ImageName name, Path path, Disk.Entry entry) {
        boolean hasHeader = !name.isDisk() && entry.kind() == Disk.Kind.FILE;
        return new FolderImage(
                name,
                kind(entry),
                new ByteCount(entry.size()),
                Optional.of(new ByteCount(disk.allocated(path))),
                entry.modified(),
                new FileId(entry.device(), entry.inode()),
                hasHeader ? diskModifiedSeconds(path) : Optional.empty(),
                Optional.of(disk.owner(path)),
                Optional.empty());
    }

    /** A snapshot that we may not read tells nothing, and a listing does without. */
    private Optional<Long> diskModifiedSeconds(Path snapshot) {
        try (DiskFile file = disk.open(snapshot)) {
            return SnapshotHeader.of(file).map(SnapshotHeader::diskModifiedSeconds);
        } catch (DiskException unreadable) {
            return Optional.empty();
        }
    }
}
