package ctl.vm.operation.run;

import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.Rules;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.VmName;
import ctl.vm.operation.DiskFailures;
import ctl.vm.operation.OperationContext;
import ctl.vm.problem.Busy;
import ctl.vm.problem.VmException;
import ctl.vm.store.Locks;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The operations that the journal knows to have started and not ended, and the locks that tell which of them still run.
 */
final class OpenOperations {

    private final OperationContext context;

    OpenOperations(OperationContext context) {
        this.context = context;
    }

    /**
     * The last attempt at this request that no process carries out any more. What comes or goes through a pipe is never
     * the same once more.
     */
    Optional<OpenOperation> interrupted(Request request) {
        return all().filter(operation -> !request.isPiped() && operation.request().isSameAs(request))
                .filter(operation -> !context.locks().isRunning(operation.id()))
                // Not by a comparator put together: to link one takes a start a millisecond.
                .reduce((one, other) -> one.started().isBefore(other.started()) ? other : one);
    }

    /** An earlier attempt at this request through a pipe of which all has come through. */
    Optional<OpenOperation> whole(Request request) {
        return request.isPiped()
                ? all().filter(operation -> operation.request().isSameAs(request) && !operation.isLost())
                        .filter(operation -> !context.locks().isRunning(operation.id())).findFirst()
                : Optional.empty();
    }

    /** Whether a living process carries out an operation on a VM that the request is about. */
    boolean isAnyRunningWith(Request request) {
        return running(operation -> isAbout(request, operation)).isPresent();
    }

    /** Whether request and operation have a VM in common. */
    static boolean isAbout(Request request, OpenOperation operation) {
        return !Collections.disjoint(request.vms(), operation.request().vms());
    }

    /** An id of no operation that runs; whether one that has ended has it is looked up where the start is recorded. */
    OperationId unusedId() {
        OperationId id = context.newOperation();
        while (context.locks().isRunning(id)) {
            id = context.newOperation();
        }
        return id;
    }

    /** Takes the locks that an operation needs. @throws VmException VmInUse, where another operation is in the way */
    Locks.Hold hold(OperationId id, Request request) {
        return hold(id, request, false);
    }

    /** The same. @param isHostDown whether the user says so of the host that carries it out */
    Locks.Hold hold(OperationId id, Request request, boolean isHostDown) {
        return DiskFailures.explained(
                () -> context.locks().tryHold(id, request, isHostDown).orElseThrow(() -> inTheWay(id, request)));
    }

    private VmException inTheWay(OperationId id, Request request) {
        String lockOwner = running(operation -> operation.id().equals(id) || isAbout(request, operation))
                .map(operation -> "%s (operation %s, process %d)"
                        .formatted(operation.request().describe(), operation.id(), operation.actor().process().pid()))
                .orElse("another operation");
        String names = request.vms().stream().map(VmName::text).sorted().collect(Collectors.joining(" or "));
        return new Busy.VmInUse(names, lockOwner).thrown();
    }

    private Optional<OpenOperation> running(Predicate<OpenOperation> wanted) {
        return all().filter(wanted).filter(operation -> context.locks().isRunning(operation.id())).findFirst();
    }

    private Stream<OpenOperation> all() {
        return context.journal().inventory().open().values().stream();
    }

    /** @throws VmException where the request cannot be met as things stand */
    void requirePossible(Request request) {
        DiskFailures.explained(() -> {
            if (request instanceof Request.Import from && !from.isPiped()) {
                context.packages().requireFile(from);
            }
            if (request instanceof Request.Export to && !request.isPiped()) {
                context.packages().requireWritable(to);
            }
            if (request instanceof Request.UndeletePackage undelete) {
                context.packages().requireNew(Path.of(undelete.file()), false);
            }
            Rules.decide(request, context.journal().inventory(), context.store().look(request.vms()), Optional.empty());
            request.gives().ifPresent(context.store()::requireDistinct);
        });
    }
}
