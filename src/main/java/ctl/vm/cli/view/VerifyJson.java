package ctl.vm.cli.view;

import com.fasterxml.jackson.core.JsonGenerator;
import ctl.vm.cli.output.Json;
import ctl.vm.inventory.drift.Finding;
import ctl.vm.inventory.drift.IntegrityError;
import ctl.vm.reconcile.Verify;
import java.io.IOException;
import java.util.Locale;

/** What a verification found as JSON. Field names and types are stable. */
public final class VerifyJson {

    private VerifyJson() {}

    public static String of(Verify.Report report) {
        return Json.pretty(json -> {
            json.writeBooleanField("clean", report.isClean());
            json.writeNumberField("events", report.events());
            json.writeArrayFieldStart("journal");
            for (IntegrityError error : report.errors()) {
                write(json, error);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("folder");
            for (Finding finding : report.drift()) {
                FindingsJson.write(json, finding);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("images");
            for (Verify.Image image : report.images()) {
                write(json, image);
            }
            json.writeEndArray();
        });
    }

    private static void write(JsonGenerator json, IntegrityError error) throws IOException {
        json.writeStartObject();
        json.writeStringField("kind", word(error.kind()));
        json.writeStringField("in", word(error.place()));
        if (error.event().isPresent()) {
            json.writeNumberField("event", error.event().get());
        }
        json.writeStringField("words", error.message());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Verify.Image image) throws IOException {
        json.writeStartObject();
        json.writeStringField("vm", image.vm().text());
        json.writeStringField("file", image.name().fileName());
        json.writeStringField("content", word(image.state()));
        if (image.event().isPresent()) {
            json.writeNumberField("event", image.event().get());
        }
        json.writeEndObject();
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
