package ctl.vm.operation;

import ctl.vm.inventory.Folder;
import ctl.vm.inventory.Listing;
import ctl.vm.inventory.Rules;
import ctl.vm.inventory.VmName;
import java.util.List;

/** Lists what stands in the folder, with what the journal knows of it. */
public final class ListVms {

    private final Workbench workbench;

    public ListVms(Workbench workbench) {
        this.workbench = workbench;
    }

    /**
     * @param names the VMs to list; all where it is empty
     * @throws ctl.vm.problem.VmException NoSuchVm where one of the names is not there
     */
    public Listing run(List<VmName> names) {
        Folder[] folder = new Folder[1];
        DiskFailures.explained(() -> {
            var store = workbench.store();
            folder[0] = names.isEmpty() ? store.lookAtAll() : store.look(names);
        });
        names.forEach(name -> Rules.existing(name, folder[0]));
        var latest = workbench.journal().latest();
        latest.trouble().ifPresent(problem -> workbench
                .narrator()
                .warn("order and origin may be out of date: %s".formatted(problem.message())));
        return Listing.of(latest.inventory(), folder[0]);
    }
}
