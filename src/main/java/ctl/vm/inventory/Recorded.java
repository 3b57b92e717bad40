package ctl.vm.inventory;

import ctl.vm.inventory.value.OperationId;
import java.time.Instant;

/**
 * An event as it stands in the journal.
 *
 * @param sequence 1 for the first event, without gaps
 * @param time UTC, whole microseconds
 * @param previous hash of the event before it; 64 zeros for the first
 * @param hash SHA-256 over everything else here, 64 hexadecimal digits
 */
public record Recorded(
        long sequence,
        OperationId operation,
        Instant time,
        Actor actor,
        Event event,
        String previous,
        String hash) {}
