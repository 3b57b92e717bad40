package ctl.vm.inventory;

import ctl.vm.inventory.value.EntryKind;
import ctl.vm.inventory.value.FolderId;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.SnapshotName;
import ctl.vm.inventory.value.VmName;
import ctl.vm.problem.AlreadyThere;
import ctl.vm.problem.Failure;
import ctl.vm.problem.Misuse;
import ctl.vm.problem.NotFound;
import ctl.vm.problem.Suggestions;
import ctl.vm.problem.Unsafe;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Decides what a request means: the events that start it, or the problem that stops it. Pure.
 *
 * <p>The folder belongs to everybody, so it decides what exists. Where the journal says otherwise about a VM that the
 * request changes, the first events record what must have happened by hand, so that each event can follow the ones
 * before it.
 */
public final class Rules {

    private Rules() {}

    /**
     * The events that start the request; the last of them is its {@link Event.OperationStarted}.
     *
     * @param folder must have been looked at under every name of the request
     * @param replaces the folder of the VM that the request replaces, where one is there
     * @throws ctl.vm.problem.VmException where the request cannot be met; nothing has happened then
     */
    public static List<Event> decide(
            Request request, Inventory inventory, Folder folder, Optional<FolderId> replaces) {
        List<Event> events = new ArrayList<>();
        switch (request) {
            case Request.Create create -> events.addAll(claim(create.vm(), create.replace(), inventory, folder));
            case Request.Import from -> events.addAll(claim(from.vm(), from.replace(), inventory, folder));
            case Request.Clone clone -> {
                if (clone.source().equals(clone.vm())) {
                    throw new Misuse.OntoItself(clone.vm().text()).thrown();
                }
                requireWhole(existing(clone.source(), folder));
                events.addAll(claim(clone.vm(), clone.replace(), inventory, folder));
            }
            case Request.Export export -> requireWhole(existing(export.vm(), folder));
            case Request.DeleteVm delete -> events.addAll(acquaint(existing(delete.vm(), folder), inventory));
            case Request.DeleteSnapshot delete -> {
                FolderVm vm = existing(delete.vm(), folder);
                FolderImage snapshot = existing(vm, delete.snapshot());
                events.addAll(acquaint(vm, snapshot, inventory));
            }
            case Request.UndeleteVm undelete -> events.addAll(claimFree(undelete.vm(), inventory, folder));
            case Request.UndeleteSnapshot undelete -> {
                FolderVm vm = existing(undelete.vm(), folder);
                requireFree(vm, undelete.snapshot());
                events.addAll(acquaint(vm, inventory));
            }
            case Request.UndeletePackage _, Request.Purge _ -> {}
            case Request.Rename rename -> {
                FolderVm vm = existing(rename.from(), folder);
                if (rename.from().equals(rename.vm())) {
                    throw new Misuse.RenamedToItself(rename.vm().text()).thrown();
                }
                events.addAll(claimFree(rename.vm(), inventory, folder));
                events.addAll(acquaint(vm, inventory));
            }
        }
        events.add(new Event.OperationStarted(request, replaces));
        return events;
    }

    /** The VM of this name in the folder. @throws ctl.vm.problem.VmException NoSuchVm, LinkedVm or NameTaken */
    public static FolderVm existing(VmName name, Folder folder) {
        return folder.vm(name).orElseThrow(() -> folder.entry(name)
                .map(kind -> inTheWay(name, kind))
                .orElseGet(() -> new NotFound.NoSuchVm(
                        name.text(),
                        Suggestions.to(name.text(), folder.entries().keySet()))
                        .thrown()));
    }

