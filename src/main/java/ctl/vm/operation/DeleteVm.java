package ctl.vm.operation;

import ctl.vm.inventory.Event;
import ctl.vm.inventory.OperationId;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.Rules;
import ctl.vm.store.Trash;
import java.util.List;

/** Takes a VM out of the inventory in one rename, then frees its space. */
final class DeleteVm implements Plan {

    private final Workbench workbench;
    private final OperationId id;
    private final Request.DeleteVm request;
    private final Trash trash;

    DeleteVm(Workbench workbench, OperationId id, Request.DeleteVm request) {
        this.workbench = workbench;
        this.id = id;
        this.request = request;
        this.trash = workbench.store().trash(id);
    }

    @Override
    public void check() {}

    @Override
    public List<Step> steps() {
        return List.of(Step.quick("delete " + request.vm(), () -> workbench.journal().burst(this::delete)));
    }

    @Override
    public void tidy() {
        trash.empty();
    }

    /** If we die after the rename, the VM is gone whole, and only its record is missing. */
    private Event delete() {
        var journal = workbench.journal();
        if (!trash.holds(request.vm())) {
            var folder = workbench.store().look(List.of(request.vm()));
            Rules.acquaint(Rules.existing(request.vm(), folder), journal.inventory())
                    .forEach(event -> journal.append(id, event));
            trash.prepare();
        }
        trash.take(request.vm());
        return journal.append(id, new Event.VmDeleted(request.vm())).event();
    }
}
