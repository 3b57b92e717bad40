package ctl.vm.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ctl vm help}: what {@code --help} prints, for those who type it the other way round. */
@Command(name = "help", header = "Show the help of a command.")
final class HelpCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "COMMAND", description = "Command to explain (default: all in short).")
    private String command;

    @Override
    public Integer call() {
        CommandLine vm = spec.parent().commandLine();
        CommandLine explained = command == null
                ? vm
                : Optional.ofNullable(vm.getSubcommands().get(command))
                        .orElseThrow(() -> new ParameterException(vm, "there is no command " + command));
        explained.usage(explained.getOut());
        return 0;
    }
}
