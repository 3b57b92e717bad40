package ctl.vm.operation.query;

import ctl.vm.inventory.Folder;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.Rules;
import ctl.vm.inventory.drift.Drift;
import ctl.vm.inventory.drift.Finding;
import ctl.vm.inventory.drift.Listing;
import ctl.vm.inventory.value.VmName;
import ctl.vm.operation.DiskFailures;
import ctl.vm.operation.OperationContext;
import java.util.List;

/** Lists what stands in the folder, with what the journal knows of it. */
public final class ListVms {

    private final OperationContext context;

    public ListVms(OperationContext context) {
        this.context = context;
    }

    /**
     * @param names the VMs to list; all where it is empty
     * @param closely whether the space that images take and what S²E demands of them is wanted as well
     * @throws ctl.vm.problem.VmException NoSuchVm where one of the names is not there
     */
    public Listing run(List<VmName> names, boolean closely) {
        Folder folder = DiskFailures.explained(() -> closely ? look(names) : glance(names));
        names.forEach(name -> Rules.existing(name, folder));
        var latest = context.journal().latest();
        latest.trouble().ifPresent(problem -> context
                .reporter()
                .warn("order and origin may be out of date: %s".formatted(context.describe(problem))));
        Listing listing = Listing.of(latest.inventory(), folder);
        return latest.trouble().isPresent() ? listing : listing.with(drift(latest.inventory(), folder, names));
    }

    private static List<Finding> drift(Inventory inventory, Folder folder, List<VmName> names) {
        return Drift.isPlainlyNone(inventory, folder, names.isEmpty())
                ? List.of()
                : Drift.between(inventory, folder, inventory.busy()).stream()
                        .filter(finding -> names.isEmpty() || names.contains(finding.vm()))
                        .toList();
    }

    private Folder look(List<VmName> names) {
        return names.isEmpty() ? context.store().lookAtAll() : context.store().look(names);
    }

    private Folder glance(List<VmName> names) {
        return names.isEmpty() ? context.store().glanceAtAll() : context.store().glance(names);
    }
}
