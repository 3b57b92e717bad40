package ctl.vm.problem;

/** Two things that should agree do not: exit code 3. Nothing was changed. */
public sealed interface Mismatch extends Problem {

    @Override
    default int exitCode() {
        return 3;
    }

    /**
     * The team's database has another history of a root than the root itself.
     *
     * @param event number of the first event that differs, or of the one before it
     */
    record HistoriesDiffer(String server, long event) implements Mismatch {}

    /**
     * The team's database has events of a root that the root lacks.
     *
     * @param there number of the newest event on the server
     * @param here number of the newest event of the root
     */
    record ServerKnowsMore(String server, long there, long here) implements Mismatch {}
}
