package ctl.vm.store;

import ctl.vm.durable.Disk;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.Layout;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.WorkName;
import ctl.vm.problem.DiskException;
import ctl.vm.problem.Errno;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The hidden folders in the folder of VMs: staging and trash, with a folder in them for each operation.
 *
 * <p>Where several hosts share the folder, the epoch of an operation stands in the names of its folders:
 * {@link WorkName}. A name is looked up once, when what stands under it is first asked for, and not again: an operation
 * that has been taken over meanwhile finds nothing under it.
 */
public final class WorkFolders {

    private final Disk disk;
    private final Layout layout;
    private final Epochs epochs;

    WorkFolders(Disk disk, Layout layout, Epochs epochs) {
        this.disk = disk;
        this.layout = layout;
        this.epochs = epochs;
    }

    /** Where an operation builds a VM. */
    public Staging staging(OperationId operation) {
        return new Staging(disk, layout, stagingFolder(operation), () -> leftBefore(operation));
    }

    /** Where a deletion puts what stays for a while. */
    public Trash trash(OperationId deletion) {
        return new Trash(disk, layout, this, deletion, trashFolder(deletion));
    }

    /** Whether a file is on the filesystem of the trash. */
    public boolean mayKeep(Path file) {
        Optional<Long> trash = disk.entry(layout.trashes().getParent()).map(Disk.Entry::device);
        return trash.isPresent() && disk.entry(file).map(Disk.Entry::device).equals(trash);
    }

    /** Where an export puts the package that it replaces. @param file the path that this had then */
    public TrashedFile trashedFile(OperationId export, Path file) {
        return new TrashedFile(
                disk, layout.trashes(), trashFolder(export).resolve(file.getFileName()), file,
                () -> requireHeld(export));
    }

    /** Where a deletion puts what is freed as soon as it is done. */
    public Trash passingTrash(OperationId deletion) {
        return new Trash(disk, layout, this, deletion, stagingFolder(deletion));
    }

