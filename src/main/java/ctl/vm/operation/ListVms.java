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
     * @param closely whether the space that images take and what S²E demands of them is wanted as well
     * @throws ctl.vm.problem.VmException NoSuchVm where one of the names is not there
     */
    public Listing run(List<VmName> names, boolean closely) {
        Folder[] folder = new Folder[1];
        DiskFailures.explained(() -> {
            folder[0] = closely ? look(names) : glance(names);
        });
        names.forEach(name -> Rules.existing(name, folder[0]));
        var latest = workbench.journal().latest();
        latest.trouble().ifPresent(problem -> workbench
                .narrator()
                .warn("order and origin may be out of date: %s".formatted(problem.message())));
        return Listing.of(latest.inventory(), folder[0]);
    }

    private Folder look(List<VmName> names) {
        return names.isEmpty() ? workbench.store().lookAtAll() : workbench.store().look(names);
    }

    private Folder glance(List<VmName> names) {
        return names.isEmpty() ? workbench.store().glanceAtAll() : workbench.store().glance(names);
    }
}
