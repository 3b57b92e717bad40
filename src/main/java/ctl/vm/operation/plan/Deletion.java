package ctl.vm.operation.plan;

import ctl.vm.inventory.Event;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Retention;
import ctl.vm.inventory.Rules;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.value.SnapshotName;
import ctl.vm.inventory.value.VmName;
import ctl.vm.operation.OperationContext;
import ctl.vm.store.Trash;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Takes a VM out of the inventory, or a snapshot from its VM, in one rename. It stays in the trash, unless it is to be
 * freed at once.
 */
final class Deletion implements Plan {

    private final OperationContext context;
    private final OpenOperation operation;
    private final VmName vm;
    private final Optional<SnapshotName> snapshot;
    private final boolean now;
    private final Trash trash;

    /** @param snapshot the one to delete; the whole VM where it is empty */
    Deletion(OperationContext context, OpenOperation operation, VmName vm, Optional<SnapshotName> snapshot,
            boolean now) {
        this.context = context;
        this.operation = operation;
        this.vm = vm;
        this.snapshot = snapshot;
        this.now = now;
        this.trash = now
                ? context.store().work().passingTrash(operation.id())
                : context.store().work().trash(operation.id());
    }

    @Override
    public List<Step> steps() {
        String said = snapshot.map(name -> "delete snapshot %s:%s".formatted(vm, name))
                .orElseGet(() -> "delete %s".formatted(vm));
        return List.of(Step.brief(said, () -> context.journal().writeSession(this::delete)));
    }

    @Override
    public boolean isDone() {
        return trash.holds(vm, snapshot);
    }

    @Override
    public boolean canBeTakenBackWhenDone() {
        return true;
    }

    @Override
    public void undo() {
        trash.putBack(vm, snapshot);
        trash.removeIfEmpty();
    }

    @Override
    public void tidy() {
        if (now) {
            trash.empty();
        }
    }

    /** If we die after the rename, all of it is gone at once, and only its record is missing. */
    private Event delete() {
        var journal = context.journal();
        if (!trash.holds(vm, snapshot)) {
            acquaint().forEach(event -> journal.append(operation.id(), event));
            trash.prepare();
        }
        trash.take(vm, snapshot);
        return journal.append(operation.id(), deleted(journal.inventory().vm(vm))).event();
    }

    private Event deleted(Optional<Vm> former) {
        Optional<Retention> retention = now ? Optional.empty() : Optional.of(context.keptFor(keep()));
        return snapshot.<Event>map(name -> new Event.SnapshotDeleted(vm, name, former.map(Vm::since), retention))
                .orElseGet(() -> new Event.VmDeleted(vm, former, retention));
    }

    /** Who asked for the deletion has decided, not who goes on with it. */
    private Duration keep() {
        return operation.request().keep().orElseGet(() -> context.keep().time());
    }

    private List<Event> acquaint() {
        FolderVm there = Rules.existing(vm, context.store().look(List.of(vm)));
        var inventory = context.journal().inventory();
        return snapshot.map(name -> Rules.acquaint(there, Rules.existing(there, name), inventory))
                .orElseGet(() -> Rules.acquaint(there, inventory));
    }
}