    /**
     * The snapshot of this name. A link or device in its place can be deleted like one.
     *
     * @throws ctl.vm.problem.VmException NoSuchSnapshot, or NotAnImage for a folder
     */
    public static FolderImage existing(FolderVm vm, SnapshotName name) {
        FolderImage snapshot = vm.image(ImageName.of(name)).orElseThrow(() -> {
            List<String> names = vm.snapshots().stream()
                    .flatMap(image -> image.name().snapshot().stream())
                    .map(SnapshotName::text)
                    .toList();
            return new NotFound.NoSuchSnapshot(vm.name().text(), name.text(), Suggestions.to(name.text(), names))
                    .thrown();
        });
        if (snapshot.kind() == EntryKind.FOLDER) {
            requireFile(vm, snapshot);
        }
        return snapshot;
    }

    /** A VM that can be copied: its disk image is there and every image is a regular file. */
    private static void requireWhole(FolderVm vm) {
        vm.trouble().ifPresent(trouble -> {
            throw new Failure.UnreadableVm(vm.name().text(), trouble).thrown();
        });
        if (vm.image(ImageName.DISK).isEmpty()) {
            throw new NotFound.DefunctVm(vm.name().text()).thrown();
        }
        vm.images().forEach(image -> requireFile(vm, image));
    }

    private static void requireFile(FolderVm vm, FolderImage image) {
        if (image.kind() != EntryKind.FILE) {
            throw new Unsafe.NotAnImage(vm.name().text(), image.name().fileName(), image.kind().describe()).thrown();
        }
    }

    /**
     * Makes sure that a VM may come to stand under the name.
     *
     * @return what must have happened to that name by hand, for the journal
     * @throws ctl.vm.problem.VmException where the name is taken
     */
    public static List<Event> claim(VmName name, boolean replace, Inventory inventory, Folder folder) {
        Optional<FolderVm> there = folder.vm(name);
        if (there.isPresent()) {
            if (!replace) {
                throw new AlreadyThere.VmExists(name.text()).thrown();
            }
            return acquaint(there.get(), inventory);
        }
        folder.entry(name).ifPresent(kind -> {
            throw inTheWay(name, kind);
        });
        folder.entries().keySet().stream()
                .flatMap(other -> VmName.of(other).stream())
                .filter(name::looksLike)
                .findFirst()
                .ifPresent(other -> {
                    throw new AlreadyThere.VmLooksAlike(name.text(), other.text()).thrown();
                });
        return inventory.vm(name).<List<Event>>map(vm -> List.of(vm.vanished())).orElse(List.of());
    }

    /** As {@link #claim}, for a VM that cannot take the place of another. */
    public static List<Event> claimFree(VmName name, Inventory inventory, Folder folder) {
        if (folder.vm(name).isPresent()) {
            throw new AlreadyThere.VmInTheWay(name.text()).thrown();
        }
        return claim(name, false, inventory, folder);
    }

    /** @throws ctl.vm.problem.VmException SnapshotExists */
    public static void requireFree(FolderVm vm, SnapshotName snapshot) {
        if (vm.image(ImageName.of(snapshot)).isPresent()) {
            throw new AlreadyThere.SnapshotExists(vm.name().text(), snapshot.text()).thrown();
        }
    }

    /** The event for a VM that the journal does not know. */
    public static List<Event> acquaint(FolderVm vm, Inventory inventory) {
        return inventory.vm(vm.name()).isPresent()
                ? List.of()
                : List.of(new Event.VmFound(vm.name(), vm.facts(), Optional.empty(), vm.owner()));
    }

    /** The events for a snapshot that the journal does not know, and for its VM. */
    public static List<Event> acquaint(FolderVm vm, FolderImage snapshot, Inventory inventory) {
        Optional<Vm> known = inventory.vm(vm.name());
        if (known.isEmpty()) {
            return acquaint(vm, inventory);
        }
        return known.get().image(snapshot.name()).isPresent()
                ? List.of()
                : List.of(new Event.SnapshotFound(vm.name(), snapshot.facts(), snapshot.owner()));
    }

    private static RuntimeException inTheWay(VmName name, EntryKind kind) {
        return kind == EntryKind.LINK
                ? new Unsafe.LinkedVm(name.text()).thrown()
                : new AlreadyThere.NameTaken(name.text(), kind.describe()).thrown();
    }
}
