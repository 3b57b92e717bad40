package ctl.vm.journal.listing;

import com.fasterxml.jackson.core.JsonGenerator;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.VmName;
import ctl.vm.journal.json.ActorJson;
import ctl.vm.journal.json.JsonObject;
import ctl.vm.journal.json.JsonText;
import ctl.vm.journal.json.ProgressJson;
import ctl.vm.journal.json.RequestJson;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** How an inventory is written in the listing. Open operations are few: they are written as everywhere else, as JSON. */
final class CachedInventory {

    private CachedInventory() {}

    static void write(DataOutput to, Inventory inventory) throws IOException {
        to.writeInt(inventory.vms().size());
        for (Vm vm : inventory.vms().values()) {
            VmRow.write(to, vm);
        }
        to.writeInt(inventory.open().size());
        for (OpenOperation operation : inventory.open().values()) {
            byte[] text = JsonText.object(json -> fields(json, operation)).getBytes(StandardCharsets.UTF_8);
            to.writeInt(text.length);
            to.write(text);
        }
    }

    private static void fields(JsonGenerator json, OpenOperation operation) throws IOException {
        json.writeStringField("id", operation.id().text());
        json.writeStringField("action", RequestJson.action(operation.request()));
        JsonText.object(json, "request", fields -> RequestJson.write(fields, operation.request()));
        json.writeStringField("started", operation.started().toString());
        JsonText.object(json, "actor", fields -> ActorJson.write(fields, operation.actor()));
        JsonText.object(json, "progress", fields -> ProgressJson.write(fields, operation));
    }

    static Inventory read(DataInput from) throws IOException {
        Map<VmName, Vm> vms = new TreeMap<>();
        Map<String, ImageName> names = new HashMap<>();
        for (int left = from.readInt(); left > 0; left--) {
            Vm vm = VmRow.read(from, names);
            vms.put(vm.name(), vm);
        }
        Map<OperationId, OpenOperation> open = new TreeMap<>();
        for (int left = from.readInt(); left > 0; left--) {
            byte[] text = new byte[from.readInt()];
            from.readFully(text);
            OpenOperation operation = operation(JsonObject.parse(new String(text, StandardCharsets.UTF_8)));
            open.put(operation.id(), operation);
        }
        return new Inventory(vms, open);
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
