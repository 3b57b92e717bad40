package ctl.vm.operation.plan;

import ctl.vm.inventory.Event;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.Rules;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.SnapshotName;
import ctl.vm.inventory.value.VmName;
import ctl.vm.journal.Journal;
import ctl.vm.operation.OperationContext;
import ctl.vm.operation.query.ListTrash;
import ctl.vm.problem.NotFound;
import ctl.vm.store.Trash;
import java.util.List;
import java.util.Optional;

/**
 * Gives a VM back to the inventory from the trash, or a snapshot back to a VM, in one rename. If we die after it, what
 * was given back stands in either place, whole, and only its record is missing.
 */
final class Undeletion implements Plan {

    private final OperationContext context;
    private final Journal journal;
    private final OpenOperation operation;
    private final VmName from;
    private final Optional<SnapshotName> snapshotFrom;
    private final VmName vm;
    private final Optional<SnapshotName> snapshot;
    private final OperationId deletion;
    private final Trash trash;

    Undeletion(OperationContext context, OpenOperation operation, Request.UndeleteVm request) {
        this(context, operation, request, request.from(), Optional.empty(), Optional.empty());
    }

    Undeletion(OperationContext context, OpenOperation operation, Request.UndeleteSnapshot request) {
        this(context, operation, request, request.vm(), Optional.of(request.from()), Optional.of(request.snapshot()));
    }

    private Undeletion(OperationContext context, OpenOperation operation, Request request, VmName from,
            Optional<SnapshotName> snapshotFrom, Optional<SnapshotName> snapshot) {
        this.context = context;
        this.journal = context.journal();
        this.operation = operation;
        this.from = from;
        this.snapshotFrom = snapshotFrom;
        this.vm = request.vm();
        this.snapshot = snapshot;
        this.deletion = request.takesFromTrash().orElseThrow();
        this.trash = context.store().work().trash(deletion);
    }

    @Override
    public List<Step> steps() {
        String title = snapshot.map(name -> "undelete snapshot %s:%s".formatted(vm, name)).orElse("undelete " + vm);
        return List.of(Step.brief(title, () -> journal.writeSession(() -> snapshot
                .map(this::restoreSnapshot)
                .orElseGet(this::restoreVm))));
    }

    @Override
    public boolean isDone() {
        return !isInTrash() && isRestored();
    }

    /** What is in the trash is as it was; what came under the new name before, if anything, goes. */
    @Override
    public void undo() {
        snapshotFrom.ifPresent(name -> trash.undoHalf(name, vm, snapshot.orElseThrow()));
    }

    @Override
    public void tidy() {
        trash.removeIfEmpty();
    }

    private Event restoreVm() {
        requireSomewhere();
        if (isInTrash()) {
            record(Rules.claimFree(vm, journal.inventory(), context.store().look(List.of(vm))));
        }
        trash.restore(from, Optional.empty(), vm, Optional.empty());
        return record(new Event.VmUndeleted(
                vm,
                deletion,
                new ListTrash(context).former(deletion).filter(this::isGone),
                restoredVm().map(FolderVm::facts).orElse(List.of())));
    }

    private Event restoreSnapshot(SnapshotName name) {
        FolderVm folder = Rules.existing(vm, context.store().look(List.of(vm)));
        requireSomewhere();
        boolean isHalfDone = trash.isHalfRestored(snapshotFrom.orElseThrow(), vm, name);
        if (isInTrash() && !isHalfDone) {
            Rules.requireFree(folder, name);
        }
        if (!isHalfDone) {
            record(Rules.acquaint(folder, journal.inventory()));
        }
        trash.restore(vm, snapshotFrom, vm, snapshot);
        return record(new Event.SnapshotUndeleted(vm, deletion, trash.restored(vm, name).orElseThrow()));
    }

    private void record(List<Event> events) {
        events.forEach(this::record);
    }

    private Event record(Event event) {
        return journal.append(operation.id(), event).event();
    }

    /** A copy of it may have been put back by hand: then that one is what it was. */
    private boolean isGone(Vm former) {
        return journal.inventory().vms().values().stream().noneMatch(known -> known.since() == former.since());
    }

    private void requireSomewhere() {
        if (!isInTrash() && !isRestored()) {
            String name = snapshotFrom.map(taken -> "%s:%s".formatted(from, taken)).orElse(from.text());
            throw new NotFound.NotInTrash(name, Optional.empty()).thrown();
        }
    }

    private boolean isInTrash() {
        return trash.holds(from, snapshotFrom);
    }

    private boolean isRestored() {
        return snapshot.map(name -> trash.restored(vm, name).isPresent()).orElseGet(() -> restoredVm().isPresent());
    }

    private Optional<FolderVm> restoredVm() {
        return context.store().look(List.of(vm)).vm(vm);
    }
}
