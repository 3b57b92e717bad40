package ctl.vm.cli.command;

import ctl.vm.cli.console.Session;
import ctl.vm.commandline.ArgumentType;
import ctl.vm.commandline.Arguments;
import ctl.vm.commandline.Option;
import ctl.vm.commandline.Parameter;
import ctl.vm.commandline.Syntax;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.VmName;
import ctl.vm.operation.run.StartOperation;
import ctl.vm.problem.Misuse;

/** {@code ctl vm rename}. */
public final class RenameCommand implements Command {

    private static final Option WHILE_IN_USE = Option.flag("--while-in-use",
            "Rename NAME even if a process has one of its images open; that process keeps the same image.");
    private static final Parameter NAME = Parameter.one("NAME", ArgumentType.VM, "VM to rename.");
    private static final Parameter NEW_NAME = Parameter.one("NEWNAME", ArgumentType.ANY, "Its new name.");

    @Override
    public Syntax syntax() {
        return Syntax.of("rename", "Rename a VM.",
                "The VM is renamed in one step. It keeps its history and its place in the listing.")
                .options(WHILE_IN_USE)
                .parameters(NAME, NEW_NAME)
                .exitCodes(DONE, FAILED, USAGE, NOT_FOUND, EXISTS, BUSY, UNSAFE)
                .examples("ctl vm rename MyBox Debian13");
    }

    @Override
    public int run(Arguments given, Session session) {
        requireVms(given, session);
        new StartOperation(session.contextForChange(), given.has(WHILE_IN_USE))
                .run(new Request.Rename(new VmName(given.one(NAME)), new VmName(given.one(NEW_NAME))));
        return 0;
    }

    /** Snapshots are named by their files, as S2E does it: there is nothing for a command to do. */
    private static void requireVms(Arguments given, Session session) {
        String from = given.one(NAME);
        String to = given.one(NEW_NAME);
        String named = from.contains(":") ? from : to;
        if (named.contains(":")) {
            String vm = named.substring(0, named.indexOf(':'));
            throw new Misuse.SnapshotToRename(
                    session.root().resolve("vm").resolve(vm).resolve("disk.s2e").toString(),
                    from.contains(":") ? behindColon(from) : "OLD", behindColon(to)).thrown();
        }
    }

    private static String behindColon(String name) {
        return name.substring(name.indexOf(':') + 1);
    }
}
