package ctl.vm.store;

import ctl.vm.durable.Disk;
import ctl.vm.inventory.value.Layout;
import ctl.vm.inventory.value.OperationId;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The hidden folders in the folder of VMs: staging and trash, with a folder in them for each operation. */
public final class WorkFolders {

    private final Disk disk;
    private final Layout layout;

    WorkFolders(Disk disk, Layout layout) {
        this.disk = disk;
        this.layout = layout;
    }

    /** Where an operation builds a VM. */
    public Staging staging(OperationId operation) {
        return new Staging(disk, layout, operation);
    }

    /** Where a deletion puts what stays for a while. */
    public Trash trash(OperationId deletion) {
        return new Trash(disk, layout, layout.trash(deletion));
    }

    /** Whether a file is on the filesystem of the trash. */
    public boolean mayKeep(Path file) {
        Optional<Long> trash = disk.entry(layout.trashes().getParent()).map(Disk.Entry::device);
        return trash.isPresent() && disk.entry(file).map(Disk.Entry::device).equals(trash);
    }

    /** Where an export puts the package that it replaces. @param file the path that this had then */
    public TrashedFile trashedFile(OperationId export, Path file) {
        return new TrashedFile(disk, layout.trashes(), layout.trash(export).resolve(file.getFileName()), file);
    }

    /** Where a deletion puts what is freed as soon as it is done. */
    public Trash passingTrash(OperationId deletion) {
        return new Trash(disk, layout, layout.staging(deletion));
    }

    /** Operations that have left something in staging, whether they still need it or not. */
    public Set<OperationId> leftovers() {
        return operationsIn(layout.stagings());
    }

    /** Deletions with a folder in the trash, also an empty one, and also those that are not done; the oldest first. */
    public Set<OperationId> trashed() {
        return operationsIn(layout.trashes());
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

    /** Everything in both folders, as seen from the folder of VMs, and whose it may be by its name. */
    public Map<String, Optional<OperationId>> all() {
        Map<String, Optional<OperationId>> all = new TreeMap<>();
        for (Path folder : List.of(layout.stagings(), layout.trashes())) {
            if (disk.entry(folder).filter(entry -> entry.kind() == Disk.Kind.FOLDER).isPresent()) {
                disk.list(folder).forEach(path -> all.put(
                        layout.hidden(path), OperationId.of(path.getFileName().toString())));
            }
        }
        return all;
    }

    /** Removes these folders where nothing is in them. */
    public void removeEmpty() {
        for (Path folder : List.of(layout.stagings(), layout.trashes())) {
            if (disk.entry(folder).isPresent()) {
                Folders.removeIfEmpty(disk, folder);
            }
        }
    }
}
