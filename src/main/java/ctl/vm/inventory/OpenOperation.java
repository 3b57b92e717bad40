package ctl.vm.inventory;

import java.time.Instant;
import java.util.Optional;

/**
 * An operation that has started and not ended.
 *
 * @param staged the event that says its VM is whole in staging, once there
 */
public record OpenOperation(
        OperationId id, Request request, Instant started, Actor actor, Optional<Event.VmStaged> staged) {

    OpenOperation with(Event.VmStaged event) {
        return new OpenOperation(id, request, started, actor, Optional.of(event));
    }
}
