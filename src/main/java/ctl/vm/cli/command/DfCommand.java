package ctl.vm.cli.command;

import ctl.vm.cli.console.Console;
import ctl.vm.cli.console.Session;
import ctl.vm.cli.output.Json;
import ctl.vm.commandline.Arguments;
import ctl.vm.commandline.Syntax.ExitCode;
import ctl.vm.commandline.Syntax;
import ctl.vm.inventory.value.DiskUsage;
import ctl.vm.operation.query.MeasureUsage.Measured;
import ctl.vm.operation.query.MeasureUsage.Part;
import ctl.vm.operation.query.MeasureUsage.Root;
import ctl.vm.operation.query.MeasureUsage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code ctl vm df}. */
public final class DfCommand implements Command {

    private static final String NOTHING = "-";

    @Override
    public Syntax syntax() {
        return Syntax.of("df", "Show what takes up space and what can be freed.",
                "ON DISK adds up to what \"du\" reports for the root. VMs are counted without their snapshots, which "
                        + "have their own line.",
                "On btrfs and xfs, SHARED is space that other files, such as clones, use too: it is stored once, and "
                        + "freed with the last of them. FREES is what the command in the last column frees; on btrfs it can be "
                        + "less, because an extent stays until all of it is gone.")
                .options(JSON)
                .exitCodes(DONE, new ExitCode(1, "failed, or not everything could be read"), USAGE)
                .examples("ctl vm df", "ctl vm df --json");
    }

    @Override
    public int run(Arguments given, Session session) {
        Root root = new MeasureUsage(session.context()).ofRoot();
        Console console = session.console();
        if (given.has(JSON)) {
            console.raw(json(root));
        } else {
            session.layout().table(rows(root)).forEach(console::line);
            summary(root).stream()
                    .flatMap(line -> session.layout().wrapped(line, "  ").stream())
                    .forEach(console::line);
        }
        root.unreadable().forEach(path -> console.warn("%s cannot be read and is not counted".formatted(path)));
        return root.unreadable().isEmpty() ? 0 : 1;
    }

    private static List<List<String>> rows(Root root) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(row(root, "WHAT", "COUNT", "ON DISK", "SHARED", "FREES", "BY"));
        for (Measured part : root.parts()) {
            Optional<String> command = command(part);
            rows.add(row(root, name(part.part()), part.count().map(String::valueOf).orElse(NOTHING),
                    part.usage().onDisk().brief(), part.usage().shared().brief(),
                    command.isPresent() ? part.freed().brief() : NOTHING, command.orElse(NOTHING)));
        }
        rows.add(row(root, "total", NOTHING, root.total().onDisk().brief(), root.total().shared().brief(), NOTHING,
                NOTHING));
        return rows;
    }

    private static List<String> row(Root root, String what, String count, String onDisk, String shared,
            String frees, String by) {
        return root.reportsShared()
                ? List.of(what, count, onDisk, shared, frees, by)
                : List.of(what, count, onDisk, frees, by);
    }

    private static List<String> summary(Root root) {
        List<String> lines = new ArrayList<>();
        if (isLess(root.total())) {
            lines.add("With shared blocks counted once, the total is %s.".formatted(root.total().once().brief()));
        }
        lines.add("%s of %s are free.".formatted(root.free().brief(), root.capacity().brief()));
        return lines;
    }

    private static boolean isLess(DiskUsage total) {
        return total.once().compareTo(total.onDisk()) < 0;
    }

    private static String name(Part part) {
        return switch (part) {
            case VMS -> "VMs";
            case SNAPSHOTS -> "snapshots";
            case TRASH -> "trash";
            case RUNNING -> "staging: running";
            case INTERRUPTED -> "staging: interrupted";
            case INTERRUPTED_DELETION -> "staging: deletions";
            case LEFTOVERS -> "staging: leftovers";
            case UNKNOWN -> "staging: unknown";
            case JOURNAL -> "journal";
            case OTHERS -> "other files";
        };
    }

    /** What frees all of a part; empty where nothing does, or nothing is to be freed. */
    private static Optional<String> command(Measured part) {
        Optional<String> command = switch (part.part()) {
            case TRASH -> Optional.of("ctl vm purge --all");
            case INTERRUPTED -> Optional.of("ctl vm abandon");
            case INTERRUPTED_DELETION -> Optional.of("ctl vm resume");
            case LEFTOVERS -> Optional.of("the next change");
            case VMS, SNAPSHOTS, RUNNING, UNKNOWN, JOURNAL, OTHERS -> Optional.empty();
        };
        return command.filter(_ -> !part.count().equals(Optional.of(0)));
    }

    private static String json(Root root) {
        return Json.pretty(json -> json
                .list("parts", root.parts(), (one, part) -> {
                    one.put("part", part.part()).put("count", part.count());
                    write(one, root, part.usage());
                    command(part).ifPresent(command -> one.put("freesBytes", part.freed()).put("freedBy", command));
                })
                .object("total", total -> {
                    write(total, root, root.total());
                    total.put("onceBytes", root.total().once());
                })
                .object("filesystem", filesystem -> filesystem
                        .put("sizeBytes", root.capacity())
                        .put("freeBytes", root.free()))
                .list("notCounted", root.unreadable()));
    }

    private static void write(Json json, Root root, DiskUsage usage) {
        json.put("onDiskBytes", usage.onDisk());
        if (root.reportsShared()) {
            json.put("uniqueBytes", usage.unique()).put("sharedBytes", usage.shared());
        }
    }
}
