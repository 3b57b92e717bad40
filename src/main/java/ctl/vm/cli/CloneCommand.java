package ctl.vm.cli;

import ctl.vm.inventory.CopyOptions;
import ctl.vm.inventory.CopyOptions.When;
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

    @Option(
            names = "--reflink",
            paramLabel = "WHEN",
            description = {
                "Share the blocks of the copy with NAME, in a moment and without taking space (btrfs, xfs):",
                "auto    where the filesystem can (default)",
                "always  or else fail",
                "never   write every byte again"
            })
    private When reflink = When.AUTO;

    @Option(
            names = "--sparse",
            paramLabel = "WHEN",
            description = {
                "What becomes of zeros:",
                "auto    holes stay holes (default)",
                "always  runs of zeros from 4 KiB become holes as well; nothing is shared",
                "never   holes become zeros; nothing is shared"
            })
    private When sparse = When.AUTO;

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
        var options = new CopyOptions(reflink, sparse);
        session.runner(vm).run(new Request.Clone(new VmName(name), new VmName(clone), options, force));
        return 0;
    }
}
