package ctl.vm.operation;

import ctl.vm.inventory.Event;
import ctl.vm.inventory.OperationId;
import ctl.vm.inventory.Origin;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.Rules;
import ctl.vm.inventory.VmName;
import ctl.vm.journal.Journal;
import ctl.vm.store.Staging;
import java.util.List;

/**
 * How every new VM comes in: built in staging, then published and recorded.
 *
 * <p>Crash windows, in order: after the sync of staging, nothing but staging is there; after {@code VmStaged}, the same;
 * after the rename, the VM stands under its staged or its final name, whole, and the inode in {@code VmStaged} tells
 * which; after {@code VmArrived}, all is done but tidying up.
 */
final class Arrival {

    private final Journal journal;
    private final Workbench workbench;
    private final OperationId id;
    private final Request request;
    private final Origin origin;
    private final boolean replace;
    private final Staging staging;

    Arrival(Workbench workbench, OperationId id, Request request, Origin origin, boolean replace) {
        this.journal = workbench.journal();
        this.workbench = workbench;
        this.id = id;
        this.request = request;
        this.origin = origin;
        this.replace = replace;
        this.staging = workbench.store().staging(id);
    }

    Staging staging() {
        return staging;
    }

    Step initialise() {
        return Step.quick("initialise VM", staging::prepare);
    }

    /** A burst, so that no other process can publish or delete between our rename and its record. */
    void publish() {
        journal.burst(() -> {
            Event.VmStaged staged = journal.inventory()
                    .operation(id)
                    .flatMap(operation -> operation.staged())
                    .orElseGet(this::stage);
            VmName vm = request.vm();
            if (!staging.isPublished(vm, staged.folderInode())) {
                Rules.claim(vm, replace, journal.inventory(), workbench.store().look(List.of(vm)))
                        .forEach(event -> journal.append(id, event));
            }
            staging.publish(vm, staged.folderInode(), replace);
            return journal.append(id, new Event.VmArrived(vm, origin, staged.images()));
        });
    }

    private Event.VmStaged stage() {
        staging.sync();
        var staged = new Event.VmStaged(request.vm(), staging.images(), staging.folderInode());
        journal.append(id, staged);
        return staged;
    }
}
