package ctl.vm.cli.view;

import ctl.vm.cli.output.Json;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.drift.Finding;
import ctl.vm.inventory.drift.Listing;
import ctl.vm.operation.query.MeasureUsage;
import ctl.vm.operation.query.Provenance;
import java.util.List;

/** All about one VM as JSON: the fields of the listing, and what came from it. */
public final class InfoJson {

    private InfoJson() {}

    public static String of(Listing.Entry vm, List<Finding> drift, MeasureUsage.Images usage,
            Provenance.Descendants descendants) {
        return Json.pretty(json -> {
            ListingJson.fields(json, vm, drift, usage);
            if (!usage.reportsShared()) {
                json.writeNumberField("sharedBytes", usage.of(vm.name()).shared().bytes());
            }
            json.writeArrayFieldStart("clones");
            for (Vm clone : descendants.clones()) {
                json.writeStartObject();
                json.writeStringField("name", clone.name().text());
                json.writeStringField("created", clone.arrived().toString());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeArrayFieldStart("packages");
            for (Provenance.Package made : descendants.packages()) {
                json.writeStartObject();
                json.writeStringField("file", made.file());
                json.writeStringField("created", made.made().toString());
                json.writeNumberField("sizeBytes", made.size().bytes());
                if (made.sha256().isPresent()) {
                    json.writeStringField("sha256", made.sha256().get().hex());
                }
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }
}
