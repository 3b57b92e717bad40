package ctl.vm.cli;

import ctl.vm.inventory.EntryKind;
import ctl.vm.inventory.Finding;
import ctl.vm.inventory.FolderImage;
import ctl.vm.inventory.ImageName;
import ctl.vm.inventory.Listing;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.VmName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The listing as a table: a row for each VM, and one for each of its snapshots. */
final class ListingTable {

    private static final List<String> HEADINGS = List.of("NAME", "SIZE", "ON DISK", "CREATED", "BY", "ORIGIN", "NOTE");

    private ListingTable() {}

    /** @param drift what differs from the journal */
    static List<String> of(List<Listing.Entry> vms, List<Finding> drift) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEADINGS);
        for (Listing.Entry vm : vms) {
            rows.add(noted(row(vm), about(drift, vm.name(), List.of(Optional.empty(), Optional.of(ImageName.DISK)))));
            vm.folder().snapshots().forEach(snapshot -> rows.add(
                    noted(row(vm, snapshot), about(drift, vm.name(), List.of(Optional.of(snapshot.name()))))));
        }
        drift.stream().filter(Findings::isGone).map(ListingTable::row).forEach(rows::add);
        return Table.aligned(rows);
    }

    private static List<Finding> about(List<Finding> drift, VmName vm, List<Optional<ImageName>> images) {
        return drift.stream()
                .filter(finding -> finding.vm().equals(vm) && !Findings.isGone(finding))
                .filter(finding -> images.contains(Findings.image(finding)))
                .toList();
    }

    /** With what differs from the journal in its last column. */
    private static List<String> noted(List<String> row, List<Finding> drift) {
        List<String> noted = new ArrayList<>(row);
        String words = drift.stream().map(Findings::brief).collect(Collectors.joining(", "));
        String note = noted.removeLast();
        noted.add(note.isEmpty() || words.isEmpty() ? note + words : note + ", " + words);
        return noted;
    }

    /** Something that is gone. */
    private static List<String> row(Finding gone) {
        String name = Findings.image(gone)
                .map(image -> Findings.image(gone.vm(), image))
                .orElseGet(() -> gone.vm().text());
        return List.of(name, "-", "-", "-", "-", "-", Findings.brief(gone));
    }

    private static List<String> row(Listing.Entry vm) {
        return List.of(
                vm.name().text(),
                vm.folder().image(ImageName.DISK).map(disk -> disk.size().inMebibytes()).orElse("-"),
                vm.folder().allocated().inMebibytes(),
                vm.known().map(known -> WallClock.minute(known.arrived())).orElse("-"),
                vm.known().map(Vm::by).orElse("-"),
                Origins.words(vm.known()),
                note(vm));
    }

    private static List<String> row(Listing.Entry vm, FolderImage snapshot) {
        return List.of(
                vm.name() + ":" + snapshot.name().snapshot().orElseThrow(),
                snapshot.size().inMebibytes(),
                snapshot.allocated().inMebibytes(),
                WallClock.minute(snapshot.modified()),
                "-",
                vm.knows(snapshot) ? "-" : Origins.UNKNOWN,
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
                : "%s is %s".formatted(image.name().fileName(), image.kind().words());
    }
}
