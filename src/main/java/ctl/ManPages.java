package ctl;

import ctl.vm.cli.CtlCommandLine;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** Prints a manual page, for the build: {@code vm}, or the name of a command; without one, the names of all pages. */
final class ManPages {

    private ManPages() {}

    /** @param arguments version and date of the program, and the page */
    public static void main(String[] arguments) {
        try (PrintWriter out = new PrintWriter(System.out, false, StandardCharsets.UTF_8)) {
            if (arguments.length < 3) {
                CtlCommandLine.manualPages().forEach(out::println);
            } else {
                out.print(CtlCommandLine.manualPage(arguments[2], "ctl vm " + arguments[0], arguments[1]));
            }
        }
    }
}
