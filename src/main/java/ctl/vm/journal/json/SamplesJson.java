package ctl.vm.journal.json;

import com.fasterxml.jackson.core.JsonGenerator;
import ctl.vm.inventory.value.ContentSample;
import ctl.vm.inventory.value.ImageName;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** How samples of images are written: a field for each file, or one field where there is one image. Nothing where there are none. */
final class SamplesJson {

    private SamplesJson() {}

    static void write(JsonGenerator json, Map<ImageName, ContentSample> samples) throws IOException {
        if (!samples.isEmpty()) {
            JsonText.object(json, "samples", fields -> {
                for (Map.Entry<ImageName, ContentSample> image : new TreeMap<>(samples).entrySet()) {
                    fields.writeStringField(image.getKey().fileName(), image.getValue().toString());
                }
            });
        }
    }

    static void write(JsonGenerator json, Optional<ContentSample> sample) throws IOException {
        if (sample.isPresent()) {
            json.writeStringField("sample", sample.get().toString());
        }
    }

    static Map<ImageName, ContentSample> samples(JsonObject json) {
        return json.optionalObject("samples").map(SamplesJson::read).orElse(Map.of());
    }

    static Optional<ContentSample> sample(JsonObject json) {
        return json.optionalText("sample").map(SamplesJson::sample);
    }

    private static Map<ImageName, ContentSample> read(JsonObject json) {
        Map<ImageName, ContentSample> samples = new TreeMap<>();
        json.fields().keySet().forEach(file -> samples.put(ImageJson.name(file), sample(json.text(file))));
        return samples;
    }

    private static ContentSample sample(String text) {
        try {
            return ContentSample.parse(text);
        } catch (IllegalArgumentException | ArithmeticException malformed) {
            throw new UnreadableText("%s is not a sample of an image".formatted(text));
        }
    }
}
