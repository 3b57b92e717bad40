package ctl.vm.cli;

import ctl.vm.inventory.FolderImage;
import ctl.vm.inventory.ImageName;
import ctl.vm.inventory.Listing;
import ctl.vm.inventory.VmName;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code ctl vm list}. */
@Command(
        name = "list",
        header = "List VMs and their snapshots.",
        description = "VMs come in the order in which they came into the inventory, snapshots newest first.",
        exitCodeListHeading = ExitCodes.HEADING,
        exitCodeList = {ExitCodes.DONE, ExitCodes.FAILED, ExitCodes.USAGE, ExitCodes.NOT_FOUND},
        footer = {"", "Examples:", "  ctl vm list", "  ctl vm list -l MyBox", "  ctl vm list --json"})
final class ListCommand implements Callable<Integer> {

    @ParentCommand
    private VmCommand vm;

    @Option(names = "-l", description = "Also size on disk, origin, when and by whom it was made, and what is odd.")
    private boolean details;

    @Option(names = "--json", description = "Print JSON, with everything that is known.")
    private boolean json;

    @Option(
            names = "--sort",
            paramLabel = "KEY",
            defaultValue = "created",
            description = "Order: created (into the inventory), name or size, largest first (default: created).")
    private SortKey sort;

    @Parameters(arity = "0..*", paramLabel = "NAME", description = "VMs to list (default: all).")
    private List<String> names = List.of();

    private final Session session;

    ListCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        Listing listing = session.vms(vm).run(names.stream().map(VmName::new).toList());
        List<Listing.Entry> vms = sort.sorted(listing.vms());
        if (json) {
            session.console().raw(ListingJson.of(vms, names.isEmpty() ? listing.strangers() : List.of()));
            return 0;
        }
        if (details) {
            ListingTable.of(vms).forEach(session.console()::line);
        } else {
            vms.forEach(this::print);
        }
        vms.forEach(this::warnOfTrouble);
        if (names.isEmpty()) {
            listing.strangers().forEach(this::warnOfStranger);
        }
        return 0;
    }

    private void print(Listing.Entry entry) {
        Console console = session.console();
        console.heading(entry.name().text());
        if (entry.folder().trouble().isPresent()) {
            console.line("  <unreadable>");
        } else if (entry.isDefunct()) {
            console.line("  <defunct>");
        } else {
            FolderImage disk = entry.folder().image(ImageName.DISK).orElseThrow();
            console.line("  Size: " + disk.size().inMebibytes());
        }
        if (!entry.folder().snapshots().isEmpty()) {
            console.line("  Snapshots:");
            entry.folder().snapshots().forEach(image -> console.line("    " + image.name().snapshot().orElseThrow()));
        }
    }

    private void warnOfTrouble(Listing.Entry entry) {
        entry.folder().trouble()
                .ifPresent(trouble -> session.console().warn("%s: %s".formatted(entry.name(), trouble)));
    }

    private void warnOfStranger(Listing.Stranger stranger) {
        String why = switch (stranger.kind()) {
            case FOLDER -> "its name breaks the name rules: rename it to have it listed";
            case LINK -> "a symbolic link is not followed";
            case FILE, SPECIAL, UNREADABLE -> "it is " + stranger.kind().words();
        };
        session.console().warn("vm/%s is not listed: %s".formatted(stranger.fileName(), why));
    }
}
