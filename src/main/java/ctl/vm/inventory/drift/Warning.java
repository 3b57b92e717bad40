package ctl.vm.inventory.drift;

import ctl.vm.inventory.Folder;
import ctl.vm.inventory.FolderImage;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.value.EntryKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Something odd in the folder that is no difference from the journal, or that must not be recorded yet.
 *
 * @param subject what it is about: {@code vm/MyBox/notes.txt}
 * @param message what is odd, and what can be done
 */
public record Warning(Kind kind, String subject, String message) {

    /** What is odd. */
    public enum Kind {
        /** Something in the folder of VMs that cannot be one. */
        NO_VM,
        /** Something that is called like an image and is none. */
        NO_IMAGE,
        /** A VM without a disk image. */
        DEFUNCT,
        UNREADABLE,
        /** A file in the folder of a VM that is none of ours. */
        FOREIGN_FILE,
        /** A snapshot that S²E would not load. */
        REFUSED_SNAPSHOT,
        /** Something in the folders of staging or trash that no operation has put there. */
        STRAY;

        /** For programs. */
        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** In the order of the names. @param orphans what no operation owns in the folders of staging and trash */
    public static List<Warning> about(Folder folder, List<String> orphans) {
        List<Warning> warnings = new ArrayList<>();
        Listing.of(Inventory.EMPTY, folder).unmanaged().forEach(entry -> warnings.add(new Warning(Kind.NO_VM,
                "vm/" + entry.fileName(),
                "is %s and no VM: it is left alone".formatted(entry.kind().describe()))));
        folder.vms().values().forEach(vm -> warnings.addAll(about(vm)));
        orphans.forEach(orphan -> warnings.add(new Warning(Kind.STRAY, "vm/" + orphan,
                "belongs to no operation: it is left alone, and may be removed by hand")));
        return warnings;
    }

    private static List<Warning> about(FolderVm vm) {
        String name = "vm/" + vm.name();
        if (vm.trouble().isPresent()) {
            return List.of(new Warning(Kind.UNREADABLE, name, "cannot be read: " + vm.trouble().get()));
        }
        List<Warning> warnings = new ArrayList<>();
        if (vm.isDefunct()) {
            warnings.add(new Warning(Kind.DEFUNCT, name, "is defunct: it has no disk.s2e"));
        }
        for (FolderImage image : vm.images()) {
            if (image.kind() != EntryKind.FILE) {
                warnings.add(new Warning(Kind.NO_IMAGE, "%s/%s".formatted(name, image.name().fileName()),
                        "is %s and no image".formatted(image.kind().describe())));
            } else if (vm.isRefusedByS2e(image)) {
                warnings.add(refusal(vm, image));
            }
        }
        for (String file : vm.otherFiles()) {
            warnings.add(new Warning(Kind.FOREIGN_FILE, "%s/%s".formatted(name, file),
                    "is no image: it goes along when the VM is cloned or deleted"));
        }
        return warnings;
    }

    /** With the remedy for those who only copied or touched the disk image. */
    private static Warning refusal(FolderVm vm, FolderImage snapshot) {
        long expected = snapshot.diskModifiedSeconds().orElseThrow();
        return new Warning(Kind.REFUSED_SNAPSHOT, "vm/%s/%s".formatted(vm.name(), snapshot.name().fileName()),
                "would be refused by S2E, as disk.s2e was modified since; if its content is the same:"
                        + " touch -d @%d vm/%s/disk.s2e".formatted(expected, vm.name()));
    }
}
