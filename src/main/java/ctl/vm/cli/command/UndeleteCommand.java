package ctl.vm.cli.command;

import ctl.vm.cli.console.Session;
import ctl.vm.cli.output.Target;
import ctl.vm.cli.output.TimeFormat;
import ctl.vm.cli.view.EventText;
import ctl.vm.commandline.ArgumentType;
import ctl.vm.commandline.Arguments;
import ctl.vm.commandline.Option;
import ctl.vm.commandline.Parameter;
import ctl.vm.commandline.Syntax;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.audit.AuditEntry;
import ctl.vm.inventory.value.SnapshotName;
import ctl.vm.inventory.value.VmName;
import ctl.vm.operation.query.TrashLookup;
import ctl.vm.operation.run.StartOperation;
import ctl.vm.problem.AlreadyThere;
import ctl.vm.problem.VmException;
import java.util.Optional;

/** {@code ctl vm undelete}. */
public final class UndeleteCommand implements Command {

    private static final Option AS = Option.valued("--as", "NEWNAME", ArgumentType.TARGET,
            "Bring it back under another name; a snapshot also into another VM, as VM:SNAPSHOT.");
    private static final Parameter TARGET = Parameter.one("NAME[:SNAPSHOT]", ArgumentType.TRASHED,
            "VM or snapshot to bring back.");

    @Override
    public Syntax syntax() {
        return Syntax.of("undelete", "Bring a deleted VM or snapshot back from the trash.",
                "If there are several deletions of that name, the newest is undone. A VM comes back with its "
                        + "history, at its old place in the listing. A snapshot comes back to its VM, even if the VM was "
                        + "renamed since.")
                .options(AS)
                .parameters(TARGET)
                .exitCodes(DONE, FAILED, USAGE, NOT_FOUND, EXISTS, BUSY)
                .examples("ctl vm undelete MyBox", "ctl vm undelete MyBox --as MyOldBox",
                        "ctl vm undelete MyBox:ready", "ctl vm undelete MyBox:ready --as ready-2");
    }

    @Override
    public int run(Arguments given, Session session) {
        Target target = Target.parse(given.one(TARGET));
        try {
            undelete(target, given, session);
        } catch (VmException failed) {
            if (failed.problem() instanceof AlreadyThere taken) {
                throw new AlreadyThere.UndeletedInTheWay(taken, target.toString()).thrown();
            }
            throw failed;
        }
        return 0;
    }

    private static void undelete(Target target, Arguments given, Session session) {
        Request request = target.snapshot()
                .map(snapshot -> snapshot(session, target.vm(), snapshot, given.value(AS)))
                .orElseGet(() -> new TrashLookup(session.context()).undeletion(
                        target.vm(), given.value(AS).map(VmName::new).orElse(target.vm())));
        new StartOperation(session.contextForChange(), false).run(request,
                () -> new TrashLookup(session.context()).deletion(request)
                        .ifPresent(deletion -> session.console().hint(describe(deletion))));
    }

    private static String describe(AuditEntry deletion) {
        boolean isReplacement = deletion.request().filter(Request::bringsIn).isPresent();
        return "%s was %s %s by %s".formatted(
                isReplacement ? deletion.request().orElseThrow().vm() : EventText.object(deletion),
                isReplacement ? "replaced" : "deleted",
                TimeFormat.minute((isReplacement ? deletion.latest() : deletion.beginning()).time()),
                EventText.user(deletion.beginning().actor()));
    }

    private static Request snapshot(Session session, VmName vm, SnapshotName from, Optional<String> as) {
        Optional<Target> elsewhere = as.filter(name -> name.contains(":")).map(Target::parse);
        Optional<SnapshotName> renamed = as.filter(name -> !name.contains(":")).map(SnapshotName::new);
        return new TrashLookup(session.context()).undeletion(
                vm,
                from,
                elsewhere.map(Target::vm),
                elsewhere.flatMap(Target::snapshot).or(() -> renamed).orElse(from));
    }
}
