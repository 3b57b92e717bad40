package ctl.vm.inventory;

import java.time.Instant;
import java.util.Optional;

/**
 * Which events of the journal a reader wants, and in which order. What is empty does not narrow the selection.
 *
 * @param vm events about this VM, also those of a VM of that name that is gone
 * @param since not before this time
 * @param until before this time
 * @param after with a higher sequence number than this one; 0 for all
 * @param before with a lower sequence number than this one
 * @param newestFirst otherwise in the order of the journal
 */
public record Selection(
        Optional<VmName> vm,
        Optional<OperationId> operation,
        Optional<Instant> since,
        Optional<Instant> until,
        long after,
        Optional<Long> before,
        boolean newestFirst) {

    /** The same of another name, before an event took that; empty where it still has it. */
    public Selection under(VmName name, Optional<Long> taken) {
        return new Selection(Optional.of(name), operation, since, until, after, taken.or(() -> before), newestFirst);
    }

    /** What is left of it behind an event that was read. */
    public Selection behind(long sequence) {
        return newestFirst
                ? new Selection(vm, operation, since, until, after, Optional.of(sequence), true)
                : new Selection(vm, operation, since, until, sequence, before, false);
    }
}
