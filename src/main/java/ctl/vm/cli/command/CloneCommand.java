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
            "Replace the VM CLONE if it exists; it stays until the copy is complete, and goes to the trash then.");
    private static final Option REFLINK = Option.valued("--reflink", "WHEN", ArgumentType.of(When.class),
            "Share the blocks of the copy with NAME, which takes a moment and no space (btrfs, xfs):",
            "auto    if the filesystem can (default, unless set by \"ctl vm config reflink\")",
            "always  fail if the filesystem cannot",
            "never   copy every byte");
    private static final Option SPARSE = Option.valued("--sparse", "WHEN", ArgumentType.of(When.class),
            "How zeros are copied:",
            "auto    holes stay holes (default)",
            "always  long runs of zeros become holes, too",
            "never   holes are written as zeros");
    private static final Option WHILE_IN_USE = Option.flag("--while-in-use",
            "Copy NAME even if a process has one of its images open for writing; the copy fails if the image is "
                    + "written to meanwhile.",
            "With -f: also replace CLONE even if a process has its image open.");
    private static final Parameter NAME = Parameter.one("NAME", ArgumentType.VM, "VM to copy.");
    private static final Parameter CLONE = Parameter.one("CLONE", ArgumentType.ANY, "Name of the copy.");

    @Override
    public Syntax syntax() {
        return Syntax.of("clone", "Copy a VM with its snapshots.",
                "Holes and modification times are kept, so that S2E also accepts the snapshots of the copy.",
                "After an interruption, run the same command again: it resumes.")
                .options(FORCE, RequestRunner.YES, RequestRunner.NOW, REFLINK, SPARSE, WHILE_IN_USE)
                .parameters(NAME, CLONE)
                .exitCodes(DONE, RequestRunner.FAILED_OR_NO, USAGE, NOT_FOUND, EXISTS, BUSY, UNSAFE)
                .examples("ctl vm clone MyBox MyClonedBox", "ctl vm clone -f MyBox Scratch");
    }

    @Override
    public int run(Arguments given, Session session) {
        When sparse = given.value(SPARSE, When.class).orElse(When.AUTO);
        var options = new CopyOptions(
                given.value(REFLINK, When.class).orElseGet(() -> reflink(sparse, session.config())), sparse);
        Request request = new Request.Clone(
                new VmName(given.one(NAME)), new VmName(given.one(CLONE)), options, given.has(FORCE),
                RequestRunner.freesAtOnce(given, session, FORCE));
        return new RequestRunner(given, session, WHILE_IN_USE).run(request);
    }

    /** What shares its blocks cannot leave zeros out: who asks for that has decided against sharing. */
    private static When reflink(When sparse, Config config) {
        return sparse == When.AUTO ? config.reflink() : When.AUTO;
    }
}
