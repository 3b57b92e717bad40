package ctl;

import ctl.vm.cli.CtlCommandLine;

/** Prints, for the build, the function of bash by which the launcher chooses how to start the program for a command. */
final class LauncherCases {

    private LauncherCases() {}

    public static void main(String[] arguments) {
        System.out.print(CtlCommandLine.launcherFunction());
    }
}
