package ctl.vm.operation.plan;

import ctl.vm.inventory.Event;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.Rules;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.value.VmName;
import ctl.vm.operation.OperationContext;
import ctl.vm.operation.query.Deletions;
import ctl.vm.problem.NotFound;
import ctl.vm.store.Trash;
import java.util.List;
import java.util.Optional;

/**
 * Gives a VM back to the inventory from the trash, in one rename. If we die after it, the VM stands in either place, whole,
 * and only its record is missing.
 */
final class VmUndeletion implements Plan {

    private final OperationContext context;
    private final OpenOperation operation;
    private final Request.UndeleteVm request;
    private final Trash trash;

    VmUndeletion(OperationContext context, OpenOperation operation, Request.UndeleteVm request) {
        this.context = context;
        this.operation = operation;
        this.request = request;
        this.trash = context.store().trash(request.deletion());
    }

    @Override
    public List<Step> steps() {
        return List.of(
                Step.brief("undelete " + request.vm(), () -> context.journal().writeSession(this::restore)));
    }

    @Override
    public boolean isDone() {
        return !isInTrash() && there().isPresent();
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
        if (isInTrash()) {
            Rules.claimFree(request.vm(), journal.inventory(), context.store().look(List.of(request.vm())))
                    .forEach(event -> journal.append(operation.id(), event));
        } else if (there().isEmpty()) {
            throw new NotFound.NotInTrash(request.from().text(), Optional.empty()).thrown();
        }
        trash.restore(request.from(), Optional.empty(), request.vm(), Optional.empty());
        Event undeleted = new Event.VmUndeleted(
                request.vm(),
                request.deletion(),
                new Deletions(journal).former(request.deletion()).filter(this::isGone),
                there().map(FolderVm::facts).orElse(List.of()));
        return journal.append(operation.id(), undeleted).event();
    }

    /** A copy of it may have been put back by hand: then that one is what it was. */
    private boolean isGone(Vm former) {
        return context.journal().inventory().vms().values().stream().noneMatch(vm -> vm.since() == former.since());
    }

    private boolean isInTrash() {
        return trash.holds(request.from(), Optional.empty());
    }

    private Optional<FolderVm> there() {
        VmName vm = request.vm();
        return context.store().look(List.of(vm)).vm(vm);
    }
}
