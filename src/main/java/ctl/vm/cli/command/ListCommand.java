package ctl.vm.cli.command;

import ctl.vm.cli.console.Console;
import ctl.vm.cli.console.Session;
import ctl.vm.cli.console.TimeParser;
import ctl.vm.cli.output.Pluralizer;
import ctl.vm.cli.output.TimeFormat;
import ctl.vm.cli.question.TeamList;
import ctl.vm.cli.question.TeamQuestion;
import ctl.vm.cli.view.ListingFormat;
import ctl.vm.cli.view.ListingJson;
import ctl.vm.cli.view.ListingTable;
import ctl.vm.cli.view.ListingTree;
import ctl.vm.cli.view.OutlookView;
import ctl.vm.commandline.ArgumentType;
import ctl.vm.commandline.Arguments;
import ctl.vm.commandline.Option;
import ctl.vm.commandline.Parameter;
import ctl.vm.commandline.Syntax;
import ctl.vm.inventory.FolderImage;
import ctl.vm.inventory.drift.Finding;
import ctl.vm.inventory.drift.Listing;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.VmName;
import ctl.vm.operation.query.History;
import ctl.vm.operation.query.ListVms;
import ctl.vm.operation.query.MeasureUsage;
import ctl.vm.operation.query.VmForest;
import ctl.vm.reconcile.InterruptedChanges;
import ctl.vm.reconcile.InterruptedChanges.Outlook;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** {@code ctl vm list}. */
public final class ListCommand implements Command {

    private static final Option DETAILS = Option.flag("-l",
            "Also print the size on disk, the origin, when and by whom it was made, and anything unusual.");
    private static final Option TREE = Option.flag("--tree",
            "Print a tree of what each VM was cloned or copied from, even if that is gone.");
    private static final Option JSON = Option.flag("--json", "Print JSON, with all fields.");
    private static final Option SORT = Option.valued("--sort", "KEY", ArgumentType.of(SortKey.class),
            "Sort by created (into the inventory), name, or size, the largest first (default: created).");
    private static final Option AT = Option.valued("--at", "TIME", ArgumentType.TIME,
            "List what the journal knew at this time: 2026-11-23, \"2026-11-23 10:15\", yesterday, 2h, \"3 days "
                    + "ago\".");
    private static final Option FORMAT = Option.valued("--format", "TEXT", ArgumentType.ANY,
            "Print each VM by this template: {name}, {size} and {disk} in bytes, {snapshots}, {count} of "
                    + "snapshots, {created}, {by}, {origin}, {drift}; \\t is a tab, \\n a new line.");
    private static final Parameter NAMES = Parameter.any("NAME", ArgumentType.VM, "VMs to list (default: all).")
            .behind(TeamQuestion.TEAM, ArgumentType.TEAM_VM);

    /** In which order a listing is printed. */
    private enum SortKey {
        CREATED,
        NAME,
        SIZE;

        List<Listing.Entry> sorted(List<Listing.Entry> vms) {
            return switch (this) {
                case CREATED -> vms;
                case NAME, SIZE -> vms.stream().sorted(acrossRoots().orElseThrow()).toList();
            };
        }

        /** Across roots; empty where each keeps its order. */
        Optional<Comparator<Listing.Entry>> acrossRoots() {
            return switch (this) {
                case CREATED -> Optional.empty();
                case NAME -> Optional.of(Comparator.comparing(Listing.Entry::name));
                case SIZE -> Optional.of(Comparator.comparing(SortKey::diskSize, Comparator.reverseOrder()));
            };
        }

        private static ByteCount diskSize(Listing.Entry entry) {
            return entry.folder().image(ImageName.DISK).map(FolderImage::size).orElse(ByteCount.ZERO);
        }
    }

    @Override
    public Syntax syntax() {
        return Syntax.of("list", "List VMs and their snapshots.",
                "VMs are listed in the order in which they came into the inventory, snapshots newest first.",
                "With -l, the line of a VM is about its disk image; snapshots have their own lines, so that ON DISK "
                        + "adds up. On btrfs and xfs, UNIQUE is space that no other file uses, and SHARED is space that other "
                        + "files, such as clones, use too. The last line counts shared blocks once.")
                .options(DETAILS, TREE, JSON, FORMAT, SORT, AT, TeamQuestion.TEAM, TeamQuestion.IN)
                .parameters(NAMES)
                .exitCodes(DONE, FAILED, USAGE, NOT_FOUND, SERVER)
                .examples("ctl vm list", "ctl vm list -l MyBox", "ctl vm list --tree", "ctl vm list --json",
                        "ctl vm list --sort size --format '{disk}\\t{name}'", "ctl vm list --at yesterday",
                        "ctl vm list --team", "ctl vm list --in hosta -l");
    }

    @Override
    public boolean isPaged(Arguments given) {
        return true;
    }

