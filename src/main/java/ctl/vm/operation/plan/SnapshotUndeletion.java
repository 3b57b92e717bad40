package ctl.vm.operation.plan;

import ctl.vm.inventory.Event;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.ImageFacts;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.Rules;
import ctl.vm.operation.OperationContext;
import ctl.vm.problem.NotFound;
import ctl.vm.store.Trash;
import java.util.List;
import java.util.Optional;

/**
 * Gives a snapshot back to a VM from the trash, in one rename. If we die after it, the snapshot stands in either place,
 * whole, and only its record is missing.
 */
final class SnapshotUndeletion implements Plan {

    private final OperationContext context;
    private final OpenOperation operation;
    private final Request.UndeleteSnapshot request;
    private final Trash trash;

    SnapshotUndeletion(OperationContext context, OpenOperation operation, Request.UndeleteSnapshot request) {
        this.context = context;
        this.operation = operation;
        this.request = request;
        this.trash = context.store().trash(request.deletion());
    }

    @Override
    public List<Step> steps() {
        String said = "undelete snapshot %s:%s".formatted(request.vm(), request.snapshot());
        return List.of(Step.brief(said, () -> context.journal().writeSession(this::restore)));
    }

    @Override
    public boolean isDone() {
        return !isInTrash() && restored().isPresent();
    }

    /** Somebody may have used it since. */
    @Override
    public boolean canBeTakenBackWhenDone() {
        return false;
    }

    /** What is in the trash is as it was. */
    @Override
    public void undo() {}

    @Override
    public void tidy() {
        trash.removeIfEmpty();
    }

    private Event restore() {
        var journal = context.journal();
        FolderVm vm = Rules.existing(request.vm(), context.store().look(List.of(request.vm())));
        if (isInTrash()) {
            Rules.requireFree(vm, request.snapshot());
        } else if (restored().isEmpty()) {
            throw new NotFound.NotInTrash("%s:%s".formatted(request.vm(), request.from()), Optional.empty()).thrown();
        }
        Rules.acquaint(vm, journal.inventory()).forEach(event -> journal.append(operation.id(), event));
        trash.restore(request.vm(), Optional.of(request.from()), request.vm(), Optional.of(request.snapshot()));
        Event undeleted = new Event.SnapshotUndeleted(
                request.vm(), request.deletion(), restored().orElseThrow());
        return journal.append(operation.id(), undeleted).event();
    }

    private boolean isInTrash() {
        return trash.holds(request.vm(), Optional.of(request.from()));
    }

    private Optional<ImageFacts> restored() {
        return trash.restored(request.vm(), request.snapshot());
    }
}
