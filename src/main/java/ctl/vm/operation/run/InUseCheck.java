package ctl.vm.operation.run;

import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.VmName;
import ctl.vm.operation.DiskFailures;
import ctl.vm.operation.OperationContext;
import ctl.vm.operation.StopRequest;
import ctl.vm.problem.Busy;
import ctl.vm.problem.Problem;
import ctl.vm.problem.Unsafe;
import ctl.vm.problem.VmException;
import ctl.vm.store.ImageWatch;
import ctl.vm.store.Store;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Makes sure that no image is read while another process writes to it, and none is taken away from a virtual machine
 * that has it open. The check begins when the operation has its locks and before anything is recorded, and lasts until
 * the operation ends. A process that opens an image for writing meanwhile makes the operation stop the next time it
 * looks; until then that process blocks in open(2).
 */
final class InUseCheck implements AutoCloseable {

    private static final Watched NOTHING = new Watched("", ImageWatch.NONE, false);

    private final OperationContext context;
    private Watched read = NOTHING;
    private Watched takenAway = NOTHING;
    private StopRequest.Registration stop = () -> {};

    private InUseCheck(OperationContext context) {
        this.context = context;
    }

    /**
     * For an operation that starts.
     *
     * @param whileInUse whether what is in use is only warned of, and not watched
     * @throws VmException OpenForWriting or OpenInMachine
     */
    static InUseCheck starting(OperationContext context, Request request, boolean whileInUse) {
        try {
            InUseCheck check = begin(context, request, true);
            if (!whileInUse) {
                return check;
            }
            check.close();
        } catch (VmException inUse) {
            if (!whileInUse) {
                throw inUse;
            }
            context.reporter().warn(context.describe(inUse.problem()));
        }
        return new InUseCheck(context);
    }

    /**
     * For an operation that goes on: what is staged already is not read again.
     *
     * @param unchecked whether all is allowed
     */
    static InUseCheck resuming(OperationContext context, OpenOperation operation, boolean unchecked) {
        return unchecked
                ? new InUseCheck(context)
                : begin(context, operation.request(), operation.staged().isEmpty());
    }

    private static InUseCheck begin(OperationContext context, Request request, boolean reads) {
        InUseCheck check = new InUseCheck(context);
        try {
            DiskFailures.explained(() -> check.begin(request, reads));
            return check;
        } catch (VmException refused) {
            try (check) {
                throw refused;
            }
        }
    }

    private void begin(Request request, boolean reads) {
        read = reads ? read(context, request) : NOTHING;
        takenAway = takenAway(context.store(), request);
        read.refusal().or(takenAway::refusal).ifPresent(problem -> {
            throw problem.thrown();
        });
        stop = context.stop().alsoFor(() -> read.intruder().or(takenAway::intruder));
    }

    /** For whoever asked for details: on such a filesystem every command would say it. */
    void tellWhatItMayMiss() {
        for (Watched watched : List.of(read, takenAway)) {
            if (!watched.watch.seesEveryWriter()) {
                context.reporter().detail(
                        ("no read lease on %s (another user's file, or a filesystem without leases): a program that"
                                + " has it open for writing may be seen only when it writes").formatted(watched.name));
            }
        }
    }

    @Override
    public void close() {
        Watched first = read;
        Watched second = takenAway;
        try (first; second) {
            stop.close();
        }
    }

    /** A package is not in use by anything: what changes while it is read is found out. */
    private static Watched read(OperationContext context, Request request) {
        Store store = context.store();
        return request instanceof Request.Import from && (from.raw() || context.packages().isConverted(from))
                ? new Watched(from.file(), store.watch(Path.of(from.file())), false)
                : request.reads().map(vm -> new Watched(vm.text(), store.watch(vm), false)).orElse(NOTHING);
    }

    /**
     * Where something is replaced, the one that was there is taken away; and what gets another name, from its old one.
     */
    private static Watched takenAway(Store store, Request request) {
        return switch (request) {
            case Request.DeleteVm delete -> takenAway(store, delete.vm());
            case Request.DeleteSnapshot delete -> new Watched(
                    delete.vm() + ":" + delete.snapshot(),
                    store.watch(store.path(delete.vm(), ImageName.of(delete.snapshot()))), true);
            case Request.Rename rename -> takenAway(store, rename.from());
            case Request.Create _, Request.Clone _, Request.Import _ ->
                request.replaces().map(vm -> takenAway(store, vm)).orElse(NOTHING);
            // Who still has open what was deleted was warned when it was deleted.
            case Request.Export _, Request.UndeleteVm _, Request.UndeleteSnapshot _, Request.UndeletePackage _, Request.Purge _ ->
                NOTHING;
        };
    }

    private static Watched takenAway(Store store, VmName vm) {
        return new Watched(vm.text(), store.watch(vm), true);
    }

    /** Images that are watched. @param takenAway whether they are more than read: then no machine may have them open */
    private record Watched(String name, ImageWatch watch, boolean takenAway) implements AutoCloseable {

        Optional<Problem> refusal() {
            Optional<Problem> written = watch.writer().map(process -> new Unsafe.OpenForWriting(name, process));
            return written.isPresent() || !takenAway
                    ? written
                    : watch.machine().map(machine -> new Unsafe.OpenInMachine(name, machine));
        }

        Optional<Problem> intruder() {
            return watch.intruder().map(process -> new Busy.OpenedMeanwhile(name, process));
        }

        @Override
        public void close() {
            watch.close();
        }
    }
}
