package ctl.vm.journal;

import ctl.vm.inventory.value.OperationId;
import ctl.vm.problem.Problem;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the hosts that share a folder keep each other from: which of them carries out which operation, and which VMs that
 * reads or changes.
 *
 * <p>A lease has an <em>epoch</em>, which grows with each host that takes the operation over, and a time for which it
 * holds unless it is renewed. It is taken from a holder only after that time, and where the server knows nothing any
 * more of the holder's connection; or because a user says that the host is down. The holder may live all the same: then
 * what makes it harmless is the {@link Fence}, never the lease.
 *
 * <p>Failures are {@link ctl.vm.problem.VmException}: TakenOver, HeldElsewhere, and those of the server.
 */
public interface Leases {

    /**
     * Takes all that an operation needs, or nothing. Never waits for a holder. Where claims of operations are in the
     * way whose holders are gone, those are fenced off and hold nothing from then on.
     *
     * @param claims what else is to be held, beside the operation itself
     * @param isHostDown whether the user says so of the host that holds this operation
     * @param fence done before an epoch is recorded, while no event of that operation can be appended
     * @return the epoch, 1 or more: the same as before where no other host can have held it since
     * @throws ctl.vm.problem.VmException HeldElsewhere
     */
    long hold(OperationId operation, List<Claim> claims, boolean isHostDown, Fence fence);

    /**
     * Makes sure that this process still holds an operation that it has taken. True for an instant only.
     *
     * @throws ctl.vm.problem.VmException TakenOver
     */
    void requireHeld(OperationId operation);

    /**
     * What is known without asking the server of the loss of an operation that this process has taken: another host has
     * it, or may take it, as its lease is over and could not be renewed.
     */
    Optional<Problem> lost(OperationId operation);

    /** @param isOver whether nothing of the operation is left that could be gone on with */
    void release(OperationId operation, boolean isOver);

    /** Who carries out an operation now, on whatever host. */
    Optional<Holder> holder(OperationId operation);

    /** Forgets those operations that no host holds. @param open those that may be gone on with */
    void forgetAllBut(Set<OperationId> open);

    /** Something that an operation holds. @param shared whether others may hold it as well, if they share it too */
    record Claim(String name, boolean shared) {}

    /**
     * A process that carries out an operation.
     *
     * @param since when it took the operation
     * @param until when that can be taken from it, unless it renews it
     * @param isHere whether it runs on this host
     */
    record Holder(String host, long pid, Instant since, Instant until, boolean isHere) {}

    /** Keeps whoever held an operation before from doing anything more in the folder. */
    interface Fence {

        /**
         * Moves what the operation has made to the names of another epoch, durably. Safe to be called again.
         *
         * @param epoch the one to be left; 0 where none is known
         * @return the next one, greater than any that the folder knows
         */
        long next(OperationId operation, long epoch);
    }
}
