package ctl.vm.cli.problem;

import ctl.vm.problem.Mismatch;

/** What is said of a {@link Mismatch}. */
final class MismatchText {

    private static final String NEXT_STEP = "see what differs with \"ctl vm verify --team\"; where this root was copied"
            + " or restored from a backup, ship it as another root: \"ctl vm team join --copied\"";

    private MismatchText() {}

    static ProblemText of(Mismatch problem) {
        return new ProblemText(switch (problem) {
            case Mismatch.HistoriesDiffer(var server, var event) ->
                "the server %s has another history of this root: event %d is not the one that was shipped"
                        .formatted(server, event);
            case Mismatch.ServerKnowsMore(var server, var there, var here) ->
                "the server %s has events that this root lacks: it ends with event %d there, and with event %d here"
                        .formatted(server, there, here);
        }, NEXT_STEP);
    }
}