    @Override
    public int run(Arguments given, Session session) {
        if (TeamQuestion.isAsked(given)) {
            return runTeam(given, session);
        }
        List<VmName> names = given.all(NAMES).stream().map(VmName::new).toList();
        if (given.has(AT)) {
            return runAt(given, names, session);
        }
        if (given.has(TREE)) {
            return runTree(given, names, session);
        }
        Optional<ListingFormat> format = given.value(FORMAT).map(text -> ListingFormat.of(text, given));
        Listing listing = new ListVms(session.context()).run(names,
                given.has(DETAILS) || given.has(JSON) || format.isPresent());
        List<Outlook> interrupted = listing.hasOpenOperations()
                ? new InterruptedChanges(session.context()).changed(names)
                : List.of();
        List<Finding> notes = new ArrayList<>(listing.drift());
        interrupted.forEach(outlook -> notes.addAll(outlook.changes()));
        List<Listing.Entry> vms = given.value(SORT, SortKey.class).orElse(SortKey.CREATED).sorted(listing.vms());
        List<Listing.Unmanaged> unmanaged = names.isEmpty() ? listing.unmanaged() : List.of();
        Console console = session.console();
        if (given.has(JSON)) {
            console.raw(ListingJson.of(vms, unmanaged, listing.drift(), interrupted, usage(vms, session)));
            return 0;
        }
        if (format.isPresent()) {
            vms.forEach(entry -> console.raw(format.get().line(entry, notes)));
        } else if (given.has(DETAILS)) {
            ListingTable.of(vms, notes, usage(vms, session), session.layout()).forEach(console::line);
        } else {
            vms.forEach(entry -> print(entry, console));
        }
        vms.forEach(entry -> warnOfTrouble(entry, console));
        unmanaged.forEach(entry -> warnOf(entry, console));
        interrupted.forEach(outlook -> console.hint(OutlookView.hint(outlook)));
        if (!listing.drift().isEmpty()) {
            hintAt(listing.drift().size(), console);
        } else if (vms.isEmpty() && format.isEmpty()) {
            console.hint("no VMs in %s: \"ctl vm create NAME\" creates one, \"ctl vm import PACKAGE NAME\" imports one"
                    .formatted(session.root()));
        }
        return 0;
    }

    private static int runTeam(Arguments given, Session session) {
        if (given.has(TREE) || given.has(FORMAT)) {
            throw given
                    .wrong("--tree and --format cannot be used with %s and %s; --json has all that is known".formatted(
                            TeamQuestion.TEAM.name(), TeamQuestion.IN.name()));
        }
        new TeamList(session, given.has(JSON), given.has(DETAILS),
                given.value(SORT, SortKey.class).orElse(SortKey.CREATED).acrossRoots())
                .print(given, given.all(NAMES), given.value(AT).map(TimeParser::parse));
        return 0;
    }

    private static MeasureUsage.Images usage(List<Listing.Entry> vms, Session session) {
        return new MeasureUsage(session.context()).ofImages(vms.stream().map(Listing.Entry::folder).toList());
    }

    private static int runTree(Arguments given, List<VmName> names, Session session) {
        if (given.has(DETAILS) || given.has(JSON) || given.has(FORMAT) || given.has(SORT)) {
            throw given.wrong("--tree can only be used with NAMEs; without it, --json has the origin of each VM");
        }
        Listing listing = new ListVms(session.context()).run(List.of(), false);
        names.forEach(name -> new ListVms(session.context()).run(List.of(name), false));
        List<VmForest.Tree> trees = new VmForest(session.context()).of(listing.vms());
        List<VmForest.Tree> wanted = names.isEmpty()
                ? trees
                : names.stream().flatMap(name -> VmForest.find(name, trees).stream()).toList();
        ListingTree.of(wanted, session.layout()).forEach(session.console()::line);
        if (!listing.drift().isEmpty()) {
            hintAt(listing.drift().size(), session.console());
        }
        return 0;
    }

    /** The folder of that time is gone: only what the journal knew can be listed. */
    private static int runAt(Arguments given, List<VmName> names, Session session) {
        if (given.has(TREE)) {
            throw given.wrong("--tree cannot be used with --at");
        }
        if (given.has(DETAILS) || given.has(FORMAT)) {
            throw given.wrong(
                    "-l and --format cannot be used with --at: the journal does not know how much space images took");
        }
        Instant time = TimeParser.parse(given.value(AT).orElseThrow());
        List<Listing.Entry> vms = given.value(SORT, SortKey.class).orElse(SortKey.CREATED)
                .sorted(new History(session.context()).at(time, names).vms());
        if (given.has(JSON)) {
            session.console().raw(ListingJson.at(time, vms));
        } else {
            vms.forEach(entry -> print(entry, session.console()));
            if (vms.isEmpty()) {
                session.console().hint("the journal knew no VMs at " + TimeFormat.second(time));
            }
        }
        return 0;
    }

    private static void hintAt(int drift, Console console) {
        console.hint("%s between folder and journal: \"ctl vm reconcile\" records %s".formatted(
                Pluralizer.of(drift, "difference"), drift == 1 ? "it" : "them"));
    }

    private static void print(Listing.Entry entry, Console console) {
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

    private static void warnOfTrouble(Listing.Entry entry, Console console) {
        entry.folder().trouble().ifPresent(trouble -> console.warn("%s: %s".formatted(entry.name(), trouble)));
    }

    private static void warnOf(Listing.Unmanaged entry, Console console) {
        String why = switch (entry.kind()) {
            case FOLDER -> "its name is not allowed: rename it to have it listed";
            case LINK -> "symbolic links are not followed";
            case FILE, SPECIAL, UNREADABLE -> "it is " + entry.kind().describe();
        };
        console.warn("vm/%s is not listed: %s".formatted(entry.fileName(), why));
    }
}
