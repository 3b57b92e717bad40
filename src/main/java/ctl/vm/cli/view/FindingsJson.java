package ctl.vm.cli.view;

import com.fasterxml.jackson.core.JsonGenerator;
import ctl.vm.cli.output.Json;
import ctl.vm.inventory.drift.Finding;
import ctl.vm.inventory.drift.Warning;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.operation.query.ListOperations.Unfinished;
import ctl.vm.reconcile.Reconcile;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** What reconciling found as JSON. Field names and types are stable. */
public final class FindingsJson {

    private FindingsJson() {}

    public static String of(Reconcile.Report report, List<Unfinished> interrupted) {
        return Json.pretty(json -> {
            json.writeArrayFieldStart("findings");
            for (Finding finding : report.findings()) {
                write(json, finding);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("interrupted");
            for (Unfinished operation : interrupted) {
                json.writeStartObject();
                json.writeStringField("id", operation.operation().id().text());
                json.writeStringField("what", operation.operation().request().describe());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeArrayFieldStart("notes");
            for (Warning note : report.notes()) {
                json.writeStartObject();
                json.writeStringField("kind", note.kind().text());
                json.writeStringField("subject", note.subject());
                json.writeStringField("words", note.message());
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    /** One finding on a line of its own. */
    public static String line(Finding finding) {
        return Json.compact(json -> writeFields(json, finding));
    }

    static void write(JsonGenerator json, Finding finding) throws IOException {
        json.writeStartObject();
        writeFields(json, finding);
        json.writeEndObject();
    }

    private static void writeFields(JsonGenerator json, Finding finding) throws IOException {
        json.writeStringField("kind", FindingText.kind(finding));
        json.writeStringField("vm", finding.vm().text());
        json.writeStringField("words", FindingText.describe(finding));
        if (finding instanceof Finding.VmAppeared appeared && appeared.copyOf().isPresent()) {
            json.writeStringField("copyOf", appeared.copyOf().get().text());
        }
        if (finding instanceof Finding.VmBeingMade made && made.copyOf().isPresent()) {
            json.writeStringField("copyOf", made.copyOf().get().text());
        }
        if (finding instanceof Finding.VmMoved moved) {
            json.writeStringField("from", moved.from().text());
        }
        if (finding instanceof Finding.SnapshotRenamed renamed) {
            json.writeStringField("from", renamed.from().snapshot().orElseThrow().text());
        }
        Optional<ImageName> image = FindingText.image(finding);
        if (image.isPresent()) {
            json.writeStringField("file", image.get().fileName());
        }
        if (finding instanceof Finding.ImageRestored restored) {
            json.writeStringField("sameness", restored.sameness().text());
        }
        json.writeStringField("plan", finding.events().isEmpty() ? "wait" : "record");
    }
}
