package ctl.vm.problem;

/** The user, or the machine that is shut down, asked to stop. What was done so far is kept. */
public record Cancelled(Signal signal) implements Problem {

    /** How we were asked. */
    public enum Signal {
        INTERRUPT(130),
        TERMINATE(143);

        private final int exitCode;

        Signal(int exitCode) {
            this.exitCode = exitCode;
        }

        /** By convention 128 and the number of the signal. */
        public int exitCode() {
            return exitCode;
        }
    }

    @Override
    public int exitCode() {
        return signal.exitCode();
    }
}
