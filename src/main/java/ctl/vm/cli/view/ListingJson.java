package ctl.vm.cli.view;

import ctl.vm.cli.output.Json;
import ctl.vm.inventory.FolderImage;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.Origin;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.drift.Finding;
import ctl.vm.inventory.drift.Listing;
import ctl.vm.inventory.value.DiskUsage;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.operation.query.MeasureUsage;
import ctl.vm.reconcile.InterruptedChanges.Outlook;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The listing as JSON. */
public final class ListingJson {

    private final List<Finding> drift;
    private final MeasureUsage.Images usage;

    private ListingJson(List<Finding> drift, MeasureUsage.Images usage) {
        this.drift = drift;
        this.usage = usage;
    }

    public static String of(
            List<Listing.Entry> vms, List<Listing.Unmanaged> unmanaged, List<Finding> drift,
            List<Outlook> interrupted, MeasureUsage.Images usage) {
        var listing = new ListingJson(drift, usage);
        return Json.pretty(json -> json
                .list("vms", vms, listing::write)
                .object("total", total -> {
                    total.put("onDiskBytes", usage.total().once());
                    listing.writeShared(total, usage.total());
                    total.put("freeBytes", usage.free());
                })
                .list("notListed", unmanaged, (one, entry) -> one
                        .put("name", entry.fileName())
                        .put("is", entry.kind().describe()))
                .list("drift", drift, FindingView::write)
                .list("interrupted", interrupted, OutlookView::write));
    }

    /** What is said of one VM. */
    static void write(Json json, Listing.Entry vm, List<Finding> drift, MeasureUsage.Images usage) {
        new ListingJson(drift, usage).write(json, vm);
    }

    /** What the journal knew at a time, without what only the folder knows. */
    public static String at(Instant time, List<Listing.Entry> vms) {
        return Json.pretty(json -> json
                .put("at", time)
                .list("vms", vms, ListingJson::writeRecorded));
    }

    /** What a journal knows of a VM, without what only the folder knows. */
    public static void writeRecorded(Json json, Listing.Entry vm) {
        json.put("name", vm.name()).put("defunct", vm.isDefunct());
        vm.folder().image(ImageName.DISK).ifPresent(disk -> writeSize(json, disk));
        writeKnown(json, vm.known().orElseThrow());
        json.list("snapshots", vm.folder().snapshots(), (one, snapshot) -> writeSize(
                one.put("name", snapshot.name().snapshot()), snapshot));
    }

    private void write(Json json, Listing.Entry vm) {
        FolderVm folder = vm.folder();
        json.put("name", vm.name()).put("defunct", vm.isDefunct());
        folder.image(ImageName.DISK).ifPresent(disk -> writeSize(json.put("diskIs", disk.kind().describe()), disk));
        json.put("onDiskBytes", folder.allocated());
        writeShared(json, usage.of(vm.name()));
        json.put("inJournal", vm.known().isPresent());
        vm.known().ifPresent(known -> writeKnown(json, known));
        List<Finding> own = drift.stream().filter(finding -> finding.vm().equals(vm.name())).toList();
        json.list("drift", kinds(own.stream().filter(finding -> !isAboutSnapshot(finding)).toList()))
                .list("snapshots", folder.snapshots(), (one, snapshot) -> write(one, vm, snapshot, own))
                .list("otherFiles", folder.otherFiles())
                .put("trouble", folder.trouble());
    }

    private void write(Json json, Listing.Entry vm, FolderImage snapshot, List<Finding> own) {
        json.put("name", snapshot.name().snapshot())
                .put("is", snapshot.kind().describe())
                .put("sizeBytes", snapshot.size())
                .put("onDiskBytes", snapshot.allocated());
        writeShared(json, usage.of(vm.name(), snapshot.name()));
        json.put("modified", Json.nanosecond(snapshot.modified()))
                .put("inJournal", vm.knows(snapshot))
                .list("drift", kinds(own.stream()
                        .filter(finding -> FindingView.image(finding).equals(Optional.of(snapshot.name())))
                        .toList()))
                .put("refusedByS2e", vm.folder().isRefusedByS2e(snapshot));
    }

    private static void writeSize(Json json, FolderImage image) {
        json.put("sizeBytes", image.size()).put("modified", Json.nanosecond(image.modified()));
    }

    private static void writeKnown(Json json, Vm known) {
        json.put("created", known.arrived())
                .put("createdBy", known.createdBy())
                .put("seenBy", known.seenBy())
                .object("origin", origin -> {
                    switch (known.origin()) {
                        case Origin.Created _ -> origin.put("kind", "created");
                        case Origin.ClonedFrom from -> origin.put("kind", "cloned").put("from", from.source());
                        case Origin.ImportedFrom from -> origin.put("kind", "imported").put("from", from.file());
                        case Origin.Found _ -> origin.put("kind", "found");
                        case Origin.CopiedByHand from ->
                            origin.put("kind", "copied-by-hand").put("from", from.source());
                    }
                });
    }

    /** Only where the filesystem reports it. */
    private void writeShared(Json json, DiskUsage of) {
        if (usage.reportsShared()) {
            json.put("uniqueBytes", of.unique()).put("sharedBytes", of.shared());
        }
    }

    private static boolean isAboutSnapshot(Finding finding) {
        return FindingView.image(finding).filter(image -> !image.isDisk()).isPresent() && !FindingView.isGone(finding);
    }

    private static List<String> kinds(List<Finding> drift) {
        return drift.stream().map(FindingView::kind).toList();
    }
}
