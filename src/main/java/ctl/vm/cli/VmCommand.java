package ctl.vm.cli;

import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** {@code ctl vm}: holds what all its commands share. */
@Command(
        name = "vm",
        header = "Manage VMs and their snapshots in a folder of raw QEMU/S2E disk images.",
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        footer = {
            "",
            "A VM is a folder vm/NAME below the root, with disk.s2e and its snapshots disk.s2e.SNAPSHOT.",
            "The root is --root, else $CTL_ROOT, else $S2EDIR, else the folder that ctl stands in.",
            "\"ctl vm COMMAND --help\" explains a command and shows examples."
        })
final class VmCommand {

    @Option(
            names = "--root",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "Folder that holds vm/ and journal/.")
    private String root;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help and exit.")
    private boolean help;

    Optional<String> root() {
        return Optional.ofNullable(root);
    }
}
