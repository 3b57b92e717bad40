package ctl.vm.reconcile;

import ctl.vm.journal.ProgressListener;
import ctl.vm.journal.repair.Rebuild;
import ctl.vm.operation.ProgressReporter;
import ctl.vm.problem.Failure;
import java.util.List;
import java.util.function.BiFunction;

/** Makes the journal of a root anew from what is readable of it. What was broken is kept beside it. */
public final class RebuildJournal {

    private final BiFunction<Boolean, ProgressListener, Rebuild.Result> rebuild;
    private final ProgressReporter reporter;

    /** @param rebuild {@link Rebuild#run} for the journal, with whether to accept a loss */
    public RebuildJournal(BiFunction<Boolean, ProgressListener, Rebuild.Result> rebuild, ProgressReporter reporter) {
        this.rebuild = rebuild;
        this.reporter = reporter;
    }

    /**
     * @param acceptLoss whether to go on without events that can be read nowhere
     * @return what was done, a line each; empty where the journal was right
     * @throws ctl.vm.problem.VmException EventsLost, where some can be read nowhere and that was not accepted
     */
    public List<String> run(boolean acceptLoss) {
        Rebuild.Result result = rebuild.apply(acceptLoss, reporter);
        if (result.loss().isPresent() && !acceptLoss) {
            throw new Failure.EventsLost(result.loss().get()).thrown();
        }
        result.loss().ifPresent(loss -> reporter.warn("accepted as lost: " + loss));
        return result.done();
    }
}
