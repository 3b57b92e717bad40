package ctl.vm.problem;

/** Carries a {@link Problem} up to where it is shown. */
public final class VmException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    VmException(Problem problem) {
        super(problem.code() + ": " + problem);
        this.problem = problem;
    }

    /** What went wrong, for the user. */
    public Problem problem() {
        return problem;
    }
}
