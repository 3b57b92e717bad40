package ctl.vm.cli;

import ctl.vm.inventory.Deed;
import ctl.vm.inventory.OperationId;
import ctl.vm.inventory.Selection;
import ctl.vm.operation.Audit;
import ctl.vm.problem.Misuse;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code ctl vm audit}. */
@Command(
        name = "audit",
        header = "Tell who did what, when and from where.",
        description = {
            "Every operation is one line, the newest first; filters combine. What was deleted keeps its history.",
            "A change that somebody made by hand is listed with the operation that noticed it: the journal does not know"
                    + " who made it.",
            "",
            "TIME is a date, a date and time, ISO 8601, or one of: today, yesterday, 2h, 3 days ago."
        },
        exitCodeListHeading = ExitCodes.HEADING,
        exitCodeList = {ExitCodes.DONE, ExitCodes.FAILED, ExitCodes.USAGE},
        footer = {
            "",
            "Examples:",
            "  ctl vm audit MyBox:ready --action delete   who deleted the snapshot",
            "  ctl vm audit --since yesterday --by alice",
            "  ctl vm audit --failed -l --limit 10"
        })
final class AuditCommand implements Callable<Integer> {

    @ParentCommand
    private VmCommand vm;

    @Parameters(
            arity = "0..1",
            paramLabel = "NAME[:SNAPSHOT]",
            description = "VM or snapshot, there or gone (default: all).")
    private String target;

    @Option(names = "--by", paramLabel = "USER", description = "Only what this user did, also through sudo.")
    private String by;

    @Option(
            names = "--action",
            paramLabel = "ACTION",
            split = ",",
            description = "Only these: create, clone, import, export, delete, by-hand.")
    private List<String> actions = List.of();

    @Option(names = "--since", paramLabel = "TIME", description = "Only what began then or later.")
    private String since;

    @Option(names = "--until", paramLabel = "TIME", description = "Only what began before.")
    private String until;

    @Option(names = "--operation", paramLabel = "ID", description = "Only this operation, and what it noticed.")
    private String operation;

    @Option(names = "--failed", description = "Only what failed or was interrupted, with the reason.")
    private boolean failed;

    @Option(names = "--limit", paramLabel = "COUNT", description = "At most so many lines.")
    private long limit = Long.MAX_VALUE;

    @Option(names = "--reverse", description = "The oldest first.")
    private boolean reverse;

    @Option(names = "-l", description = "Also host, terminal, process, working folder and command line.")
    private boolean details;

    @Option(names = "--json", description = "Print a JSON object a line, with everything that is known.")
    private boolean json;

    @Option(names = "--csv", description = "Print comma-separated values with a heading (RFC 4180).")
    private boolean csv;

    private final Session session;

    AuditCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        Audit audit = session.audit(vm);
        Console console = session.console();
        if (json) {
            audit.deeds(question(), deed -> console.raw(DeedJson.of(deed)));
        } else if (csv) {
            console.raw(DeedCsv.heading());
            audit.deeds(question(), deed -> console.raw(DeedCsv.of(deed)));
        } else {
            List<Deed> deeds = new ArrayList<>();
            audit.deeds(question(), deeds::add);
            DeedTable.of(deeds, details).forEach(console::line);
        }
        return 0;
    }

    private Audit.Question question() {
        Optional<Target> about = Optional.ofNullable(target).map(Target::parse);
        Selection selection = new Selection(
                about.map(Target::vm),
                Optional.ofNullable(operation).map(AuditCommand::operation),
                Optional.ofNullable(since).map(AuditCommand::time),
                Optional.ofNullable(until).map(AuditCommand::time),
                0,
                Optional.empty(),
                !reverse);
        return new Audit.Question(
                selection, about.flatMap(Target::snapshot), Optional.ofNullable(by), chosen(), failed, limit);
    }

    private Set<Deed.Action> chosen() {
        return actions.stream().map(AuditCommand::action).collect(Collectors.toSet());
    }

    private static Deed.Action action(String word) {
        try {
            return Deed.Action.valueOf(word.strip().toUpperCase(Locale.ROOT).replace('-', '_'));
        } catch (IllegalArgumentException unknown) {
            throw new Misuse.BadCommandLine("there is no action \"%s\"".formatted(word), "\"ctl vm audit --help\"")
                    .thrown();
        }
    }

    private static OperationId operation(String id) {
        return OperationId.of(id)
                .orElseThrow(() -> new Misuse.BadCommandLine(
                        "\"%s\" is not the id of an operation".formatted(id), "\"ctl vm audit --help\"").thrown());
    }

    private static Instant time(String text) {
        return PointInTime.parse(text, ZonedDateTime.now());
    }
}
