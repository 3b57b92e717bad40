package ctl.vm.cli.view;

import com.fasterxml.jackson.core.JsonGenerator;
import ctl.vm.cli.output.Json;
import ctl.vm.inventory.DiskUsage;
import ctl.vm.inventory.FolderImage;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.Origin;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.drift.Finding;
import ctl.vm.inventory.drift.Listing;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.operation.query.MeasureUsage;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The listing as JSON. Field names and types are stable; sizes are bytes, times ISO 8601 in UTC. */
public final class ListingJson {

    private ListingJson() {}

    public static String of(
            List<Listing.Entry> vms, List<Listing.Stranger> strangers, List<Finding> drift, MeasureUsage.Images usage) {
        return Json.pretty(json -> {
            json.writeArrayFieldStart("vms");
            for (Listing.Entry vm : vms) {
                write(json, vm, drift, usage);
            }
            json.writeEndArray();
            json.writeObjectFieldStart("total");
            json.writeNumberField("onDiskBytes", usage.total().once().bytes());
            writeShared(json, usage.total(), usage);
            json.writeNumberField("freeBytes", usage.free().bytes());
            json.writeEndObject();
            json.writeArrayFieldStart("notListed");
            for (Listing.Stranger stranger : strangers) {
                json.writeStartObject();
                json.writeStringField("name", stranger.fileName());
                json.writeStringField("is", stranger.kind().describe());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeArrayFieldStart("drift");
            for (Finding finding : drift) {
                FindingsJson.write(json, finding);
            }
            json.writeEndArray();
        });
    }

    /** What the journal knew at a time: without what only the folder could tell. */
    public static String at(Instant time, List<Listing.Entry> vms) {
        return Json.pretty(json -> {
            json.writeStringField("at", time.toString());
            json.writeArrayFieldStart("vms");
            for (Listing.Entry vm : vms) {
                writeThen(json, vm);
            }
            json.writeEndArray();
        });
    }

    private static void writeThen(JsonGenerator json, Listing.Entry vm) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", vm.name().text());
        json.writeBooleanField("defunct", vm.isDefunct());
        if (vm.folder().image(ImageName.DISK).isPresent()) {
            FolderImage disk = vm.folder().image(ImageName.DISK).get();
            json.writeNumberField("sizeBytes", disk.size().bytes());
            json.writeStringField("modified", Json.nanosecond(disk.modified()));
        }
        writeKnown(json, vm.known().orElseThrow());
        json.writeArrayFieldStart("snapshots");
        for (FolderImage snapshot : vm.folder().snapshots()) {
            json.writeStartObject();
            json.writeStringField("name", snapshot.name().snapshot().orElseThrow().text());
            json.writeNumberField("sizeBytes", snapshot.size().bytes());
            json.writeStringField("modified", Json.nanosecond(snapshot.modified()));
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Listing.Entry vm, List<Finding> drift, MeasureUsage.Images usage)
            throws IOException {
        json.writeStartObject();
        fields(json, vm, drift, usage);
        json.writeEndObject();
    }

    /** What is said of one VM. */
    static void fields(JsonGenerator json, Listing.Entry vm, List<Finding> drift, MeasureUsage.Images usage)
            throws IOException {
        FolderVm folder = vm.folder();
        json.writeStringField("name", vm.name().text());
        json.writeBooleanField("defunct", vm.isDefunct());
        if (folder.image(ImageName.DISK).isPresent()) {
            FolderImage disk = folder.image(ImageName.DISK).get();
            json.writeStringField("diskIs", disk.kind().describe());
            json.writeNumberField("sizeBytes", disk.size().bytes());
            json.writeStringField("modified", Json.nanosecond(disk.modified()));
        }
        json.writeNumberField("onDiskBytes", folder.allocated().bytes());
        writeShared(json, usage.of(vm.name()), usage);
        json.writeBooleanField("inJournal", vm.known().isPresent());
        if (vm.known().isPresent()) {
            writeKnown(json, vm.known().get());
        }
        List<Finding> own = drift.stream().filter(finding -> finding.vm().equals(vm.name())).toList();
        writeDrift(json, own.stream().filter(finding -> !isAboutSnapshot(finding)).toList());
        json.writeArrayFieldStart("snapshots");
        for (FolderImage snapshot : folder.snapshots()) {
            write(json, vm, snapshot, own, usage);
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
        if (known.createdBy().isPresent()) {
            json.writeStringField("createdBy", known.createdBy().get());
        }
        if (known.seenBy().isPresent()) {
            json.writeStringField("seenBy", known.seenBy().get());
        }
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

    private static void write(
            JsonGenerator json, Listing.Entry vm, FolderImage snapshot, List<Finding> drift, MeasureUsage.Images usage)
            throws IOException {
        json.writeStartObject();
        json.writeStringField("name", snapshot.name().snapshot().orElseThrow().text());
        json.writeStringField("is", snapshot.kind().describe());
        json.writeNumberField("sizeBytes", snapshot.size().bytes());
        json.writeNumberField("onDiskBytes", snapshot.allocated().bytes());
        writeShared(json, usage.of(vm.name(), snapshot.name()), usage);
        json.writeStringField("modified", Json.nanosecond(snapshot.modified()));
        json.writeBooleanField("inJournal", vm.knows(snapshot));
        writeDrift(json, drift.stream()
                .filter(finding -> FindingText.image(finding).equals(Optional.of(snapshot.name())))
                .toList());
        json.writeBooleanField("refusedByS2e", vm.folder().isRefusedByS2e(snapshot));
        json.writeEndObject();
    }

    /** Only where the filesystem reports it. */
    private static void writeShared(JsonGenerator json, DiskUsage of, MeasureUsage.Images usage) throws IOException {
        if (usage.reportsShared()) {
            json.writeNumberField("uniqueBytes", of.unique().bytes());
            json.writeNumberField("sharedBytes", of.shared().bytes());
        }
    }

    private static boolean isAboutSnapshot(Finding finding) {
        return FindingText.image(finding).filter(image -> !image.isDisk()).isPresent() && !FindingText.isGone(finding);
    }

    /** How it differs from the journal, as kinds of findings. */
    private static void writeDrift(JsonGenerator json, List<Finding> drift) throws IOException {
        json.writeArrayFieldStart("drift");
        for (Finding finding : drift) {
            json.writeString(FindingText.kind(finding));
        }
        json.writeEndArray();
    }
}
