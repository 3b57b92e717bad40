package ctl.vm.cli;

import ctl.vm.inventory.Effort;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.VmName;
import ctl.vm.problem.Misuse;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code ctl vm export}. */
@Command(
        name = "export",
        header = "Pack a VM and its snapshots into a file.",
        description = {
            "The package is a tar archive that \"tar xf\" unpacks, holes included.",
            "After an interruption the same command goes on; but not with a package to standard output."
        },
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
        footer = {"", "Examples:", "  ctl vm export MyBox", "  ctl vm export MyBox /backup/box.tar.zst",
            "  ctl vm export --fast MyBox - | ssh host ctl vm import - MyBox"})
final class ExportCommand implements Callable<Integer> {

    @ParentCommand
    private VmCommand vm;

    @Option(
            names = {"-f", "--force"},
            description = "Replace the package if it exists; it stays until the new one is whole.")
    private boolean force;

    @Option(
            names = "--level",
            paramLabel = "N",
            description = "From 1 (quick) to 12 (small); by default as small as gzip makes it, or zstd.")
    private Integer level;

    @Option(names = "--fast", description = "As quick as can be; the package grows by a tenth.")
    private boolean fast;

    @Parameters(index = "0", paramLabel = "NAME", description = "VM to pack.")
    private String name;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "PACKAGE",
            description = "File to write: .tar.gz or .tgz, .tar.zst or .tzst, or .tar, which is not compressed; - for"
                    + " standard output, as .tar.gz (default: ./NAME.tar.gz).")
    private String file;

    private final Session session;

    ExportCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        VmName source = new VmName(name);
        session.runner(vm).run(new Request.Export(source, target(source), force, effort()));
        return 0;
    }

    private String target(VmName source) {
        if (Request.PIPE.equals(file)) {
            session.console().leaveOutputToPackage();
            return file;
        }
        return session.file(file == null ? source + ".tar.gz" : file).toString();
    }

    private Effort effort() {
        if (fast && level != null) {
            throw misuse("--fast and --level exclude each other");
        }
        if (level != null && (level < Effort.LOWEST || level > Effort.HIGHEST)) {
            throw misuse("--level is from %d to %d".formatted(Effort.LOWEST, Effort.HIGHEST));
        }
        return fast ? Effort.FAST : Optional.ofNullable(level).map(Effort::level).orElse(Effort.USUAL);
    }

    private static RuntimeException misuse(String reason) {
        return new Misuse.BadCommandLine(reason, "\"ctl vm export --help\"").thrown();
    }
}
