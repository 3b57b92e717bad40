package ctl.vm.cli;

import ctl.vm.inventory.EntryKind;
import ctl.vm.inventory.FolderImage;
import ctl.vm.inventory.ImageName;
import ctl.vm.inventory.Listing;
import ctl.vm.inventory.Vm;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/** The listing as a table: a row for each VM, and one for each of its snapshots. */
final class ListingTable {

    private static final List<String> HEADINGS = List.of("NAME", "SIZE", "ON DISK", "CREATED", "BY", "ORIGIN", "NOTE");

    private ListingTable() {}

    static List<String> of(List<Listing.Entry> vms) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEADINGS);
        for (Listing.Entry vm : vms) {
            rows.add(row(vm));
            vm.folder().snapshots().forEach(snapshot -> rows.add(row(vm, snapshot)));
        }
        return Table.aligned(rows);
    }

    private static List<String> row(Listing.Entry vm) {
        return List.of(
                vm.name().text(),
                vm.folder().image(ImageName.DISK).map(disk -> disk.size().inMebibytes()).orElse("-"),
                vm.folder().allocated().inMebibytes(),
                vm.known().map(known -> local(known.arrived())).orElse("-"),
                vm.known().map(Vm::by).orElse("-"),
                Origins.words(vm.known()),
                note(vm));
    }

    private static List<String> row(Listing.Entry vm, FolderImage snapshot) {
        return List.of(
                vm.name() + ":" + snapshot.name().snapshot().orElseThrow(),
                snapshot.size().inMebibytes(),
                snapshot.allocated().inMebibytes(),
                local(snapshot.modified()),
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

    private static String local(Instant time) {
        return DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm").withZone(ZoneId.systemDefault()).format(time);
    }
}
