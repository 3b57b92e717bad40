package ctl.vm.journal.json;

import com.fasterxml.jackson.core.JsonGenerator;
import ctl.vm.inventory.value.ImageDigest;
import ctl.vm.inventory.value.ImageName;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** How the digests of images are written: an object with a field for each file. */
final class DigestsJson {

    private DigestsJson() {}

    static void write(JsonGenerator json, Map<ImageName, ImageDigest> digests) throws IOException {
        JsonText.object(json, "digests", fields -> {
            for (Map.Entry<ImageName, ImageDigest> image : new TreeMap<>(digests).entrySet()) {
                fields.writeStringField(image.getKey().fileName(), image.getValue().toString());
            }
        });
    }

    /** Nothing where there are none. */
    static void writeAny(JsonGenerator json, Map<ImageName, ImageDigest> digests) throws IOException {
        if (!digests.isEmpty()) {
            write(json, digests);
        }
    }

    /** None where an older program wrote it. */
    static Map<ImageName, ImageDigest> digests(JsonObject json) {
        return json.optionalObject("digests").map(DigestsJson::read).orElse(Map.of());
    }

    private static Map<ImageName, ImageDigest> read(JsonObject json) {
        Map<ImageName, ImageDigest> digests = new TreeMap<>();
        json.fields().keySet().forEach(file -> digests.put(ImageJson.name(file), digest(json.text(file))));
        return digests;
    }

    /** @throws UnreadableText where it is none */
    static ImageDigest digest(String text) {
        try {
            return ImageDigest.parse(text);
        } catch (IllegalArgumentException malformed) {
            throw new UnreadableText("%s is not the digest of an image".formatted(text));
        }
    }
}
