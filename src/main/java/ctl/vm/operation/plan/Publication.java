package ctl.vm.operation.plan;

import ctl.vm.inventory.Event;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.Rules;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.value.EntryKind;
import ctl.vm.inventory.value.FolderId;
import ctl.vm.inventory.value.VmName;
import ctl.vm.journal.Journal;
import ctl.vm.operation.OperationContext;
import ctl.vm.problem.AlreadyThere;
import ctl.vm.problem.DiskException;
import ctl.vm.problem.Unsafe;
import ctl.vm.problem.VmException;
import ctl.vm.store.Staging;
import ctl.vm.store.Trash;
import java.util.List;
import java.util.Optional;

/**
 * How a staged VM gets its name, and what becomes of the VM that had it.
 *
 * <p>Crash windows where another VM is replaced, in order: after its folder in the trash is made, that is empty; after
 * the exchange, the new VM has the name and the old one stands in staging, each whole; after the move, the old one
 * stands in the trash; after {@code VmArrived}, all is done. An operation that died goes on from each of them.
 *
 * <p>Where the filesystem cannot exchange, the old VM goes to the trash first. If we die then, nothing has the name
 * until the operation goes on, or is given up, which puts the old VM back.
 */
final class Publication {

    private final OperationContext context;
    private final Journal journal;
    private final OpenOperation operation;
    private final Request request;
    private final Staging staging;
    private final Trash trash;

    Publication(OperationContext context, OpenOperation operation) {
        this.context = context;
        this.journal = context.journal();
        this.operation = operation;
        this.request = operation.request();
        this.staging = context.store().work().staging(operation.id());
        this.trash = context.store().work().trash(operation.id());
    }

    /** Whether the staged VM stands under its name. */
    boolean isDone(Event.VmStaged staged) {
        return staging.isPublished(request.vm(), staged);
    }

    /**
     * Gives the staged VM its name, durably, and puts the one that it replaces into the trash.
     *
     * @return what the journal said of the one that is in the trash now
     * @throws VmException TakenMeanwhile, where something else has the name than when the operation began
     */
    Optional<Vm> publish(Event.VmStaged staged) {
        if (isDone(staged)) {
            staging.syncPublished(request.vm());
        } else {
            requireStaged(staged);
            named(this::claim);
            named(this::takeName);
        }
        if (request.freesAtOnce()) {
            // With all that is in staging it is freed when the end is recorded.
            if (isInTrash()) {
                trash.leaveTo(operation.id());
            }
            return Optional.empty();
        }
        trash.takeReplaced(request.vm(), operation.id());
        return isInTrash() ? journal.inventory().vm(request.vm()) : Optional.empty();
    }

    private void takeName() {
        VmName vm = request.vm();
        if (request.replaces().isEmpty() || context.store().folder(vm).isEmpty()) {
            staging.publish(vm);
            return;
        }
        if (!request.freesAtOnce()) {
            // Before the exchange: then a full disk cannot stop us between that and its record.
            trash.prepare();
        }
        if (!staging.exchange(vm)) {
            trash.prepare();
            trash.take(vm, Optional.empty());
            publishOrGiveBack(vm);
        }
    }

    private void publishOrGiveBack(VmName vm) {
        try {
            staging.publish(vm);
        } catch (DiskException failed) {
            try {
                giveBack();
            } catch (DiskException again) {
                failed.addSuppressed(again);
            }
            throw failed;
        }
    }

    private boolean isInTrash() {
        return trash.holds(request.vm(), Optional.empty());
    }

    /**
     * Brings the VM that was to be replaced back to its name, unless something else has that by now: then it stays in
     * the trash.
     */
    void giveBack() {
        if (isReplacedInStaging()) {
            trash.prepare();
            trash.takeReplaced(request.vm(), operation.id());
        }
        if (isInTrash() && context.store().look(List.of(request.vm())).entry(request.vm()).isEmpty()) {
            trash.putBack(request.vm(), Optional.empty());
        }
        trash.removeIfEmpty();
    }

    /** So it is where the new VM was moved away by hand after the exchange. */
    private boolean isReplacedInStaging() {
        return journal.inventory().operation(operation.id()).flatMap(OpenOperation::staged)
                .filter(staged -> staging.isThere() && !staging.holds(staged))
                .isPresent();
    }

    private void requireStaged(Event.VmStaged staged) {
        if (!staging.holds(staged)) {
            throw new Unsafe.StagedIsGone(request.describe(), operation.id().text()).thrown();
        }
    }

    private void claim() {
        VmName vm = request.vm();
        Optional<FolderId> there = context.store().folder(vm);
        boolean isOther = there.filter(found -> operation.replaces().filter(found::isSameAs).isEmpty()).isPresent();
        if (request.replaces().isPresent() && isOther) {
            throw new AlreadyThere.NotTheReplaced(vm.text()).thrown();
        }
        List<Event> events = Rules.claim(
                vm, request.replaces().isPresent(), journal.inventory(), context.store().look(List.of(vm)));
        if (!isInTrash()) {
            events.forEach(event -> journal.append(operation.id(), event));
        }
    }

    /** What has the name is told together with what is kept. */
    private void named(Runnable action) {
        try {
            action.run();
        } catch (VmException failed) {
            throw switch (failed.problem()) {
                case AlreadyThere taken -> meanwhile(taken);
                case Unsafe.LinkedVm(var name) -> meanwhile(
                        new AlreadyThere.NameTaken(name, EntryKind.LINK.describe()));
                default -> failed;
            };
        }
    }

    private VmException meanwhile(AlreadyThere taken) {
        return new AlreadyThere.TakenMeanwhile(taken, request.describe(), true, operation.id().text()).thrown();
    }
}
