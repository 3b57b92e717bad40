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
            "Bring it back under another name; a snapshot also into another VM, as VM:SNAPSHOT; a package to another "
                    + "path on the same filesystem.");
    private static final Parameter TARGET = Parameter.one("NAME[:SNAPSHOT]", ArgumentType.TRASHED,
            "VM or snapshot to bring back; or a package that an export replaced, by its path with a /.");

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
                        "ctl vm undelete ./MyBox.tar.gz --as old.tar.gz",
                        "ctl vm undelete MyBox:ready", "ctl vm undelete MyBox:ready --as ready-2");
    }

    @Override
    public int run(Arguments given, Session session) {
        String target = given.one(TARGET);
        try {
            undelete(request(target, given, session), session);
        } catch (VmException failed) {
            if (failed.problem() instanceof AlreadyThere taken) {
                throw new AlreadyThere.UndeletedInTheWay(taken, target).thrown();
            }
            throw failed;
        }
        return 0;
    }

    private static Request request(String named, Arguments given, Session session) {
        TrashLookup trash = new TrashLookup(session.context());
        if (Target.isFile(named)) {
            return trash.undeletion(session.file(named), session.file(given.value(AS).orElse(named)));
        }
        Target target = Target.parse(named);
        return target.snapshot()
                .map(snapshot -> snapshot(session, target.vm(), snapshot, given.value(AS)))
                .orElseGet(() -> trash.undeletion(
                        target.vm(), given.value(AS).map(VmName::new).orElse(target.vm())));
    }

    private static void undelete(Request request, Session session) {
        new StartOperation(session.contextForChange(), false).run(request,
                () -> new TrashLookup(session.context()).deletion(request)
                        .ifPresent(deletion -> session.console().hint(describe(deletion))));
    }

    private static String describe(AuditEntry deletion) {
        Optional<String> file = deletion.trashedPackage();
        boolean isReplacement = file.isPresent() || deletion.request().filter(Request::bringsIn).isPresent();
        return "%s was %s %s by %s".formatted(
                file.orElseGet(() -> isReplacement
                        ? deletion.request().orElseThrow().vm().text()
                        : EventText.object(deletion)),
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
