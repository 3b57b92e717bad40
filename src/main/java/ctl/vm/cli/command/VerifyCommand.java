package ctl.vm.cli.command;

import ctl.vm.cli.console.Session;
import ctl.vm.cli.output.Json;
import ctl.vm.cli.question.TeamQuestion;
import ctl.vm.cli.question.TeamVerification;
import ctl.vm.cli.view.VerifyView;
import ctl.vm.commandline.ArgumentType;
import ctl.vm.commandline.Arguments;
import ctl.vm.commandline.Option;
import ctl.vm.commandline.Parameter;
import ctl.vm.commandline.Syntax;
import ctl.vm.inventory.audit.Seal;
import ctl.vm.inventory.value.VmName;
import ctl.vm.reconcile.Verify;
import ctl.vm.team.Witness;
import java.util.List;
import java.util.Optional;

/** {@code ctl vm verify}. */
public final class VerifyCommand implements Command {

    private static final Parameter NAMES = Parameter.any("NAME", ArgumentType.VM,
            "VMs to compare with the journal (default: all). The journal is always checked as a whole.");
    private static final Option DEEP = Option.flag("--deep",
            "Also read the images, and compare them with the digests that were recorded when they were packed or "
                    + "unpacked.");
    private static final Option RECORD = Option.flag("--record",
            "With --deep: record digests of images that have none yet or that have changed since.");
    private static final Option AGAINST = Option.valued("--against", "SEAL", ArgumentType.ANY,
            "Also check that the journal still begins with all that it held when \"ctl vm audit --seal\" printed "
                    + "SEAL.");
    private static final Option TEAM = Option.flag("--team",
            "Also hold the journal, event by event, against what was shipped to the team's server. In a root that "
                    + "ships nothing: check what all roots have shipped.");

    @Override
    public Syntax syntax() {
        return Syntax.of("verify", "Check the journal, the folder and the images.",
                "It finds every event that was edited, removed, moved or inserted, in the database and in its "
                        + "mirror; tables and listings that do not follow from the events; and differences between journal and "
                        + "folder. It prints one line for each finding.",
                "With --deep, it also finds images whose content has changed while their size and time have not. An "
                        + "image that was written to since, such as by running the VM, is not damaged.",
                "With --team, it also finds a history that was rewritten after it was shipped to the team's server, and "
                        + "checks what the server has by itself. It reads every event from there: 0.7 GB for a million.",
                "It changes nothing, except that --record writes to the journal.")
                .options(DEEP, RECORD, JSON, AGAINST, TEAM, TeamQuestion.IN)
                .parameters(NAMES)
                .exitCodes(DONE, FAILED, USAGE, FOUND, NOT_FOUND, BUSY)
                .examples("ctl vm verify", "ctl vm verify --deep MyBox", "ctl vm verify --deep --record",
                        "ctl vm verify --against \"$(cat last-seal)\"", "ctl vm verify --team",
                        "ctl vm verify --in hosta");
    }

    @Override
    public int run(Arguments given, Session session) {
        List<VmName> names = given.all(NAMES).stream().map(VmName::new).toList();
        Optional<Seal> seal = given.value(AGAINST).map(text -> seal(given, text));
        if (given.has(RECORD) && !given.has(DEEP)) {
            throw given.wrong("--record needs --deep, which reads the images");
        }
        TeamQuestion.requireOneOrAll(given, TEAM);
        if (given.has(TeamQuestion.IN)) {
            return checkShipped(given, session, seal);
        }
        // First, as a server that does not answer ends the command: nobody is to wait for that.
        List<Witness.Report> team = given.has(TEAM) ? TeamVerification.ofThisRoot(session, seal) : List.of();
        Verify.Report report = session.verify().run(names, given.has(DEEP), given.has(RECORD), seal);
        boolean isClean = report.isClean() && TeamVerification.isClean(team);
        if (given.has(JSON)) {
            session.console().raw(Json.pretty(json -> {
                VerifyView.write(json.put("clean", isClean), report);
                if (given.has(TEAM)) {
                    TeamVerification.write(json, team);
                }
            }));
        } else {
            VerifyView.lines(report).forEach(session.console()::line);
            VerifyView.hints(report).forEach(session.console()::hint);
            if (report.isClean()) {
                session.console().ok(VerifyView.summary(report));
            }
            TeamVerification.print(team, session);
        }
        return isClean ? 0 : DRIFT_FOUND;
    }

    /** What a root elsewhere has shipped: nothing of this one is looked at. */
    private static int checkShipped(Arguments given, Session session, Optional<Seal> seal) {
        if (given.has(DEEP) || !given.all(NAMES).isEmpty()) {
            throw given.wrong("--in checks what a root has shipped, and no journal, folder or image");
        }
        List<Witness.Report> team = TeamVerification.ofNamedRoot(given, session, seal);
        boolean isClean = TeamVerification.isClean(team);
        if (given.has(JSON)) {
            session.console().raw(Json.pretty(json -> TeamVerification.write(json.put("clean", isClean), team)));
        } else {
            TeamVerification.print(team, session);
        }
        return isClean ? 0 : DRIFT_FOUND;
    }

    private static Seal seal(Arguments given, String text) {
        return Seal.parse(text).orElseThrow(() -> given.wrong(
                "\"%s\" is not a seal: \"ctl vm audit --seal\" prints one".formatted(text)));
    }
}
