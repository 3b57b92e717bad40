package ctl.vm.reconcile;

import ctl.vm.inventory.Folder;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.drift.Drift;
import ctl.vm.inventory.drift.Finding;
import ctl.vm.inventory.value.VmName;
import ctl.vm.operation.DiskFailures;
import ctl.vm.operation.OperationContext;
import ctl.vm.operation.query.NextStep;
import ctl.vm.operation.run.ResumeOperation;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What was done by hand at the VMs of interrupted operations, and what {@code resume} would do about it. It is not
 * recorded before the operation has ended: an operation that takes something away goes by what the journal knew when it
 * began.
 */
public final class InterruptedChanges {

    private final OperationContext context;
    private final ResumeOperation resume;

    public InterruptedChanges(OperationContext context) {
        this.context = context;
        this.resume = new ResumeOperation(context, false);
    }

    /**
     * An interrupted operation.
     *
     * @param changes by hand at its VMs; not what it has done itself
     * @param next what {@code resume} would do
     */
    public record Outlook(OpenOperation operation, List<Finding> changes, NextStep next) {
        public Outlook {
            changes = List.copyOf(changes);
        }
    }

    /** Those operations at whose VMs something was changed by hand. @param names of VMs, all where it is empty */
    public List<Outlook> changed(Collection<VmName> names) {
        Inventory inventory = context.journal().latest().inventory();
        return inventory.open().isEmpty()
                ? List.of()
                : DiskFailures.explained(() -> of(inventory, context.store().glanceAtAll())).stream()
                        .filter(outlook -> outlook.changes().stream()
                                .anyMatch(change -> names.isEmpty() || names.contains(change.vm())))
                        .toList();
    }

    /** All interrupted operations, the oldest first. @param folder every VM looked into */
    List<Outlook> of(Inventory inventory, Folder folder) {
        Map<OpenOperation, NextStep> interrupted = new TreeMap<>((one, other) -> one.id().compareTo(other.id()));
        Set<VmName> busy = new HashSet<>();
        for (OpenOperation operation : inventory.open().values()) {
            if (context.locks().isRunning(operation.id())) {
                busy.addAll(operation.request().changes());
            } else {
                NextStep next = resume.next(operation);
                interrupted.put(operation, next);
                if (next instanceof NextStep.Record) {
                    busy.addAll(operation.request().changes());
                }
            }
        }
        List<Finding> drift = interrupted.isEmpty() ? List.of() : Drift.between(inventory, folder, busy);
        return interrupted.entrySet().stream()
                .map(one -> new Outlook(one.getKey(), about(one.getKey(), drift), one.getValue()))
                .toList();
    }

    private static List<Finding> about(OpenOperation operation, List<Finding> drift) {
        Set<VmName> vms = operation.request().changes();
        return drift.stream()
                .filter(finding -> vms.contains(finding.vm())
                        || finding instanceof Finding.VmMoved moved && vms.contains(moved.from()))
                .toList();
    }
}
