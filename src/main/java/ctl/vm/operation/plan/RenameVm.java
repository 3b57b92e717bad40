package ctl.vm.operation.plan;

import ctl.vm.inventory.Event;
import ctl.vm.inventory.Folder;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.Rules;
import ctl.vm.operation.OperationContext;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives a VM another name. If we die after the rename and before its sync, the VM stands under either name, whole; only
 * one of them is there at any time, which tells how far we came.
 */
final class RenameVm implements Plan {

    private final OperationContext context;
    private final OpenOperation operation;
    private final Request.Rename request;

    RenameVm(OperationContext context, OpenOperation operation, Request.Rename request) {
        this.context = context;
        this.operation = operation;
        this.request = request;
    }

    @Override
    public List<Step> steps() {
        String said = "rename %s to %s".formatted(request.from(), request.vm());
        return List.of(Step.brief(said, () -> context.journal().writeSession(this::rename)));
    }

    @Override
    public boolean isDone() {
        Folder folder = folder();
        return folder.entry(request.from()).isEmpty() && folder.vm(request.vm()).isPresent();
    }

    /** Nothing is made before the rename. */
    @Override
    public void undo() {}

    @Override
    public void tidy() {}

    private Event rename() {
        var journal = context.journal();
        if (!isDone()) {
            acquaint().forEach(event -> journal.append(operation.id(), event));
        }
        // A renaming goes through no hidden folder that another host could take away: nothing comes between.
        context.locks().requireHeld(operation.id());
        context.store().rename(request.from(), request.vm());
        return journal.append(operation.id(), new Event.VmRenamed(request.from(), request.vm())).event();
    }

    private List<Event> acquaint() {
        Folder folder = folder();
        var inventory = context.journal().inventory();
        List<Event> events = new ArrayList<>(
                Rules.acquaint(Rules.existing(request.from(), folder), inventory));
        events.addAll(Rules.claimFree(request.vm(), inventory, folder));
        return events;
    }

    private Folder folder() {
        return context.store().look(List.of(request.from(), request.vm()));
    }
}
