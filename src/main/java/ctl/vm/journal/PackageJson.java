package ctl.vm.journal;

import com.fasterxml.jackson.core.JsonGenerator;
import ctl.vm.inventory.ByteCount;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.ImageDigest;
import ctl.vm.inventory.ImageFacts;
import ctl.vm.inventory.ImageName;
import ctl.vm.inventory.Sha256;
import ctl.vm.inventory.VmName;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** How a finished package is written. */
final class PackageJson {

    private PackageJson() {}

    static void write(JsonGenerator json, Event.PackageExported exported) throws IOException {
        json.writeStringField("file", exported.file());
        ImageJson.write(json, exported.images());
        json.writeNumberField("size", exported.size().bytes());
        JsonText.object(json, "digests", fields -> {
            for (ImageFacts image : exported.images()) {
                if (exported.digests().containsKey(image.name())) {
                    fields.writeStringField(
                            image.name().fileName(), exported.digests().get(image.name()).toString());
                }
            }
        });
        if (exported.seal().isPresent()) {
            json.writeStringField("seal", exported.seal().get().hex());
        }
    }

    /** Version 1 had no digests. */
    static Event.PackageExported exported(VmName vm, JsonObject json) {
        return new Event.PackageExported(
                vm,
                json.text("file"),
                ImageJson.images(json),
                new ByteCount(json.number("size")),
                json.optionalObject("digests").map(PackageJson::digests).orElse(Map.of()),
                json.optionalText("seal").map(Sha256::new));
    }

    private static Map<ImageName, ImageDigest> digests(JsonObject json) {
        Map<ImageName, ImageDigest> digests = new TreeMap<>();
        json.fields().keySet().forEach(file -> digests.put(ImageJson.name(file), ImageDigest.parse(json.text(file))));
        return digests;
    }
}
