package ctl.vm.cli.command;

import ctl.vm.cli.console.Session;
import ctl.vm.commandline.Arguments;
import ctl.vm.commandline.Option;
import ctl.vm.commandline.Syntax;

/** One word behind {@code ctl vm}: what can be typed there, and what then happens. */
public interface Command {

    Option JSON = Option.flag("--json", "Print JSON.");

    Syntax syntax();

    /**
     * Does what was typed and prints the result.
     *
     * @return the exit code
     * @throws ctl.vm.problem.VmException whatever is the user's to solve
     */
    int run(Arguments given, Session session);

    /** Whether its result is a list that may be longer than the window, and is complete at some time. */
    default boolean isPaged(Arguments given) {
        return false;
    }
}
