package ctl.vm.operation;

import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.journal.Journal;
import ctl.vm.journal.Leases;
import ctl.vm.problem.Busy;
import ctl.vm.problem.Problem;
import ctl.vm.problem.VmException;
import ctl.vm.store.Epochs;
import ctl.vm.store.Locks;
import ctl.vm.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What operations keep each other from: by locks of the kernel between the processes of one host and, in a folder that
 * several hosts share, by leases between hosts as well.
 *
 * <p>Locks of the kernel are taken first and given up last: who has them knows that no other process of this host has
 * what they stand for, whatever a lease says.
 */
public final class OperationLocks {

    private final Locks locks;
    private final Optional<Shared> shared;

    /** In a folder of one host. */
    public OperationLocks(Locks locks) {
        this.locks = locks;
        this.shared = Optional.empty();
    }

    /**
     * In a folder that several hosts share.
     *
     * @param locks that no other host has
     * @param epochs of this store
     */
    public OperationLocks(Locks locks, Leases leases, Epochs epochs, Journal journal, Store store) {
        this.locks = locks;
        this.shared = Optional.of(new Shared(leases, epochs, journal, store));
    }

    private record Shared(Leases leases, Epochs epochs, Journal journal, Store store) {}

    /**
     * Takes all that an operation needs, or nothing. Never waits, so that no two operations can wait for each other.
     * What an earlier holder on another host has left is this process's from then on.
     *
     * @param isHostDown whether the user says so of the host that holds the operation
     * @return empty where another operation of this host is in the way
     * @throws VmException HeldElsewhere, where one of another host is
     */
    public Optional<Locks.Hold> tryHold(OperationId operation, Request request, boolean isHostDown) {
        Optional<Locks.Hold> kernel = locks.tryHold(operation, request);
        if (kernel.isEmpty() || shared.isEmpty()) {
            return kernel;
        }
        boolean isHeld = false;
        try {
            lease(shared.get(), operation, request, isHostDown);
            isHeld = true;
            kernel.get().whenClosed(() -> release(shared.get(), operation));
            return kernel;
        } finally {
            if (!isHeld) {
                kernel.get().close();
            }
        }
    }

    private static void lease(Shared shared, OperationId operation, Request request, boolean isHostDown) {
        shared.store.requireSharedLocks();
        // What an operation was asked for never changes: it may be read before anything is locked.
        Map<OperationId, OpenOperation> before = shared.journal.inventory().open();
        long epoch = shared.leases.hold(operation, claims(operation, request), isHostDown,
                (other, left) -> shared.store.work().fence(
                        other, Optional.ofNullable(before.get(other)).map(OpenOperation::request), left));
        shared.epochs.hold(operation, epoch);
        boolean isAdopted = false;
        try {
            shared.journal.inventory().operation(operation).ifPresent(shared.store.work()::adopt);
            isAdopted = true;
        } finally {
            if (!isAdopted) {
                shared.epochs.drop(operation);
                shared.leases.release(operation, false);
            }
        }
    }

    /** As the locks of the kernel. */
    private static List<Leases.Claim> claims(OperationId operation, Request request) {
        List<Leases.Claim> claims = new ArrayList<>();
        claims.add(new Leases.Claim("operation/" + operation, false));
        request.reads().ifPresent(vm -> claims.add(new Leases.Claim("vm/" + vm, true)));
        request.takesFromTrash().ifPresent(deletion -> claims.add(new Leases.Claim("operation/" + deletion, false)));
        request.changes().forEach(vm -> claims.add(new Leases.Claim("vm/" + vm, false)));
        return claims;
    }

    private static void release(Shared shared, OperationId operation) {
        try {
            shared.leases.release(operation, shared.journal.inventory().operation(operation).isEmpty());
        } catch (VmException unreachable) {
            // The lease ends by itself. What the operation has done has been reported, and is not undone by this.
        } finally {
            shared.epochs.drop(operation);
        }
    }

    /** Whether other hosts have locks here as well. */
    public boolean areShared() {
        return shared.isPresent();
    }

    /** Whether a living process carries out the operation, on whatever host. */
    public boolean isRunning(OperationId operation) {
        return locks.isRunning(operation) || elsewhere(operation).isPresent();
    }

    /** Who carries out the operation on another host. A lease of a process of this host says no more than its lock. */
    public Optional<Leases.Holder> elsewhere(OperationId operation) {
        return shared.flatMap(one -> one.leases.holder(operation)).filter(holder -> !holder.isHere());
    }

    /** @throws VmException TakenOver, where another host has taken over an operation that this process carries out */
    public void requireHeld(OperationId operation) {
        shared.ifPresent(one -> one.leases.requireHeld(operation));
    }

    /** A reason to stop: another host has taken over the operation, as far as this process has heard, or may do so. */
    public Optional<Problem> lost(OperationId operation) {
        return shared.flatMap(one -> one.leases.lost(operation));
    }

    /** Whether another host has taken it over; not where that cannot be found out. */
    public boolean isTakenOver(OperationId operation) {
        try {
            requireHeld(operation);
            return false;
        } catch (VmException failed) {
            return failed.problem() instanceof Busy.TakenOver;
        }
    }

    /** Forgets what is known of operations that have ended. */
    public void forgetEnded() {
        shared.ifPresent(one -> one.leases.forgetAllBut(one.journal.inventory().open().keySet()));
    }
}
