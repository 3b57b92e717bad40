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
            "Also read the images, and compare them with the digests that were recorded when they were packed or "
                    + "unpacked.");
    private static final Option RECORD = Option.flag("--record",
            "With --deep: record digests of images that have none yet or that have changed since.");
    private static final Option AGAINST = Option.valued("--against", "SEAL", ArgumentType.ANY,
            "Also check that the journal still begins with all that it held when \"ctl vm audit --seal\" printed "
                    + "SEAL.");

    @Override
    public Syntax syntax() {
        return Syntax.of("verify", "Check the journal, the folder and the images.",
                "It finds every event that was edited, removed, moved or inserted, in the database and in its "
                        + "mirror; tables and listings that do not follow from the events; and differences between journal and "
                        + "folder. It prints one line for each finding.",
                "With --deep, it also finds images whose content has changed while their size and time have not. An "
                        + "image that was written to since, such as by running the VM, is not damaged.",
                "It changes nothing, except that --record writes to the journal.")
                .options(DEEP, RECORD, JSON, AGAINST)
                .parameters(NAMES)
                .exitCodes(DONE, FAILED, USAGE, FOUND, NOT_FOUND, BUSY)
                .examples("ctl vm verify", "ctl vm verify --deep MyBox", "ctl vm verify --deep --record",
                        "ctl vm verify --against \"$(cat last-seal)\"");
    }

    @Override
    public int run(Arguments given, Session session) {
        List<VmName> names = given.all(NAMES).stream().map(VmName::new).toList();
        Optional<Seal> seal = given.value(AGAINST).map(text -> seal(given, text));
        if (given.has(RECORD) && !given.has(DEEP)) {
            throw given.wrong("--record needs --deep, which reads the images");
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
        return report.isClean() ? 0 : DRIFT_FOUND;
    }

    private static Seal seal(Arguments given, String text) {
        return Seal.parse(text).orElseThrow(() -> given.wrong(
                "\"%s\" is not a seal: \"ctl vm audit --seal\" prints one".formatted(text)));
    }
}
