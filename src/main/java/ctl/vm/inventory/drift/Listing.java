package ctl.vm.inventory.drift;

import ctl.vm.inventory.Folder;
import ctl.vm.inventory.FolderImage;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.ImageFacts;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.value.EntryKind;
import ctl.vm.inventory.value.FileId;
import ctl.vm.inventory.value.VmName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The inventory as {@code list} shows it: what stands in the folder, in the journal's order and with what the journal
 * knows of it.
 *
 * @param unmanaged entries of the folder that cannot be VMs, in the order of their names
 * @param drift what differs between folder and journal
 * @param hasOpenOperations whether the journal knows operations that have not ended
 */
public record Listing(
        List<Entry> vms, List<Unmanaged> unmanaged, List<Finding> drift, boolean hasOpenOperations) {

    public Listing {
        vms = List.copyOf(vms);
        unmanaged = List.copyOf(unmanaged);
        drift = List.copyOf(drift);
    }

    /** The same with what differs. */
    public Listing with(List<Finding> differences) {
        return new Listing(vms, unmanaged, differences, hasOpenOperations);
    }

    /** Of an image that stands nowhere. */
    private static final FileId NO_FILE = new FileId(0, 0);

    /** A VM of the folder. @param known what the journal says of it; empty where it was made by hand */
    public record Entry(FolderVm folder, Optional<Vm> known) {

        /** A VM as the journal knows it, where its folder is out of sight or of another time. */
        public static Entry recorded(Vm vm) {
            return new Entry(
                    new FolderVm(vm.name(), vm.images().values().stream().map(Entry::recorded).toList(), List.of(),
                            Optional.empty()),
                    Optional.of(vm));
        }

        private static FolderImage recorded(ImageFacts image) {
            return new FolderImage(image.name(), EntryKind.FILE, image.size(), Optional.empty(), image.modified(),
                    image.file().orElse(NO_FILE), Optional.empty(), Optional.empty(), Optional.empty());
        }

        public VmName name() {
            return folder.name();
        }

        /** Whether it has no disk image; unknown for a folder that cannot be read. */
        public boolean isDefunct() {
            return folder.isDefunct();
        }

        /** Whether the journal knows this snapshot. */
        public boolean knows(FolderImage snapshot) {
            return known.flatMap(vm -> vm.image(snapshot.name())).isPresent();
        }
    }

    /** Something in the folder that cannot be a VM. */
    public record Unmanaged(String fileName, EntryKind kind) {}

    /** VMs in the order in which they came in; those that the journal does not know come last, by name. */
    public static Listing of(Inventory inventory, Folder folder) {
        List<Entry> vms = new ArrayList<>();
        folder.vms().values().forEach(vm -> vms.add(new Entry(vm, inventory.vm(vm.name()))));
        vms.sort(Listing::inOrderOfArrival);
        List<Unmanaged> unmanaged = new ArrayList<>();
        folder.entries().forEach((name, kind) -> {
            if (kind != EntryKind.FILE && VmName.of(name).flatMap(folder::vm).isEmpty()) {
                unmanaged.add(new Unmanaged(name, kind));
            }
        });
        return new Listing(vms, unmanaged, List.of(), !inventory.open().isEmpty());
    }

    private static int inOrderOfArrival(Entry one, Entry other) {
        int earlier = Long.compare(arrival(one), arrival(other));
        return earlier != 0 ? earlier : one.name().compareTo(other.name());
    }

    private static long arrival(Entry vm) {
        return vm.known().map(Vm::since).orElse(Long.MAX_VALUE);
    }
}
