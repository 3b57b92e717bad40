package ctl.vm.cli;

import ctl.vm.inventory.ImageSize;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.VmName;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code ctl vm create}. */
@Command(
        name = "create",
        header = "Create a new, empty VM.",
        description = "The disk image is all hole: it takes no space until something is written to it.",
        exitCodeListHeading = ExitCodes.HEADING,
        exitCodeList = {
            ExitCodes.DONE, ExitCodes.FAILED, ExitCodes.USAGE, ExitCodes.EXISTS, ExitCodes.BUSY, ExitCodes.UNSAFE
        },
        footer = {"", "Examples:", "  ctl vm create MyBox", "  ctl vm create MyBox 7680M",
            "  ctl vm create -f MyBox 1.5G"})
final class CreateCommand implements Callable<Integer> {

    @ParentCommand
    private VmCommand vm;

    @Option(
            names = {"-f", "--force"},
            description = "Replace the VM if there is one of that name.")
    private boolean force;

    @Parameters(index = "0", paramLabel = "NAME", description = "Name of the new VM.")
    private String name;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "SIZE",
            description = "Size of its disk: a number with k, M, G, T, P or E behind it, or bytes (default: 5120M).")
    private String size;

    private final Session session;

    CreateCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        session.runner(vm).run(new Request.Create(new VmName(name), size(), force));
        return 0;
    }

    private ImageSize size() {
        return size == null ? ImageSize.DEFAULT : ImageSize.parse(size);
    }
}
