package ctl.vm.cli.command;

import ctl.vm.cli.console.Session;
import ctl.vm.commandline.ArgumentType;
import ctl.vm.commandline.Arguments;
import ctl.vm.commandline.Option;
import ctl.vm.commandline.Parameter;
import ctl.vm.commandline.Syntax;
import ctl.vm.inventory.CopyOptions.When;
import ctl.vm.inventory.CopyOptions;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.VmName;
import ctl.vm.operation.Config;

/** {@code ctl vm clone}. */
public final class CloneCommand implements Command {

    private static final Option FORCE = Option.flag("-f, --force",
            "Replace the VM CLONE if there is one; it stays until the copy is whole.");
    private static final Option REFLINK = Option.valued("--reflink", "WHEN", ArgumentType.of(When.class),
            "Share the blocks of the copy with NAME, in a moment and without taking space (btrfs, xfs):",
            "auto    where the filesystem can (default, or as \"ctl vm config reflink\" says)",
            "always  or else fail",
            "never   write every byte again");
    private static final Option SPARSE = Option.valued("--sparse", "WHEN", ArgumentType.of(When.class),
            "What becomes of zeros:",
            "auto    holes stay holes (default)",
            "always  long runs of zeros become holes as well",
            "never   holes become zeros");
    private static final Option WHILE_IN_USE = Option.flag("--while-in-use",
            "Copy NAME although a process has an image of it open for writing; the copy fails if the image is written to"
                    + " meanwhile.",
            "With -f: also replace CLONE although a process has its image open.");
    private static final Parameter NAME = Parameter.one("NAME", ArgumentType.VM, "VM to copy.");
    private static final Parameter CLONE = Parameter.one("CLONE", ArgumentType.ANY, "Name of the copy.");

    @Override
    public Syntax syntax() {
        return Syntax.of("clone", "Create a copy of a VM, with its snapshots.",
                "Holes and modification times stay, so that S2E accepts the snapshots of the copy as well.",
                "After an interruption the same command goes on.")
                .options(FORCE, RequestRunner.YES, REFLINK, SPARSE, WHILE_IN_USE)
                .parameters(NAME, CLONE)
                .exitCodes(ExitCodes.DONE, RequestRunner.FAILED_OR_NO, ExitCodes.USAGE, ExitCodes.NOT_FOUND,
                        ExitCodes.EXISTS,
                        ExitCodes.BUSY, ExitCodes.UNSAFE)
                .examples("ctl vm clone MyBox MyClonedBox", "ctl vm clone -f MyBox Scratch");
    }

    @Override
    public int run(Arguments given, Session session) {
        When sparse = given.value(SPARSE, When.class).orElse(When.AUTO);
        var options = new CopyOptions(
                given.value(REFLINK, When.class).orElseGet(() -> reflink(sparse, session.config())), sparse);
        Request request = new Request.Clone(
                new VmName(given.one(NAME)), new VmName(given.one(CLONE)), options, given.has(FORCE));
        return new RequestRunner(given, session, WHILE_IN_USE).run(request);
    }

    /** What shares its blocks cannot leave zeros out: who asks for that has decided against sharing. */
    private static When reflink(When sparse, Config config) {
        return sparse == When.AUTO ? config.reflink() : When.AUTO;
    }
}
