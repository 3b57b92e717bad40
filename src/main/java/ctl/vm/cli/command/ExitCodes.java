package ctl.vm.cli.command;

import ctl.vm.commandline.Syntax.ExitCode;

/** The exit codes as the help of each command lists them. */
public final class ExitCodes {

    public static final ExitCode DONE = new ExitCode(0, "done");
    public static final ExitCode FAILED = new ExitCode(1, "failed; nothing incomplete is listed");
    public static final ExitCode USAGE = new ExitCode(2, "the command line is wrong; the inventory is unchanged");
    public static final ExitCode DRIFT = new ExitCode(3, "the dry run found something to do");
    public static final ExitCode FOUND = new ExitCode(3, "the check found something wrong");
    public static final ExitCode NOT_FOUND = new ExitCode(4, "no such VM, snapshot or file");
    public static final ExitCode GONE = new ExitCode(4,
            "the root that was followed is gone, or another one has taken its place");
    public static final ExitCode EXISTS = new ExitCode(5, "already exists; what exists is unchanged");
    public static final ExitCode BUSY = new ExitCode(6, "in use by another process; try again");
    public static final ExitCode UNSAFE = new ExitCode(7, "refused as unsafe");

    public static final int DRIFT_FOUND = 3;

    private ExitCodes() {}
}
