package ctl.vm.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import ctl.vm.inventory.FolderImage;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.ImageName;
import ctl.vm.inventory.Listing;
import ctl.vm.inventory.Origin;
import ctl.vm.inventory.Vm;
import java.io.IOException;
import java.util.List;

/** The listing as JSON. Field names and types are stable; sizes are bytes, times ISO 8601 in UTC. */
final class ListingJson {

    private ListingJson() {}

    static String of(List<Listing.Entry> vms, List<Listing.Stranger> strangers) {
        return Json.pretty(json -> {
            json.writeArrayFieldStart("vms");
            for (Listing.Entry vm : vms) {
                write(json, vm);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("notListed");
            for (Listing.Stranger stranger : strangers) {
                json.writeStartObject();
                json.writeStringField("name", stranger.fileName());
                json.writeStringField("is", stranger.kind().words());
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    private static void write(JsonGenerator json, Listing.Entry vm) throws IOException {
        json.writeStartObject();
        fields(json, vm);
        json.writeEndObject();
    }

    /** What is said of one VM. */
    static void fields(JsonGenerator json, Listing.Entry vm) throws IOException {
        FolderVm folder = vm.folder();
        json.writeStringField("name", vm.name().text());
        json.writeBooleanField("defunct", vm.isDefunct());
        if (folder.image(ImageName.DISK).isPresent()) {
            json.writeStringField("diskIs", folder.image(ImageName.DISK).get().kind().words());
            json.writeNumberField("sizeBytes", folder.image(ImageName.DISK).get().size().bytes());
        }
        json.writeNumberField("onDiskBytes", folder.allocated().bytes());
        json.writeBooleanField("inJournal", vm.known().isPresent());
        if (vm.known().isPresent()) {
            writeKnown(json, vm.known().get());
        }
        json.writeArrayFieldStart("snapshots");
        for (FolderImage snapshot : folder.snapshots()) {
            write(json, vm, snapshot);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("otherFiles");
        for (String name : folder.otherFiles()) {
            json.writeString(name);
        }
        json.writeEndArray();
        if (folder.trouble().isPresent()) {
            json.writeStringField("trouble", folder.trouble().get());
        }
    }

    private static void writeKnown(JsonGenerator json, Vm known) throws IOException {
        json.writeStringField("created", known.arrived().toString());
        json.writeStringField("createdBy", known.by());
        json.writeObjectFieldStart("origin");
        switch (known.origin()) {
            case Origin.Created _ -> json.writeStringField("kind", "created");
            case Origin.ClonedFrom from -> {
                json.writeStringField("kind", "cloned");
                json.writeStringField("from", from.source().text());
            }
            case Origin.ImportedFrom from -> {
                json.writeStringField("kind", "imported");
                json.writeStringField("from", from.file());
            }
            case Origin.Found _ -> json.writeStringField("kind", "found");
            case Origin.CopiedByHand from -> {
                json.writeStringField("kind", "copied-by-hand");
                json.writeStringField("from", from.source().text());
            }
        }
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Listing.Entry vm, FolderImage snapshot) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", snapshot.name().snapshot().orElseThrow().text());
        json.writeStringField("is", snapshot.kind().words());
        json.writeNumberField("sizeBytes", snapshot.size().bytes());
        json.writeNumberField("onDiskBytes", snapshot.allocated().bytes());
        json.writeStringField("modified", snapshot.modified().toString());
        json.writeBooleanField("inJournal", vm.knows(snapshot));
        json.writeBooleanField("refusedByS2e", vm.folder().isRefusedByS2e(snapshot));
        json.writeEndObject();
    }
}
