package ctl.vm.problem;

/** The user, or the machine that is shut down, asked to stop. What was done so far is kept. */
public record Cancelled(Signal signal) implements Problem {

    /** How we were asked. */
    public enum Signal {
        INTERRUPT("Ctrl-C", 130),
        TERMINATE("SIGTERM", 143);

        private final String words;
        private final int exitCode;

        Signal(String words, int exitCode) {
            this.words = words;
            this.exitCode = exitCode;
        }

        /** By convention 128 and the number of the signal. */
        public int exitCode() {
            return exitCode;
        }
    }

    @Override
    public String message() {
        return "stopped by %s".formatted(signal.words);
    }

    @Override
    public String nextStep() {
        return "run the same command again to go on";
    }

    @Override
    public int exitCode() {
        return signal.exitCode();
    }
}
