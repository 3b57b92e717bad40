package ctl.vm.journal.json;

import com.fasterxml.jackson.core.JsonGenerator;
import ctl.vm.inventory.Checkpoint;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.value.ImageName;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** How far an open operation has come, as the projections keep it. */
public final class ProgressJson {

    private ProgressJson() {}

    public static String text(OpenOperation operation) {
        return JsonText.object(json -> write(json, operation));
    }

    public static void write(JsonGenerator json, OpenOperation operation) throws IOException {
        json.writeArrayFieldStart("checkpoints");
        for (Checkpoint checkpoint : new TreeMap<>(operation.checkpoints()).values()) {
            JsonText.object(json, fields -> CheckpointJson.write(fields, checkpoint));
        }
        json.writeEndArray();
        write(json, "packed", packed(operation));
        write(json, "staged", operation.staged());
        write(json, "interrupted", operation.interrupted());
    }

    private static void write(JsonGenerator json, String field, Optional<? extends Event> event) throws IOException {
        if (event.isPresent()) {
            json.writeFieldName(field);
            json.writeRawValue(EventJson.text(event.get()));
        }
    }

    private static Optional<Event> packed(OpenOperation operation) {
        return operation.packed().map(
                checkpoint -> new Event.PackageCheckpointReached(operation.request().vm(), checkpoint));
    }

    /** The operation that has started like this and has come as far as {@code json} says. */
    public static OpenOperation progressed(OpenOperation started, JsonObject json) {
        Map<ImageName, Checkpoint> checkpoints = new TreeMap<>();
        for (JsonObject fields : json.objects("checkpoints")) {
            Checkpoint checkpoint = CheckpointJson.checkpoint(fields);
            checkpoints.put(checkpoint.image(), checkpoint);
        }
        return new OpenOperation(
                started.id(),
                started.request(),
                started.started(),
                started.actor(),
                checkpoints,
                json.optionalObject("packed").map(PackageCheckpointJson::checkpoint),
                json.optionalObject("staged")
                        .map(fields -> (Event.VmStaged) EventJson.event(EventName.VM_STAGED, fields)),
                json.optionalObject("interrupted")
                        .map(fields -> (Event.OperationInterrupted) EventJson.event(EventName.OPERATION_INTERRUPTED,
                                fields)));
    }
}
