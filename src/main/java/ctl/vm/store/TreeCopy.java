package ctl.vm.store;

import ctl.vm.durable.Disk;
import ctl.vm.inventory.CopyWatcher;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Copies a file, link or folder with all that is in it, durably. */
final class TreeCopy {

    private final Disk disk;
    private final CopyWatcher watcher;
    private final List<String> left;

    /** @param left receives the names of devices, pipes and sockets, which are not copied */
    TreeCopy(Disk disk, CopyWatcher watcher, List<String> left) {
        this.disk = disk;
        this.watcher = watcher;
        this.left = left;
    }

    void copy(Path source, Path target) {
        disk.entry(source).ifPresent(entry -> {
            switch (entry.kind()) {
                case FILE -> new FileCopy(disk, watcher).copy(source, target, Optional.empty());
                case LINK -> {
                    disk.remove(target);
                    disk.createLink(target, disk.linkTarget(source));
                }
                case FOLDER -> {
                    Folders.ensure(disk, target);
                    disk.list(source).forEach(child -> copy(child, target.resolve(child.getFileName())));
                    disk.syncFolder(target);
                }
                case SPECIAL -> left.add(source.getFileName().toString());
            }
        });
    }
}
