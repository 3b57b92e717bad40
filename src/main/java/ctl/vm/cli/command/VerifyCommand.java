package ctl.vm.cli.command;

import ctl.vm.cli.console.Session;
import ctl.vm.cli.view.VerifyView;
import ctl.vm.commandline.ArgumentType;
import ctl.vm.commandline.Arguments;
import ctl.vm.commandline.Option;
import ctl.vm.commandline.Parameter;
import ctl.vm.commandline.Syntax;
import ctl.vm.inventory.audit.Seal;
import ctl.vm.inventory.value.VmName;
import ctl.vm.reconcile.Verify;
import java.util.List;
import java.util.Optional;

/** {@code ctl vm verify}. */
public final class VerifyCommand implements Command {

    private static final Parameter NAMES = Parameter.any("NAME", ArgumentType.VM,
            "VMs to compare with the journal (default: all). The journal is always checked as a whole.");
    private static final Option DEEP = Option.flag("--deep",
            "Also read the images, and compare them with what was recorded when they were packed or unpacked.");
    private static final Option RECORD = Option.flag("--record",
            "With --deep: digest images that have no digest yet, or changed since, and record that in the journal.");
    private static final Option AGAINST = Option.valued("--against", "SEAL", ArgumentType.ANY,
            "Also check that the journal still extends what \"ctl vm audit --seal\" printed once.");

    @Override
    public Syntax syntax() {
        return Syntax.of("verify", "Check the journal, the folder and the images.",
                "Finds every event that was edited, removed, moved or put in, in the database and in its mirror; tables"
                        + " and a listing that are not what the events give; and what differs between journal and"
                        + " folder. One line for each finding.",
                "With --deep, an image whose content changed although its size and time did not is found, too. One"
                        + " that was written to since, as by running the VM, is not damaged.",
                "Nothing is changed, but for the journal with --record.")
                .options(DEEP, RECORD, JSON, AGAINST)
                .parameters(NAMES)
                .exitCodes(ExitCodes.DONE, ExitCodes.FAILED, ExitCodes.USAGE, ExitCodes.FOUND, ExitCodes.NOT_FOUND,
                        ExitCodes.BUSY)
                .examples("ctl vm verify", "ctl vm verify --deep MyBox", "ctl vm verify --deep --record",
                        "ctl vm verify --against \"$(cat last-seal)\"");
    }

    @Override
    public int run(Arguments given, Session session) {
        List<VmName> names = given.all(NAMES).stream().map(VmName::new).toList();
        Optional<Seal> seal = given.value(AGAINST).map(text -> seal(given, text));
        if (given.has(RECORD) && !given.has(DEEP)) {
            throw given.wrong("--record goes with --deep: images are read for it");
        }
        Verify.Report report = session.verify().run(names, given.has(DEEP), given.has(RECORD), seal);
        if (given.has(JSON)) {
            session.console().raw(VerifyView.json(report));
        } else {
            VerifyView.lines(report).forEach(session.console()::line);
            VerifyView.hints(report).forEach(session.console()::hint);
            if (report.isClean()) {
                session.console().ok(VerifyView.summary(report));
            }
        }
        return report.isClean() ? 0 : ExitCodes.DRIFT_FOUND;
    }

    private static Seal seal(Arguments given, String text) {
        return Seal.parse(text).orElseThrow(() -> given.wrong(
                "\"%s\" is not a seal: \"ctl vm audit --seal\" prints one".formatted(text)));
    }
}
