package ctl.vm.store;

import ctl.vm.durable.Disk;
import ctl.vm.inventory.CopyOptions;
import ctl.vm.inventory.CopyWatcher;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Copies a file, link or folder with all that is in it, durably. */
final class TreeCopy {

    private final Disk disk;
    private final CopyOptions options;
    private final CopyWatcher watcher;
    private final List<String> left;

    /** @param left receives the names of devices, pipes and sockets, which are not copied */
    TreeCopy(Disk disk, CopyOptions options, CopyWatcher watcher, List<String> left) {
        this.disk = disk;
        this.options = options;
        this.watcher = watcher;
        this.left = left;
    }

    void copy(Path source, Path target) {
        disk.entry(source).ifPresent(entry -> {
            switch (entry.kind()) {
                case FILE -> copyFile(source, target);
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

    private void copyFile(Path source, Path target) {
        if (!options.mayShare() || !new FileShare(disk).share(source, target)) {
            new FileCopy(disk, options, watcher).copy(source, target, Optional.empty());
        }
    }
}
