package ctl.vm.operation.run;

import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.operation.DiskFailures;
import ctl.vm.operation.OperationContext;
import ctl.vm.operation.query.ListTrash;
import ctl.vm.problem.VmException;
import ctl.vm.store.Locks;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Does what a user asks for.
 *
 * <p>Order of an operation: it cleans up after others; it takes its locks; its start event is durable before its first
 * step; its last step makes the result durable and then records it; tidying up comes after that. If we die in between,
 * the journal holds an operation that has started and not ended, the kernel drops its locks, and its steps can be run
 * again.
 */
public final class StartOperation {

    private final OperationContext context;
    private final OpenOperations operations;
    private final TrashCleanup cleanUp;
    private final ResumeOperation resume;
    private final ReservedSpace reserved;
    private final boolean whileInUse;

    /** @param whileInUse whether an image that another process has open is only warned of */
    public StartOperation(OperationContext context, boolean whileInUse) {
        this.context = context;
        this.operations = new OpenOperations(context);
        this.cleanUp = new TrashCleanup(context);
        this.resume = new ResumeOperation(context, whileInUse);
        this.reserved = new ReservedSpace(context);
        this.whileInUse = whileInUse;
    }

    /** Whether an earlier attempt at the same request can go on. */
    public boolean isInterrupted(Request request) {
        return interrupted(request).isPresent();
    }

    /** The request of an earlier attempt that can go on. */
    public Optional<Request> interrupted(Request request) {
        return operations.interrupted(request).map(OpenOperation::request);
    }

    /** The VM that the request would replace as it stands now; empty where it would replace none. */
    public Optional<FolderVm> replacedVm(Request request) {
        return DiskFailures.explained(
                () -> request.replaces().flatMap(name -> context.store().look(List.of(name)).vm(name)));
    }

    /** The size of the package file that the request would replace; empty where it would replace none. */
    public Optional<ByteCount> replacedPackage(Request.Export request) {
        return request.replace() && !request.isPiped()
                ? DiskFailures.explained(() -> context.packages().existing(Path.of(request.file())))
                : Optional.empty();
    }

    /** Whether the package that the request replaces goes to the trash, as far as can be told beforehand. */
    public boolean mayKeepReplaced(Request.Export request) {
        return !request.freesAtOnce()
                && DiskFailures.explained(() -> context.store().work().mayKeep(Path.of(request.file())));
    }

    /**
     * Makes sure that the request could be met now, or gone on with. Changes nothing and records nothing.
     *
     * @throws VmException where it could not
     */
    public void check(Request request) {
        getReady();
        if (!isInterrupted(request)) {
            operations.requirePossible(request);
            // An operation of ours has images open as well: to run into its locks says more.
            if (!whileInUse && !operations.isAnyRunningWith(request)) {
                requireUnused(request);
            }
        }
    }

    /**
     * Does what the request says, or goes on with it where that was interrupted. When it throws a {@link VmException},
     * the inventory is as it was before.
     *
     * @throws VmException where the request cannot be met, or a step of it failed
     */
    public void run(Request request) {
        run(request, () -> {});
    }

    /**
     * As {@link #run(Request)}.
     *
     * @param beforehand something brief that reads the journal, before the start is recorded: it is opened once for
     *     both. Not called where an interrupted operation goes on
     */
    public void run(Request request, Runnable beforehand) {
        getReady();
        if (request.frees()) {
            reserved.spend(() -> startOrResume(request, beforehand));
        } else {
            startOrResume(request, beforehand);
        }
    }

    private void startOrResume(Request request, Runnable beforehand) {
        Optional<OpenOperation> interrupted = operations.interrupted(request);
        if (interrupted.isPresent()) {
            resume.repeated(interrupted.get());
        } else {
            start(request, beforehand);
        }
    }

    /** Begins to load what an operation needs, while it is still checked. */
    private void getReady() {
        context.store().getReady();
        context.journal().getReady();
    }

    private void start(Request request, Runnable beforehand) {
        // A setting that means nothing is refused now, not on the day on which the trash is first looked at.
        context.keep();
        resume.recordEnded(request);
        operations.whole(request).ifPresent(context.reporter()::wholeBefore);
        operations.requirePossible(request);
        DiskFailures.explained(context.store()::prepare);
        warnOfRemoteJournal();
        cleanUp.leftovers();
        if (!request.frees()) {
            requireReserve(request);
        }
        while (!isDone(operations.unusedId(), request, beforehand)) {
            // Another operation of the same second has that id.
        }
    }

    private boolean isDone(OperationId id, Request request, Runnable beforehand) {
        try (Locks.Hold _ = operations.hold(id, request)) {
            Optional<Execution> done = carryOut(id, request, beforehand);
            done.ifPresent(Execution::tidy);
            return done.isPresent();
        }
    }

    private Optional<Execution> carryOut(OperationId id, Request request, Runnable beforehand) {
        try (InUseCheck inUse = InUseCheck.starting(context, request, whileInUse)) {
            inUse.tellWhatItMayMiss();
            List<ListTrash.Entry> expired = new ArrayList<>();
            Optional<Execution> execution = Execution.start(context, id, request, cleanUp, () -> {
                beforehand.run();
                expired.addAll(cleanUp.expired(request));
            });
            cleanUp.freeExpired(expired);
            execution.ifPresent(Execution::finish);
            return execution;
        }
    }

    private void requireReserve(Request request) {
        try {
            reserved.require();
        } catch (VmException full) {
            // What the trash has kept long enough makes room: only then it is looked for before anything else.
            cleanUp.before(request);
            reserved.require();
        }
    }

    /** H2 and the locks rest on what the kernel of one machine promises its own processes. */
    private void warnOfRemoteJournal() {
        DiskFailures.explained(context.store()::remoteJournal).ifPresent(kind -> context.reporter().warn(
                ("the journal is on a network filesystem (%s), where neither locks nor the database can be relied on: use this root"
                        + " from one machine only, and keep it on a local disk, or mount one at %s")
                        .formatted(kind, context.store().journal())));
    }

    /**
     * Looks again under the locks of the request before it is refused: an operation that has its images open already,
     * and is about to record its start, says more than they do.
     */
    private void requireUnused(Request request) {
        try {
            InUseCheck.starting(context, request, false).close();
        } catch (VmException inUse) {
            DiskFailures.explained(context.store()::prepare);
            try (Locks.Hold _ = operations.hold(context.newOperation(), request)) {
                InUseCheck.starting(context, request, false).close();
            }
        }
    }
}
