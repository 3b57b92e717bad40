package ctl.vm.operation.query;

import ctl.vm.inventory.Folder;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.Rules;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.audit.PastInventory;
import ctl.vm.inventory.drift.Change;
import ctl.vm.inventory.drift.Listing;
import ctl.vm.inventory.value.EntryKind;
import ctl.vm.inventory.value.VmName;
import ctl.vm.operation.OperationContext;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the journal knew at an earlier time, by folding its events up to then. */
public final class History {

    private final OperationContext context;

    public History(OperationContext context) {
        this.context = context;
    }

    /**
     * The listing as it would have been, had the folder been as the journal knew it.
     *
     * @param names the VMs to list; all where it is empty
     * @throws ctl.vm.problem.VmException NoSuchVm where one of the names was not there
     */
    public Listing at(Instant time, List<VmName> names) {
        Inventory then = fold(time).then();
        Folder folder = folder(then);
        names.forEach(name -> Rules.existing(name, folder));
        Map<VmName, FolderVm> wanted = new TreeMap<>(folder.vms());
        if (!names.isEmpty()) {
            wanted.keySet().retainAll(names);
        }
        return Listing.of(then, new Folder(new TreeMap<>(folder.entries()), wanted));
    }

    /** How the inventory differs from what it was. */
    public List<Change> since(Instant time) {
        PastInventory past = fold(time);
        return Change.between(past.then(), past.now());
    }

    private PastInventory fold(Instant time) {
        var past = PastInventory.at(time);
        context.journal().events(1, past::next);
        return past;
    }

    private static Folder folder(Inventory inventory) {
        SortedMap<String, EntryKind> entries = new TreeMap<>();
        Map<VmName, FolderVm> vms = new TreeMap<>();
        for (Vm vm : inventory.vms().values()) {
            entries.put(vm.name().text(), EntryKind.FOLDER);
            vms.put(vm.name(), Listing.Entry.recorded(vm).folder());
        }
        return new Folder(entries, vms);
    }
}
