package ctl.vm.cli.view;

import com.fasterxml.jackson.core.JsonGenerator;
import ctl.vm.cli.output.Json;
import ctl.vm.inventory.Actor;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.operation.query.ListOperations.Unfinished;
import java.io.IOException;
import java.util.List;

/** Unfinished operations as JSON. Field names and types are stable; sizes are bytes, times ISO 8601 in UTC. */
public final class OperationsJson {

    private OperationsJson() {}

    public static String of(List<Unfinished> operations) {
        return Json.pretty(json -> {
            json.writeArrayFieldStart("operations");
            for (Unfinished operation : operations) {
                write(json, operation);
            }
            json.writeEndArray();
        });
    }

    private static void write(JsonGenerator json, Unfinished unfinished) throws IOException {
        OpenOperation operation = unfinished.operation();
        json.writeStartObject();
        json.writeStringField("id", operation.id().text());
        json.writeStringField("what", operation.request().describe());
        json.writeStringField("started", operation.started().toString());
        json.writeStringField("by", operation.actor().user());
        json.writeNumberField("durableBytes", operation.durable().bytes());
        json.writeStringField("state", unfinished.running() ? "running" : "interrupted");
        if (operation.interrupted().isPresent()) {
            json.writeStringField("reason", operation.interrupted().get().reason());
        }
        Actor.ProcessIdentity process = operation.actor().process();
        json.writeObjectFieldStart("process");
        json.writeNumberField("pid", process.pid());
        json.writeNumberField("startTicks", process.startTicks());
        json.writeStringField("bootId", process.bootId());
        json.writeEndObject();
        json.writeEndObject();
    }
}