    /** How a file is called that an export writes, until it gets its name. @param file that name */
    public WorkName partial(OperationId export, Path file) {
        return name(export, file.getParent());
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
            disk.list(folder).forEach(path -> nameOf(path).map(WorkName::operation).ifPresent(ids::add));
        }
        return ids;
    }

    /** Everything in both folders, as seen from the folder of VMs, and whose it may be by its name. */
    public Map<String, Optional<OperationId>> all() {
        Map<String, Optional<OperationId>> all = new TreeMap<>();
        for (Path folder : List.of(layout.stagings(), layout.trashes())) {
            if (isFolder(folder)) {
                disk.list(folder).forEach(path -> all.put(
                        layout.hidden(path), nameOf(path).map(WorkName::operation)));
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

    /**
     * Moves all that an operation has made to the names of another epoch, durably. From then on nothing succeeds that
     * an earlier holder does under the old ones. Safe to be called again by whoever finds that it was not recorded.
     *
     * <p>What a holder could still publish is renamed whole. A folder that VMs and snapshots are moved into or out of is
     * emptied into a new one and removed: a call that has looked it up already, on whatever host, then fails, while it
     * would still find a folder that was only renamed.
     *
     * @param request empty where none is recorded
     * @param epoch that the holder had
     * @return the epoch of the new names
     */
    public long fence(OperationId operation, Optional<Request> request, long epoch) {
        Optional<Path> file = request.flatMap(WorkFolders::file);
        long newest = Math.max(newestEpoch(operation, layout.stagings()), newestEpoch(operation, layout.trashes()));
        long next = 1 + Math.max(epoch, Math.max(
                newest, file.map(path -> newestEpoch(operation, path.getParent())).orElse(0L)));
        WorkName name = new WorkName(operation, next, false);
        if (request.filter(Request::bringsIn).isPresent()) {
            own(operation, layout.stagings()).ifPresent(from -> rename(
                    layout.stagings(), from.text(), name.asTaken().text()));
        } else {
            moveAll(operation, layout.stagings(), name);
        }
        moveAll(operation, layout.trashes(), name);
        request.flatMap(Request::takesFromTrash).ifPresent(deletion -> moveAll(
                deletion, layout.trashes(),
                new WorkName(deletion, 1 + newestEpoch(deletion, layout.trashes()), false)));
        file.ifPresent(path -> own(operation, path.getParent()).ifPresent(from -> rename(
                path.getParent(), Layout.partialPackage(path, from).getFileName().toString(),
                Layout.partialPackage(path, name.asTaken()).getFileName().toString())));
        return next;
    }

    /**
     * Gives what was taken from an earlier holder the names of this one, where that holder had done writing; where not,
     * removes it: it is made anew, in files that no other process has open. To be called in no write session.
     */
    public void adopt(OpenOperation operation) {
        OperationId id = operation.id();
        boolean isWhole = operation.staged().isPresent();
        if (!operation.request().bringsIn()) {
            moveAll(id, layout.stagings(), name(id, layout.stagings()));
        } else {
            adopt(id, layout.stagings(), isWhole, WorkName::text);
            leftBefore(id).forEach(path -> Folders.removeTree(disk, path));
        }
        file(operation.request()).ifPresent(path -> {
            adopt(id, path.getParent(), isWhole, name -> Layout.partialPackage(path, name).getFileName().toString());
            leftBefore(id, path.getParent()).forEach(name -> {
                disk.remove(Layout.partialPackage(path, name));
                disk.remove(Layout.newPartialPackage(path, name));
            });
        });
    }

    /**
     * Gives everything names without an epoch, as they are in a folder of one host. To be called while no operation is
     * carried out; whatever is not renamed when we die is found under either name while the folder is shared.
     *
     * @param open operations that may be gone on with
     */
    public void dropEpochs(Collection<OpenOperation> open) {
        List.of(layout.stagings(), layout.trashes())
                .forEach(folder -> operationsIn(folder).forEach(id -> dropEpoch(id, folder, WorkName::text)));
        for (OpenOperation operation : open) {
            file(operation.request()).ifPresent(path -> dropEpoch(operation.id(), path.getParent(),
                    name -> Layout.partialPackage(path, name).getFileName().toString()));
        }
    }

    private void dropEpoch(OperationId id, Path folder, Naming naming) {
        WorkName plain = new WorkName(id);
        newest(id, folder).filter(name -> !name.equals(plain))
                .ifPresent(name -> rename(folder, naming.of(name), naming.of(plain)));
    }

    private void adopt(OperationId id, Path folder, boolean isWhole, Naming naming) {
        WorkName own = name(id, folder);
        Optional<WorkName> taken = names(id, folder).stream().filter(WorkName::taken).max(Comparator.naturalOrder());
        if (isWhole && taken.isPresent() && !names(id, folder).contains(own)) {
            rename(folder, naming.of(taken.get()), naming.of(own));
        }
    }

    /** How something is called. */
    private interface Naming {
        String of(WorkName name);
    }

    private void rename(Path folder, String from, String to) {
        try {
            disk.replace(folder.resolve(from), folder.resolve(to));
        } catch (DiskException failed) {
            // The holder lives, and has just published it or removed it.
            if (!failed.is(Errno.ENOENT)) {
                throw failed;
            }
        }
        disk.syncFolder(folder);
    }

    /** Empties the folders that the operation has in this one into that of the new name. */
    private void moveAll(OperationId operation, Path parent, WorkName to) {
        for (WorkName from : names(operation, parent)) {
            if (!from.equals(to)) {
                moveAll(parent.resolve(from.text()), parent.resolve(to.text()));
            }
        }
    }

    private void moveAll(Path from, Path to) {
        Folders.ensureWithin(disk, to.getParent(), to);
        boolean isLeft = true;
        while (isLeft) {
            try {
                disk.list(from).forEach(path -> disk.replace(path, to.resolve(path.getFileName())));
                disk.syncFolder(to);
                disk.remove(from);
                isLeft = false;
            } catch (DiskException failed) {
                // The holder lives: it has just put something in, or taken it out, or removed the folder.
                if (!failed.is(Errno.ENOENT, Errno.ENOTEMPTY, Errno.EEXIST)) {
                    throw failed;
                }
                isLeft = disk.entry(from).isPresent();
            }
        }
        disk.syncFolder(to.getParent());
    }

    /** @throws ctl.vm.problem.VmException TakenOver */
    void requireHeld(OperationId operation) {
        epochs.requireHeld(operation);
    }

    Path stagingFolder(OperationId operation) {
        return layout.stagings().resolve(name(operation, layout.stagings()).text());
    }

    Path trashFolder(OperationId deletion) {
        return layout.trashes().resolve(name(deletion, layout.trashes()).text());
    }

    /** Where a purge has, or will have, the folder of a deletion. @param name that it has in the trash */
    Path left(OperationId deletion, Path name, OperationId purge) {
        Path staging = stagingFolder(purge);
        return staging.resolve(newest(deletion, staging).map(WorkName::text).orElse(name.toString()));
    }

    /** A name that no process can have looked up before. @param left what is to get it */
    Path unusedTrash(OperationId deletion, Path left) {
        long before = nameOf(left).map(WorkName::epoch).orElse(0L);
        return layout.trashes().resolve(
                new WorkName(deletion, epochs.isShared() ? before + 1 : before, false).text());
    }

    /**
     * As this process calls it where it carries the operation out, else as whoever does. In a folder of one host nothing
     * is looked up.
     */
    private WorkName name(OperationId operation, Path folder) {
        if (!epochs.isShared()) {
            return new WorkName(operation);
        }
        return epochs.of(operation).map(epoch -> new WorkName(operation, epoch, false))
                .or(() -> newest(operation, folder))
                .orElse(new WorkName(operation));
    }

    private Optional<WorkName> newest(OperationId operation, Path folder) {
        return epochs.isShared()
                ? names(operation, folder).stream().max(Comparator.naturalOrder())
                : Optional.empty();
    }

    /** The newest that was not taken from a holder. */
    private Optional<WorkName> own(OperationId operation, Path folder) {
        return names(operation, folder).stream().filter(name -> !name.taken()).max(Comparator.naturalOrder());
    }

    private long newestEpoch(OperationId operation, Path folder) {
        return names(operation, folder).stream().mapToLong(WorkName::epoch).max().orElse(0);
    }

    private List<WorkName> names(OperationId operation, Path folder) {
        return isFolder(folder)
                ? disk.list(folder).stream().flatMap(path -> nameOf(path).stream())
                        .filter(name -> name.operation().equals(operation)).distinct().toList()
                : List.of();
    }

    /** What an operation has left under other names than its own: all where this process does not carry it out. */
    private List<Path> leftBefore(OperationId operation) {
        if (!epochs.isShared()) {
            return List.of();
        }
        return leftBefore(operation, layout.stagings()).map(name -> layout.stagings().resolve(name.text())).toList();
    }

    private Stream<WorkName> leftBefore(OperationId operation, Path folder) {
        Optional<Long> epoch = epochs.of(operation);
        return names(operation, folder).stream().filter(name -> epoch.isEmpty() || name.epoch() < epoch.get()
                || name.taken() && name.epoch() == epoch.get());
    }

    private static Optional<WorkName> nameOf(Path path) {
        return WorkName.of(Layout.workName(path.getFileName().toString()));
    }

    /** The file that it makes. */
    private static Optional<Path> file(Request request) {
        return request instanceof Request.Export export && !export.isPiped()
                ? Optional.of(Path.of(export.file()))
                : Optional.empty();
    }

    private boolean isFolder(Path folder) {
        return disk.entry(folder).filter(entry -> entry.kind() == Disk.Kind.FOLDER).isPresent();
    }
}
