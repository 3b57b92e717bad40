package ctl.vm.cli;

import ctl.vm.inventory.Request;
import ctl.vm.inventory.VmName;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code ctl vm clone}. */
@Command(
        name = "clone",
        header = "Create a copy of a VM, with its snapshots.",
        description = "Holes and modification times stay, so that S2E accepts the snapshots of the copy as well.",
        exitCodeListHeading = ExitCodes.HEADING,
        exitCodeList = {
            ExitCodes.DONE,
            ExitCodes.FAILED,
            ExitCodes.USAGE,
            ExitCodes.NOT_FOUND,
            ExitCodes.EXISTS,
            ExitCodes.BUSY,
            ExitCodes.UNSAFE
        },
        footer = {"", "Examples:", "  ctl vm clone MyBox MyClonedBox", "  ctl vm clone -f MyBox Scratch"})
final class CloneCommand implements Callable<Integer> {

    @ParentCommand
    private VmCommand vm;

    @Option(
            names = {"-f", "--force"},
            description = "Replace the VM CLONE if there is one; it stays until the copy is whole.")
    private boolean force;

    @Parameters(index = "0", paramLabel = "NAME", description = "VM to copy.")
    private String name;

    @Parameters(index = "1", paramLabel = "CLONE", description = "Name of the copy.")
    private String clone;

    private final Session session;

    CloneCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        session.runner(vm).run(new Request.Clone(new VmName(name), new VmName(clone), force));
        return 0;
    }
}
