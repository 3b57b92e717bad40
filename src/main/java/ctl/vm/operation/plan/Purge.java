package ctl.vm.operation.plan;

import ctl.vm.inventory.Event;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Request;
import ctl.vm.operation.OperationContext;
import ctl.vm.problem.NotFound;
import ctl.vm.store.Trash;
import java.util.List;
import java.util.Optional;

/**
 * Frees what one deletion put into the trash. It leaves the trash in one rename, to the staging of this operation, so
 * that nothing half freed can be taken for something that could come back.
 */
final class Purge implements Plan {

    private final OperationContext context;
    private final OpenOperation operation;
    private final Request.Purge request;
    private final Trash trash;

    Purge(OperationContext context, OpenOperation operation, Request.Purge request) {
        this.context = context;
        this.operation = operation;
        this.request = request;
        this.trash = context.store().work().trash(request.deletion());
    }

    @Override
    public List<Step> steps() {
        return List.of(Step.brief("", () -> context.journal().writeSession(this::leave)));
    }

    @Override
    public boolean isDone() {
        return trash.isLeftTo(operation.id());
    }

    /** Nothing of it is freed before its record. */
    @Override
    public boolean canBeTakenBackWhenDone() {
        return true;
    }

    @Override
    public void undo() {
        trash.takeBackFrom(operation.id());
    }

    @Override
    public void tidy() {
        context.store().work().staging(operation.id()).discard();
        trash.removeIfEmpty();
    }

    private Event leave() {
        if (!isDone() && trash.isEmpty()) {
            throw new NotFound.NotInTrash(request.describe(), Optional.empty()).thrown();
        }
        trash.leaveTo(operation.id());
        Event purged = new Event.TrashPurged(
                request.vm(), request.snapshot(), request.file(), request.deletion());
        return context.journal().append(operation.id(), purged).event();
    }
}
