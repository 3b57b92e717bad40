package ctl.vm.cli.command;

import ctl.vm.cli.console.Session;
import ctl.vm.cli.question.TeamInfo;
import ctl.vm.cli.question.TeamQuestion;
import ctl.vm.cli.view.InfoView;
import ctl.vm.cli.view.PackageView;
import ctl.vm.commandline.ArgumentType;
import ctl.vm.commandline.Arguments;
import ctl.vm.commandline.Option;
import ctl.vm.commandline.Parameter;
import ctl.vm.commandline.Syntax;
import ctl.vm.inventory.ImportedPackage;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.drift.Listing;
import ctl.vm.inventory.value.VmName;
import ctl.vm.operation.query.ListPackage;
import ctl.vm.operation.query.ListVms;
import ctl.vm.operation.query.MeasureUsage;
import ctl.vm.operation.query.Provenance.Descendants;
import ctl.vm.operation.query.Provenance;
import ctl.vm.problem.NotFound;
import ctl.vm.problem.VmException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;

/** {@code ctl vm info}. */
public final class InfoCommand implements Command {

    private static final Option WHOLE = Option.flag("--whole",
            "Read the whole package, not only its headers: this finds damage and gives its SHA-256.");
    private static final Parameter NAME = Parameter.one("NAME", ArgumentType.VM,
            "VM to show; or a package: a path that contains a /, a file if no VM has that name, or - for "
                    + "standard input.")
            .behind(TeamQuestion.TEAM, ArgumentType.TEAM_VM);

    @Override
    public Syntax syntax() {
        return Syntax.of("info", "Show everything about one VM or one package.",
                "Of a VM: its sizes and snapshots, the space that it shares with other files, who made it, when and "
                        + "from what, and which clones and packages were made from it.",
                "Of a package: its content, without importing it. A compressed package that another program made is "
                        + "read as a whole for that.")
                .options(WHOLE, JSON, TeamQuestion.TEAM, TeamQuestion.IN)
                .parameters(NAME)
                .exitCodes(DONE, FAILED, USAGE, NOT_FOUND, SERVER, UNSAFE)
                .examples("ctl vm info MyBox", "ctl vm info MyBox --json", "ctl vm info /backup/MyBox.tar.gz",
                        "ctl vm info --whole ./MyBox.tar.gz", "ctl vm info --team hosta/MyBox");
    }

    @Override
    public boolean isPaged(Arguments given) {
        return true;
    }

    @Override
    public int run(Arguments given, Session session) {
        if (TeamQuestion.isAsked(given)) {
            if (given.has(WHOLE)) {
                throw given.wrong("--whole can only be used with a package, and the team's server has none");
            }
            TeamInfo.print(given, given.one(NAME), given.has(JSON), session);
            return 0;
        }
        if (isPackage(given.one(NAME), session)) {
            return tellOfPackage(given, session);
        }
        if (given.has(WHOLE)) {
            throw given.wrong("--whole can only be used with a package");
        }
        VmName name = new VmName(given.one(NAME));
        Listing listing = new ListVms(session.context()).run(List.of(name), true);
        Listing.Entry vm = listing.vms().getFirst();
        Descendants descendants = vm.known()
                .map(new Provenance(session.context())::of)
                .orElse(Descendants.NONE);
        Optional<ImportedPackage> unpacked = vm.known().flatMap(new Provenance(session.context())::unpacked);
        MeasureUsage.Images usage = new MeasureUsage(session.context()).ofImages(List.of(vm.folder()));
        if (given.has(JSON)) {
            session.console().raw(InfoView.json(vm, listing.drift(), usage, descendants, unpacked));
        } else {
            InfoView.of(vm, usage.of(vm.name()).shared(), descendants, unpacked, session.layout())
                    .forEach(session.console()::line);
        }
        return 0;
    }

    /** A VM of another root is written as a path is, and asked for only where that is said. */
    private static void requireFileWhereTeamIsMeant(String typed, Session session) {
        int slash = typed.indexOf('/');
        if (slash > 0 && !Files.exists(session.existingFile(typed))
                && session.teamNames().roots().contains(typed.substring(0, slash))) {
            throw new NotFound.NotHere(typed).thrown();
        }
    }

    /** A VM goes before a file of the same name: it is what this command is for. */
    private static boolean isPackage(String typed, Session session) {
        return typed.equals(Request.PIPE) || typed.contains("/")
                || Files.isRegularFile(session.existingFile(typed)) && !isVm(typed, session);
    }

    private static boolean isVm(String typed, Session session) {
        try {
            return !new ListVms(session.context()).run(List.of(new VmName(typed)), false).vms().isEmpty();
        } catch (VmException none) {
            return false;
        }
    }

    private static int tellOfPackage(Arguments given, Session session) {
        requireFileWhereTeamIsMeant(given.one(NAME), session);
        String file = given.one(NAME).equals(Request.PIPE)
                ? Request.PIPE
                : session.existingFile(given.one(NAME)).toString();
        ListPackage.Contents contents = new ListPackage(session.context()).of(file, given.has(WHOLE));
        if (given.has(JSON)) {
            session.console().raw(PackageView.json(contents));
        } else {
            PackageView.of(contents, session.layout()).forEach(session.console()::line);
        }
        return 0;
    }
}
