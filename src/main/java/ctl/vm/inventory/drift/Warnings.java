package ctl.vm.inventory.drift;

import ctl.vm.inventory.Folder;
import ctl.vm.inventory.FolderImage;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.value.EntryKind;
import java.util.ArrayList;
import java.util.List;

/** Finds what is odd in the folder, whatever the journal says. Pure. */
public final class Warnings {

    private Warnings() {}

    /** In the order of the names. @param orphans what no operation owns in the folders of staging and trash */
    public static List<Warning> about(Folder folder, List<String> orphans) {
        List<Warning> notes = new ArrayList<>();
        Listing.of(Inventory.EMPTY, folder).strangers().forEach(stranger -> notes.add(new Warning(Warning.Kind.NO_VM,
                "vm/" + stranger.fileName(),
                "is %s and no VM: it is left alone".formatted(stranger.kind().describe()))));
        folder.vms().values().forEach(vm -> notes.addAll(about(vm)));
        orphans.forEach(orphan -> notes.add(new Warning(Warning.Kind.STRAY, "vm/" + orphan,
                "belongs to no operation: it is left alone, and may be removed by hand")));
        return notes;
    }

    private static List<Warning> about(FolderVm vm) {
        String name = "vm/" + vm.name();
        if (vm.trouble().isPresent()) {
            return List.of(new Warning(Warning.Kind.UNREADABLE, name, "cannot be read: " + vm.trouble().get()));
        }
        List<Warning> notes = new ArrayList<>();
        if (vm.isDefunct()) {
            notes.add(new Warning(Warning.Kind.DEFUNCT, name, "is defunct: it has no disk.s2e"));
        }
        for (FolderImage image : vm.images()) {
            if (image.kind() != EntryKind.FILE) {
                notes.add(new Warning(Warning.Kind.NO_IMAGE, "%s/%s".formatted(name, image.name().fileName()),
                        "is %s and no image".formatted(image.kind().describe())));
            } else if (vm.isRefusedByS2e(image)) {
                notes.add(refusal(vm, image));
            }
        }
        for (String file : vm.otherFiles()) {
            notes.add(new Warning(Warning.Kind.FOREIGN_FILE, "%s/%s".formatted(name, file),
                    "is no image: it goes along when the VM is cloned or deleted"));
        }
        return notes;
    }

    /** With the remedy for those who only copied or touched the disk image. */
    private static Warning refusal(FolderVm vm, FolderImage snapshot) {
        long expected = snapshot.diskModifiedSeconds().orElseThrow();
        return new Warning(Warning.Kind.REFUSED_SNAPSHOT, "vm/%s/%s".formatted(vm.name(), snapshot.name().fileName()),
                "would be refused by S2E, as disk.s2e was modified since; if its content is the same:"
                        + " touch -d @%d vm/%s/disk.s2e".formatted(expected, vm.name()));
    }
}
