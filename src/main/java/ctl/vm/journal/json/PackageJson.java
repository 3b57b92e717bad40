package ctl.vm.journal.json;

import com.fasterxml.jackson.core.JsonGenerator;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.Sha256;
import ctl.vm.inventory.value.VmName;
import java.io.IOException;

/** How a finished package is written. */
final class PackageJson {

    private PackageJson() {}

    static void write(JsonGenerator json, Event.PackageExported exported) throws IOException {
        json.writeStringField("file", exported.file());
        ImageJson.write(json, exported.images());
        json.writeNumberField("size", exported.size().bytes());
        DigestsJson.write(json, exported.digests());
        if (exported.seal().isPresent()) {
            json.writeStringField("seal", exported.seal().get().hex());
        }
        if (exported.sha256().isPresent()) {
            json.writeStringField("sha256", exported.sha256().get().hex());
        }
    }

    /** Version 1 had no digests, version 2 none of the file. */
    static Event.PackageExported exported(VmName vm, JsonObject json) {
        return new Event.PackageExported(
                vm,
                json.text("file"),
                ImageJson.images(json),
                new ByteCount(json.number("size")),
                DigestsJson.digests(json),
                json.optionalText("seal").map(Sha256::new),
                json.optionalText("sha256").map(Sha256::new));
    }
}
