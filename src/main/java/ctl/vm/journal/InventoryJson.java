package ctl.vm.journal;

import com.fasterxml.jackson.core.JsonGenerator;
import ctl.vm.inventory.ImageFacts;
import ctl.vm.inventory.ImageName;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.OperationId;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.VmName;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** How an inventory is written in the listing. */
final class InventoryJson {

    private InventoryJson() {}

    static void write(JsonGenerator json, Inventory inventory) throws IOException {
        json.writeArrayFieldStart("vms");
        for (Vm vm : inventory.vms().values()) {
            JsonText.object(json, fields -> fields(fields, vm));
        }
        json.writeEndArray();
        json.writeArrayFieldStart("operations");
        for (OpenOperation operation : inventory.open().values()) {
            JsonText.object(json, fields -> fields(fields, operation));
        }
        json.writeEndArray();
    }

    private static void fields(JsonGenerator json, Vm vm) throws IOException {
        json.writeStringField("name", vm.name().text());
        json.writeNumberField("since", vm.since());
        OriginJson.write(json, vm.origin());
        json.writeStringField("arrived", vm.arrived().toString());
        json.writeStringField("by", vm.by());
        ImageJson.write(json, vm.images().values());
    }

    private static void fields(JsonGenerator json, OpenOperation operation) throws IOException {
        json.writeStringField("id", operation.id().text());
        json.writeStringField("action", RequestJson.action(operation.request()));
        JsonText.object(json, "request", fields -> RequestJson.write(fields, operation.request()));
        json.writeStringField("started", operation.started().toString());
        JsonText.object(json, "actor", fields -> ActorJson.write(fields, operation.actor()));
        JsonText.object(json, "progress", fields -> ProgressJson.write(fields, operation));
    }

    static Inventory inventory(JsonObject json) {
        Map<VmName, Vm> vms = new TreeMap<>();
        for (JsonObject fields : json.objects("vms")) {
            Vm vm = vm(fields);
            vms.put(vm.name(), vm);
        }
        Map<OperationId, OpenOperation> open = new TreeMap<>();
        for (JsonObject fields : json.objects("operations")) {
            OpenOperation operation = operation(fields);
            open.put(operation.id(), operation);
        }
        return new Inventory(vms, open);
    }

    private static Vm vm(JsonObject json) {
        Map<ImageName, ImageFacts> images = ImageJson.images(json).stream()
                .collect(Collectors.toMap(ImageFacts::name, image -> image));
        return new Vm(
                new VmName(json.text("name")),
                json.number("since"),
                OriginJson.origin(json),
                json.time("arrived"),
                json.text("by"),
                images);
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
