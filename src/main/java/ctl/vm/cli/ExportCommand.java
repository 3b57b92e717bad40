package ctl.vm.cli;

import ctl.vm.inventory.Request;
import ctl.vm.inventory.VmName;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code ctl vm export}. */
@Command(
        name = "export",
        header = "Pack a VM and its snapshots into a file.",
        description = "The package is a tar archive that \"tar xf\" unpacks, holes included.",
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
        footer = {"", "Examples:", "  ctl vm export MyBox", "  ctl vm export MyBox /backup/box.tar.gz"})
final class ExportCommand implements Callable<Integer> {

    @ParentCommand
    private VmCommand vm;

    @Option(
            names = {"-f", "--force"},
            description = "Replace the package if it exists; it stays until the new one is whole.")
    private boolean force;

    @Parameters(index = "0", paramLabel = "NAME", description = "VM to pack.")
    private String name;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "PACKAGE",
            description = "File to write: .tar.gz or .tgz (compressed), or .tar (default: ./NAME.tar.gz).")
    private String file;

    private final Session session;

    ExportCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        VmName source = new VmName(name);
        String target = session.file(file == null ? source + ".tar.gz" : file).toString();
        session.runner(vm).run(new Request.Export(source, target, force));
        return 0;
    }
}
