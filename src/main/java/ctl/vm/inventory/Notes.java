package ctl.vm.inventory;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds what is odd in the folder, whatever the journal says. Pure. */
public final class Notes {

    private Notes() {}

    /** In the order of the names. */
    public static List<Note> about(Folder folder) {
        List<Note> notes = new ArrayList<>();
        Listing.of(Inventory.EMPTY, folder).strangers().forEach(stranger -> notes.add(new Note(
                "vm/" + stranger.fileName(), "is %s and no VM: it is left alone".formatted(stranger.kind().words()))));
        folder.vms().values().forEach(vm -> notes.addAll(about(vm)));
        return notes;
    }

    private static List<Note> about(FolderVm vm) {
        String name = "vm/" + vm.name();
        if (vm.trouble().isPresent()) {
            return List.of(new Note(name, "cannot be read: " + vm.trouble().get()));
        }
        List<Note> notes = new ArrayList<>();
        if (vm.image(ImageName.DISK).isEmpty()) {
            notes.add(new Note(name, "is defunct: it has no disk.s2e"));
        }
        vm.images().stream()
                .filter(image -> image.kind() != EntryKind.FILE)
                .forEach(image -> notes.add(new Note(
                        "%s/%s".formatted(name, image.name()), "is %s and no image".formatted(image.kind().words()))));
        vm.otherFiles().forEach(file -> notes.add(new Note(
                "%s/%s".formatted(name, file), "is no image: it goes along when the VM is cloned or deleted")));
        vm.snapshots().forEach(snapshot -> refusal(vm, snapshot).ifPresent(notes::add));
        return notes;
    }

    /** With the remedy for those who only copied or touched the disk image. */
    private static Optional<Note> refusal(FolderVm vm, FolderImage snapshot) {
        return vm.isRefusedByS2e(snapshot)
                ? snapshot.diskModifiedSeconds().map(seconds -> new Note(
                        "vm/%s/%s".formatted(vm.name(), snapshot.name()),
                        "would be refused by S2E, as disk.s2e was modified since; if its content is the same:"
                                + " touch -d @%d vm/%s/disk.s2e".formatted(seconds, vm.name())))
                : Optional.empty();
    }
}
