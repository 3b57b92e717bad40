package ctl.vm.cli.view;

import com.fasterxml.jackson.core.JsonGenerator;
import ctl.vm.cli.output.Json;
import ctl.vm.operation.query.ListPackage;
import java.io.IOException;

/** What is in a package as JSON. Field names and types are stable; sizes are bytes, times ISO 8601 in UTC. */
public final class PackageContentsJson {

    private PackageContentsJson() {}

    public static String of(ListPackage.Contents contents) {
        return Json.pretty(json -> {
            json.writeStringField("file", contents.file());
            json.writeNumberField("sizeBytes", contents.size().bytes());
            json.writeStringField("format", "tar");
            json.writeStringField("compression", contents.compression());
            json.writeBooleanField("madeByCtlVm", contents.seal().isPresent());
            json.writeBooleanField("proved", contents.isProved());
            if (contents.seal().isPresent()) {
                json.writeNumberField("parts", contents.parts());
                json.writeStringField("seal", contents.seal().get().hex());
            }
            if (contents.sha256().isPresent()) {
                json.writeStringField("sha256", contents.sha256().get().hex());
            }
            json.writeArrayFieldStart("images");
            for (ListPackage.Image image : contents.images()) {
                write(json, image);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("otherMembers");
            for (String name : contents.others()) {
                json.writeString(name);
            }
            json.writeEndArray();
        });
    }

    private static void write(JsonGenerator json, ListPackage.Image image) throws IOException {
        json.writeStartObject();
        json.writeStringField("file", image.name().fileName());
        if (image.name().snapshot().isPresent()) {
            json.writeStringField("snapshot", image.name().snapshot().get().text());
        }
        json.writeNumberField("sizeBytes", image.size().bytes());
        json.writeNumberField("storedBytes", image.stored().bytes());
        json.writeNumberField("holeBytes", image.holes().bytes());
        json.writeStringField("modified", image.modified().toString());
        json.writeBooleanField("refusedByS2e", image.isRefused());
        json.writeEndObject();
    }
}
