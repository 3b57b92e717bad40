package ctl.vm.journal.sql;

import ctl.vm.inventory.Event;
import ctl.vm.inventory.EventSubject;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.SnapshotName;
import ctl.vm.journal.json.ActorJson;
import ctl.vm.journal.json.JsonObject;
import ctl.vm.journal.json.OperationJson;
import ctl.vm.journal.json.RequestJson;
import java.time.Instant;
import java.util.Optional;

/**
 * An operation as the database keeps it: the columns of its row.
 *
 * @param request JSON
 * @param actor JSON
 * @param progress JSON
 */
public record OperationRow(
        String id,
        String action,
        String request,
        String vm,
        Optional<String> snapshot,
        Instant started,
        String startedBy,
        String actor,
        String state,
        String progress,
        Optional<Instant> ended,
        Optional<String> reason,
        Optional<Integer> exitCode) {

    /** As long as it has not ended. */
    public static OperationRow of(OpenOperation operation) {
        return new OperationRow(
                operation.id().text(),
                RequestJson.action(operation.request()),
                RequestJson.text(operation.request()),
                operation.request().vm().text(),
                EventSubject.of(operation.request()).snapshot().map(SnapshotName::text),
                operation.started(),
                operation.actor().user(),
                ActorJson.text(operation.actor()),
                state(operation),
                OperationJson.progress(operation),
                Optional.empty(),
                operation.interrupted().map(Event.OperationInterrupted::reason),
                operation.interrupted().map(Event.OperationInterrupted::exitCode));
    }

    /** The open operation that the row describes. */
    OpenOperation operation() {
        OpenOperation begun = OpenOperation.started(
                new OperationId(id),
                RequestJson.request(action, JsonObject.parse(request)),
                started,
                ActorJson.actor(JsonObject.parse(actor)),
                Optional.empty());
        return OperationJson.progressed(begun, JsonObject.parse(progress));
    }

    /** This operation once the event has ended it: it is finished unless the event says that it failed. */
    public OperationRow endedBy(Recorded ending) {
        Optional<Event.OperationFailed> failure = ending.event() instanceof Event.OperationFailed failed
                ? Optional.of(failed)
                : Optional.empty();
        return new OperationRow(
                id,
                action,
                request,
                vm,
                snapshot,
                started,
                startedBy,
                actor,
                endState(ending.event()),
                progress,
                Optional.of(ending.time()),
                failure.map(Event.OperationFailed::reason),
                failure.map(Event.OperationFailed::exitCode));
    }

    private static String endState(Event ending) {
        return switch (ending) {
            case Event.OperationFailed _ -> "failed";
            case Event.OperationAbandoned _ -> "abandoned";
            default -> "finished";
        };
    }

    private static String state(OpenOperation operation) {
        if (operation.interrupted().isPresent()) {
            return "interrupted";
        }
        return operation.staged().isPresent() ? "staged" : "started";
    }
}
