package ctl.vm.cli;

import java.io.IOException;
import java.util.Locale;

import com.fasterxml.jackson.core.JsonGenerator;

import ctl.vm.inventory.Finding;
import ctl.vm.inventory.Flaw;
import ctl.vm.reconcile.Verify;

/** What a verification found as JSON. Field names and types are stable. */
final class VerifiedJson {

    private VerifiedJson() {}

    static String of(Verify.Report report) {
        return Json.pretty(json -> {
            json.writeBooleanField("clean", report.isClean());
            json.writeNumberField("events", report.events());
            json.writeArrayFieldStart("journal");
            for (Flaw flaw : report.flaws()) {
                write(json, flaw);
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

    private static void write(JsonGenerator json, Flaw flaw) throws IOException {
        json.writeStartObject();
        json.writeStringField("kind", word(flaw.kind()));
        json.writeStringField("in", word(flaw.place()));
        if (flaw.event().isPresent()) {
            json.writeNumberField("event", flaw.event().get());
        }
        json.writeStringField("words", flaw.words());
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
