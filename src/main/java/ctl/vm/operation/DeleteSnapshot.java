package ctl.vm.operation;

import ctl.vm.inventory.Event;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.OperationId;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.Rules;
import ctl.vm.store.Trash;
import java.util.List;

/** Takes a snapshot from its VM in one rename, then frees its space. */
final class DeleteSnapshot implements Plan {

    private final Workbench workbench;
    private final OperationId id;
    private final Request.DeleteSnapshot request;
    private final Trash trash;

    DeleteSnapshot(Workbench workbench, OperationId id, Request.DeleteSnapshot request) {
        this.workbench = workbench;
        this.id = id;
        this.request = request;
        this.trash = workbench.store().trash(id);
    }

    @Override
    public void check() {}

    @Override
    public List<Step> steps() {
        String said = "delete snapshot %s:%s".formatted(request.vm(), request.snapshot());
        return List.of(Step.quick(said, () -> workbench.journal().burst(this::delete)));
    }

    @Override
    public void tidy() {
        trash.empty();
    }

    /** If we die after the rename, the snapshot is gone whole, and only its record is missing. */
    private Event delete() {
        var journal = workbench.journal();
        if (!trash.holds(request.snapshot())) {
            var folder = workbench.store().look(List.of(request.vm()));
            FolderVm vm = Rules.existing(request.vm(), folder);
            var snapshot = Rules.existing(vm, request.snapshot());
            Rules.acquaint(vm, snapshot, journal.inventory()).forEach(event -> journal.append(id, event));
            trash.prepare();
        }
        trash.take(request.vm(), request.snapshot());
        return journal.append(id, new Event.SnapshotDeleted(request.vm(), request.snapshot())).event();
    }
}
