package ctl.vm.store;

import ctl.vm.durable.Disk;
import ctl.vm.durable.DiskFile;
import ctl.vm.inventory.ByteCount;
import ctl.vm.inventory.EntryKind;
import ctl.vm.inventory.FolderImage;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.ImageName;
import ctl.vm.inventory.VmName;
import java.io.UncheckedIOException;
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
            for (Path path : disk.list(folder)) {
                String fileName = disk.name(path);
                Optional<ImageName> image = ImageName.ofFile(fileName);
                if (image.isEmpty()) {
                    others.add(fileName);
                } else {
                    disk.entry(path).ifPresent(entry -> images.add(image(image.get(), path, entry, closely)));
                }
            }
        } catch (UncheckedIOException unreadable) {
            return FolderVm.unreadable(name, unreadable.getCause().getMessage());
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

    private FolderImage image(ImageName name, Path path, Disk.Entry entry, boolean closely) {
        boolean hasHeader = closely && !name.isDisk() && entry.kind() == Disk.Kind.FILE;
        return new FolderImage(
                name,
                kind(entry),
                new ByteCount(entry.size()),
                closely ? Optional.of(new ByteCount(disk.allocated(path))) : Optional.empty(),
                entry.modified(),
                entry.inode(),
                hasHeader ? diskModifiedSeconds(path) : Optional.empty(),
                closely ? Optional.of(disk.owner(path)) : Optional.empty());
    }

    /** A snapshot that we may not read tells nothing, and a listing does without. */
    private Optional<Long> diskModifiedSeconds(Path snapshot) {
        try (DiskFile file = disk.open(snapshot)) {
            return SnapshotHeader.of(file).map(SnapshotHeader::diskModifiedSeconds);
        } catch (UncheckedIOException unreadable) {
            return Optional.empty();
        }
    }
}
