package ctl.vm.cli;

import ctl.vm.inventory.Request;
import ctl.vm.inventory.VmName;
import ctl.vm.problem.Misuse;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code ctl vm import}. */
@Command(
        name = "import",
        header = "Create a VM from a package, or from a raw disk image.",
        description = "What kind of package it is, its content tells. Runs of zeros become holes.",
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
        footer = {
            "",
            "Examples:",
            "  ctl vm import MyBox.tar.gz AnImportedBox",
            "  curl -s https://example.org/MyBox.tar.zst | ctl vm import - AnImportedBox",
            "  ctl vm import --raw debian.img Debian"
        })
final class ImportCommand implements Callable<Integer> {

    @ParentCommand
    private VmCommand vm;

    @Option(
            names = {"-f", "--force"},
            description = "Replace the VM if there is one of that name; it stays until the new one is whole.")
    private boolean force;

    @Option(
            names = {"-r", "--raw"},
            description = "PACKAGE is a raw disk image, which becomes the VM's disk.s2e.")
    private boolean raw;

    @Parameters(index = "0", paramLabel = "PACKAGE",
            description = "File to import, or - for a package from standard input, which cannot go on when interrupted.")
    private String file;

    @Parameters(index = "1", paramLabel = "NAME", description = "Name of the new VM.")
    private String name;

    private final Session session;

    ImportCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        session.runner(vm).run(new Request.Import(source(), new VmName(name), raw, force));
        return 0;
    }

    private String source() {
        if (!file.equals(Request.PIPE)) {
            return session.existingFile(file).toString();
        }
        if (raw) {
            throw new Misuse.RawFromPipe().thrown();
        }
        return file;
    }
}
