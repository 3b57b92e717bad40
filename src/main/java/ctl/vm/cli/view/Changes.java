package ctl.vm.cli.view;

import com.fasterxml.jackson.core.JsonGenerator;
import ctl.vm.cli.output.Json;
import ctl.vm.inventory.ImageFacts;
import ctl.vm.inventory.drift.Change;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Says how the inventory changed; field names and types of the JSON are stable. */
public final class Changes {

    private Changes() {}

    public static String describe(Change change) {
        String about = change.image()
                .map(image -> FindingText.image(change.vm(), image))
                .orElseGet(() -> change.vm().text());
        String what = switch (change.kind()) {
            case VM_APPEARED, IMAGE_APPEARED -> "appeared";
            case VM_VANISHED, IMAGE_VANISHED -> "vanished";
            case VM_REPLACED -> "replaced by another";
            case VM_RENAMED -> "renamed from " + change.formerName().orElseThrow();
            case IMAGE_CHANGED -> changed(change.before().orElseThrow(), change.after().orElseThrow());
        };
        return "%s: %s".formatted(about, what);
    }

    private static String changed(ImageFacts before, ImageFacts after) {
        return before.size().equals(after.size()) ? "written to" : FindingText.difference(before.size(), after.size());
    }

    public static String json(Instant since, List<Change> changes) {
        return Json.pretty(json -> {
            json.writeStringField("since", since.toString());
            json.writeArrayFieldStart("changes");
            for (Change change : changes) {
                write(json, change);
            }
            json.writeEndArray();
        });
    }

    private static void write(JsonGenerator json, Change change) throws IOException {
        json.writeStartObject();
        json.writeStringField("kind", change.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        json.writeStringField("vm", change.vm().text());
        if (change.formerName().isPresent()) {
            json.writeStringField("from", change.formerName().get().text());
        }
        if (change.image().isPresent()) {
            json.writeStringField("file", change.image().get().fileName());
        }
        size(json, "sizeBytesBefore", change.before());
        size(json, "sizeBytes", change.after());
        json.writeEndObject();
    }

    private static void size(JsonGenerator json, String field, Optional<ImageFacts> image) throws IOException {
        if (image.isPresent()) {
            json.writeNumberField(field, image.get().size().bytes());
        }
    }
}
