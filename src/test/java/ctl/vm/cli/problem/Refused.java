package ctl.vm.cli.problem;

import ctl.vm.problem.VmException;

/** What a user reads about a problem that was thrown. */
public final class Refused {

    private Refused() {}

    public static String message(Throwable thrown) {
        return ProblemText.message(((VmException) thrown).problem());
    }
}
