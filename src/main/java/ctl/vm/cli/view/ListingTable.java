package ctl.vm.cli.view;

import ctl.vm.cli.console.ResultLayout;
import ctl.vm.cli.output.Pluralizer;
import ctl.vm.cli.output.Table;
import ctl.vm.cli.output.TimeFormat;
import ctl.vm.inventory.FolderImage;
import ctl.vm.inventory.Origin;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.drift.Finding;
import ctl.vm.inventory.drift.Listing;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.DiskUsage;
import ctl.vm.inventory.value.EntryKind;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.VmName;
import ctl.vm.operation.query.MeasureUsage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The listing as a table: a row for each VM, and one for each of its snapshots. */
public final class ListingTable {

    private static final String NOTHING = "-";

    static final String UNKNOWN = "not in the journal";

    private final MeasureUsage.Images usage;

    private ListingTable(MeasureUsage.Images usage) {
        this.usage = usage;
    }

    /** With a line behind it that adds up. @param drift what differs from the journal */
    public static List<String> of(
            List<Listing.Entry> vms, List<Finding> drift, MeasureUsage.Images usage, ResultLayout layout) {
        return new ListingTable(usage).lines(vms, drift, layout);
    }

    private List<String> lines(List<Listing.Entry> vms, List<Finding> drift, ResultLayout layout) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(row("NAME", "SIZE", List.of("ON DISK", "UNIQUE", "SHARED"), "CREATED", "BY", "ORIGIN", "NOTE"));
        for (Listing.Entry vm : vms) {
            rows.add(noted(row(vm), about(drift, vm.name(), List.of(Optional.empty(), Optional.of(ImageName.DISK)))));
            vm.folder().snapshots().forEach(snapshot -> rows.add(
                    noted(row(vm, snapshot), about(drift, vm.name(), List.of(Optional.of(snapshot.name()))))));
        }
        drift.stream().filter(FindingView::isGone).map(this::row).forEach(rows::add);
        List<String> lines = new ArrayList<>(layout.table(rows, fits()));
        if (!vms.isEmpty()) {
            lines.addAll(layout.wrapped(total(vms), "  "));
        }
        return lines;
    }

    private List<Table.Fit> fits() {
        return row(Table.Fit.WHOLE, Table.Fit.WHOLE, Collections.nCopies(3, Table.Fit.WHOLE), Table.Fit.WHOLE,
                Table.Fit.WHOLE, Table.Fit.CUT, Table.Fit.BELOW);
    }

    private String total(List<Listing.Entry> vms) {
        int snapshots = vms.stream().mapToInt(vm -> vm.folder().snapshots().size()).sum();
        ByteCount size = vms.stream().map(vm -> vm.folder().size()).reduce(ByteCount.ZERO, ByteCount::plus);
        boolean isLess = usage.total().once().compareTo(usage.total().onDisk()) < 0;
        return "%s%s: %s, %s on disk%s, %s free".formatted(
                Pluralizer.of(vms.size(), "VM"), snapshots == 0 ? "" : " and " + Pluralizer.of(snapshots, "snapshot"),
                size.brief(), usage.total().once().brief(), isLess ? " with shared blocks counted once" : "",
                usage.free().brief());
    }

    /** @param space on disk, unique and shared: the latter two only where the filesystem reports them */
    private <T> List<T> row(T name, T size, List<T> space, T created, T by, T origin, T note) {
        List<T> row = new ArrayList<>(List.of(name, size));
        row.addAll(usage.reportsShared() ? space : space.subList(0, 1));
        row.addAll(List.of(created, by, origin, note));
        return row;
    }

    private static List<String> space(DiskUsage usage) {
        return List.of(
                usage.onDisk().brief(), usage.unique().brief(), usage.shared().brief());
    }

    private static List<Finding> about(List<Finding> drift, VmName vm, List<Optional<ImageName>> images) {
        return drift.stream()
                .filter(finding -> finding.vm().equals(vm) && !FindingView.isGone(finding))
                .filter(finding -> images.contains(FindingView.image(finding)))
                .toList();
    }

    /** With what differs from the journal in its last column. */
    private static List<String> noted(List<String> row, List<Finding> drift) {
        List<String> noted = new ArrayList<>(row);
        String words = drift.stream().map(FindingView::brief).collect(Collectors.joining(", "));
        String note = noted.removeLast();
        noted.add(note.isEmpty() || words.isEmpty() ? note + words : note + ", " + words);
        return noted;
    }

    /** Something that is gone. */
    private List<String> row(Finding gone) {
        String name = FindingView.image(gone)
                .map(image -> FindingView.image(gone.vm(), image))
                .orElseGet(() -> gone.vm().text());
        return row(name, NOTHING, List.of(NOTHING, NOTHING, NOTHING), NOTHING, NOTHING, NOTHING,
                FindingView.brief(gone));
    }

    private List<String> row(Listing.Entry vm) {
        return row(
                vm.name().text(),
                vm.folder().image(ImageName.DISK).map(disk -> disk.size().brief()).orElse(NOTHING),
                space(usage.of(vm.name(), ImageName.DISK)),
                vm.known().map(known -> TimeFormat.minute(known.arrived())).orElse(NOTHING),
                vm.known().map(known -> known.createdBy().orElse("?")).orElse(NOTHING),
                origin(vm.known()),
                note(vm));
    }

    private List<String> row(Listing.Entry vm, FolderImage snapshot) {
        return row(
                vm.name() + ":" + snapshot.name().snapshot().orElseThrow(),
                snapshot.size().brief(),
                space(usage.of(vm.name(), snapshot.name())),
                TimeFormat.minute(snapshot.modified()),
                NOTHING,
                vm.knows(snapshot) ? NOTHING : UNKNOWN,
                note(vm, snapshot));
    }

    private static String note(Listing.Entry vm) {
        if (vm.folder().trouble().isPresent()) {
            return "unreadable";
        }
        return vm.folder()
                .image(ImageName.DISK)
                .map(ListingTable::note)
                .orElse("defunct: no disk.s2e");
    }

    private static String note(Listing.Entry vm, FolderImage snapshot) {
        return vm.folder().isRefusedByS2e(snapshot) ? "S2E refuses it: disk.s2e was modified since" : note(snapshot);
    }

    private static String note(FolderImage image) {
        return image.kind() == EntryKind.FILE
                ? ""
                : "%s is %s".formatted(image.name().fileName(), image.kind().describe());
    }

    /** Where a VM came from. */
    public static String origin(Optional<Vm> known) {
        return known.map(vm -> switch (vm.origin()) {
            case Origin.Created _ -> "created";
            case Origin.ClonedFrom from -> "cloned from " + from.source();
            case Origin.ImportedFrom from -> "imported from " + from.file();
            case Origin.Found _ -> "made by hand";
            case Origin.CopiedByHand from -> "copied by hand from " + from.source();
        }).orElse(UNKNOWN);
    }
}
