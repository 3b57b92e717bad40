package ctl.vm.journal;

import com.fasterxml.jackson.core.JsonGenerator;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.OperationId;
import ctl.vm.inventory.Vm;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** How an inventory is written in the listing; {@link ListedReader} reads it. */
final class InventoryJson {

    private InventoryJson() {}

    static void write(JsonGenerator json, Inventory inventory) throws IOException {
        json.writeArrayFieldStart("vms");
        for (Vm vm : inventory.vms().values()) {
            JsonText.object(json, fields -> VmJson.write(fields, vm));
        }
        json.writeEndArray();
        json.writeArrayFieldStart("operations");
        for (OpenOperation operation : inventory.open().values()) {
            JsonText.object(json, fields -> fields(fields, operation));
        }
        json.writeEndArray();
    }

    private static void fields(JsonGenerator json, OpenOperation operation) throws IOException {
        json.writeStringField("id", operation.id().text());
        json.writeStringField("action", RequestJson.action(operation.request()));
        JsonText.object(json, "request", fields -> RequestJson.write(fields, operation.request()));
        json.writeStringField("started", operation.started().toString());
        JsonText.object(json, "actor", fields -> ActorJson.write(fields, operation.actor()));
        JsonText.object(json, "progress", fields -> ProgressJson.write(fields, operation));
    }

    /** The operations that have not ended. */
    static Map<OperationId, OpenOperation> open(JsonObject json) {
        Map<OperationId, OpenOperation> open = new TreeMap<>();
        for (JsonObject fields : json.objects("operations")) {
            OpenOperation operation = operation(fields);
            open.put(operation.id(), operation);
        }
        return open;
    }

    private static OpenOperation operation(JsonObject json) {
        OpenOperation started = OpenOperation.started(
                new OperationId(json.text("id")),
                RequestJson.request(json.text("action"), json.object("request")),
                json.time("started"),
                ActorJson.actor(json.object("actor")));
        return ProgressJson.progressed(started, json.object("progress"));
    }
}
