package ctl.vm.cli;

/** The exit codes as the help of each command lists them. */
final class ExitCodes {

    static final String HEADING = "%nExit codes:%n";

    static final String DONE = "0:done";
    static final String FAILED = "1:failed; nothing half-made is listed";
    static final String USAGE = "2:the command line is wrong; the inventory is as it was";
    static final String DRIFT = "3:a dry run has found something to do";
    static final String NOT_FOUND = "4:no such VM, snapshot or file";
    static final String EXISTS = "5:exists already; what is there is as it was";
    static final String BUSY = "6:another process is at it; try again";
    static final String UNSAFE = "7:refused as unsafe";

    static final int DRIFT_FOUND = 3;

    private ExitCodes() {}
}
