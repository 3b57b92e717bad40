package ctl.vm.cli.command;

import ctl.vm.cli.console.Session;
import ctl.vm.commandline.Arguments;
import ctl.vm.commandline.Option;
import ctl.vm.commandline.Syntax.ExitCode;
import ctl.vm.commandline.Syntax;

/** A command of {@code ctl vm}: what can be typed behind its name, what then happens, and how it can end. */
public interface Command {

    Option JSON = Option.flag("--json", "Print JSON.");

    ExitCode DONE = new ExitCode(0, "done");
    ExitCode FAILED = new ExitCode(1, "failed; nothing incomplete is listed");
    ExitCode USAGE = new ExitCode(2, "the command line is wrong; the inventory is unchanged");
    ExitCode DRIFT = new ExitCode(3, "the dry run found something to do");
    ExitCode FOUND = new ExitCode(3, "the check found something wrong");
    ExitCode NOT_FOUND = new ExitCode(4, "no such VM, snapshot or file");
    ExitCode NO_ROOT = new ExitCode(4, "no such root of the team");
    ExitCode SERVER = new ExitCode(6, "the team's server does not answer; try again");
    ExitCode GONE = new ExitCode(4,
            "the root that was followed is gone, or another one has taken its place");
    ExitCode EXISTS = new ExitCode(5, "already exists; what exists is unchanged");
    ExitCode BUSY = new ExitCode(6, "in use by another process; try again");
    ExitCode UNSAFE = new ExitCode(7, "refused as unsafe");

    int DRIFT_FOUND = 3;

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
