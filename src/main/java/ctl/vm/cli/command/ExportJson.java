package ctl.vm.cli.command;

import com.fasterxml.jackson.core.JsonGenerator;
import ctl.vm.cli.output.Json;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.ImageFacts;
import ctl.vm.inventory.value.ImageDigest;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** What an export has made as JSON. Field names and types are stable; sizes are bytes, times ISO 8601 in UTC. */
final class ExportJson {

    private ExportJson() {}

    static String of(List<Event.PackageExported> made, List<ExportInto.Skipped> skipped) {
        return Json.pretty(json -> {
            json.writeArrayFieldStart("packages");
            for (Event.PackageExported one : made) {
                write(json, one);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("unchanged");
            for (ExportInto.Skipped one : skipped) {
                write(json, one);
            }
            json.writeEndArray();
        });
    }

    private static void write(JsonGenerator json, Event.PackageExported made) throws IOException {
        json.writeStartObject();
        json.writeStringField("vm", made.vm().text());
        json.writeStringField("file", made.file());
        json.writeNumberField("sizeBytes", made.size().bytes());
        if (made.sha256().isPresent()) {
            json.writeStringField("sha256", made.sha256().get().hex());
        }
        if (made.seal().isPresent()) {
            json.writeStringField("seal", made.seal().get().hex());
        }
        json.writeArrayFieldStart("images");
        for (ImageFacts image : made.images()) {
            json.writeStartObject();
            json.writeStringField("file", image.name().fileName());
            json.writeNumberField("sizeBytes", image.size().bytes());
            json.writeStringField("modified", image.modified().toString());
            Optional<ImageDigest> digest = Optional.ofNullable(made.digests().get(image.name()));
            if (digest.isPresent()) {
                json.writeStringField("digest", digest.get().toString());
            }
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, ExportInto.Skipped skipped) throws IOException {
        json.writeStartObject();
        json.writeStringField("vm", skipped.vm().text());
        json.writeStringField("file", skipped.there().file());
        json.writeStringField("created", skipped.there().made().toString());
        json.writeNumberField("sizeBytes", skipped.there().size().bytes());
        if (skipped.there().sha256().isPresent()) {
            json.writeStringField("sha256", skipped.there().sha256().get().hex());
        }
        json.writeEndObject();
    }
}
