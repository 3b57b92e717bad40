package ctl.vm.cli.view;

import ctl.vm.cli.console.ResultLayout;
import ctl.vm.cli.output.Json;
import ctl.vm.cli.output.Table;
import ctl.vm.cli.output.TimeFormat;
import ctl.vm.inventory.FolderImage;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.ImportedPackage;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.drift.Finding;
import ctl.vm.inventory.drift.Listing;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.EntryKind;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.operation.query.MeasureUsage;
import ctl.vm.operation.query.Provenance;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All about one VM, for people and as JSON: the fields of the listing, and what came from it. */
public final class InfoView {

    private static final String SECTION = "    ";
    private static final List<Table.Fit> PACKAGE = List.of(Table.Fit.CUT, Table.Fit.WHOLE);

    private InfoView() {}

    public static List<String> of(Listing.Entry vm, ByteCount shared, Provenance.Descendants descendants,
            Optional<ImportedPackage> unpacked, ResultLayout layout) {
        return lines(vm.name().text(), "On disk: " + vm.folder().allocated().brief() + shared(shared), vm, descendants,
                unpacked.map(from -> OriginView.text(from.origin())), layout);
    }

    /**
     * What a journal elsewhere knows of a VM.
     *
     * @param name of its root and of itself
     * @param asOf when that was
     * @param exportedFrom what is known of the package that it came from, where it came from one
     */
    public static List<String> recorded(String name, String asOf, Listing.Entry vm, Provenance.Descendants descendants,
            Optional<String> exportedFrom, ResultLayout layout) {
        return lines(name, "As of: " + asOf, vm, descendants, exportedFrom, layout);
    }

    private static List<String> lines(String name, String second, Listing.Entry vm, Provenance.Descendants descendants,
            Optional<String> exportedFrom, ResultLayout layout) {
        ResultLayout inSection = layout.indented(SECTION.length());
        List<String> lines = new ArrayList<>();
        FolderVm folder = vm.folder();
        lines.add(name);
        lines.add("  Size: " + folder.image(ImageName.DISK).map(InfoView::size).orElse("<defunct>"));
        lines.add("  " + second);
        lines.add("  Created: " + vm.known().map(InfoView::created).orElse(ListingTable.UNKNOWN));
        lines.add("  Origin: " + ListingTable.origin(vm.known()));
        exportedFrom.ifPresent(from -> lines.add("  Exported from: " + from));
        section(lines, "Snapshots:", inSection.table(snapshots(vm)));
        section(lines, "Clones:", inSection.table(descendants.clones().stream()
                .map(clone -> List.of(clone.name().text(), TimeFormat.minute(clone.arrived())))
                .toList()));
        section(lines, "Packages:", inSection.table(descendants.packages().stream()
                .map(made -> List.of(made.file().equals("-") ? "standard output" : made.file(),
                        TimeFormat.minute(made.made())))
                .toList(), PACKAGE));
        section(lines, "Other files:", folder.otherFiles());
        folder.trouble().ifPresent(trouble -> lines.add("  Unreadable: " + trouble));
        return lines.stream().flatMap(line -> layout.wrapped(line, SECTION).stream()).toList();
    }

    private static String shared(ByteCount shared) {
        return shared.bytes() == 0 ? "" : ", %s of it shared with other files".formatted(shared.brief());
    }

    private static String size(FolderImage disk) {
        return disk.kind() == EntryKind.FILE
                ? disk.size().brief()
                : "%s is %s".formatted(disk.name().fileName(), disk.kind().describe());
    }

    private static String created(Vm vm) {
        String time = TimeFormat.minute(vm.arrived());
        return vm.createdBy()
                .map(user -> "%s by %s".formatted(time, user))
                .orElseGet(() -> "before %s, when %s saw it".formatted(time, vm.by()));
    }

    private static List<List<String>> snapshots(Listing.Entry vm) {
        return vm.folder().snapshots().stream()
                .map(snapshot -> List.of(
                        snapshot.name().snapshot().orElseThrow().text(),
                        TimeFormat.minute(snapshot.modified()),
                        snapshot.size().brief(),
                        vm.folder().isRefusedByS2e(snapshot) ? "S2E refuses it: disk.s2e was modified since" : ""))
                .toList();
    }

    private static void section(List<String> lines, String title, List<String> content) {
        if (!content.isEmpty()) {
            lines.add("  " + title);
            content.forEach(line -> lines.add(SECTION + line));
        }
    }

    public static String json(Listing.Entry vm, List<Finding> drift, MeasureUsage.Images usage,
            Provenance.Descendants descendants, Optional<ImportedPackage> unpacked) {
        return Json.pretty(json -> {
            ListingJson.write(json, vm, drift, usage);
            if (!usage.reportsShared()) {
                json.put("sharedBytes", usage.of(vm.name()).shared());
            }
            json.object("exportedFrom", unpacked, OriginView::write);
            write(json, descendants);
        });
    }

    /** What came from a VM. */
    public static void write(Json json, Provenance.Descendants descendants) {
        json.list("clones", descendants.clones(), (one, clone) -> one
                .put("name", clone.name())
                .put("created", clone.arrived()))
                .list("packages", descendants.packages(), (one, made) -> one
                        .put("file", made.file())
                        .put("created", made.made())
                        .put("sizeBytes", made.size())
                        .put("sha256", made.sha256()));
    }
}
