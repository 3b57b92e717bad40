package ctl.vm.reconcile;

import ctl.vm.inventory.value.Layout;
import ctl.vm.journal.repair.Rebuild;
import ctl.vm.operation.ProgressReporter;
import ctl.vm.problem.Failure;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** Makes the journal of a root anew from what is readable of it. What was broken is kept beside it. */
public final class RebuildJournal {

    private final Layout layout;
    private final Clock clock;
    private final Duration deadline;
    private final ProgressReporter reporter;

    public RebuildJournal(Layout layout, Clock clock, Duration deadline, ProgressReporter reporter) {
        this.layout = layout;
        this.clock = clock;
        this.deadline = deadline;
        this.reporter = reporter;
    }

    /**
     * @param acceptLoss whether to go on without events that can be read nowhere
     * @return what was done, a line each; empty where the journal was right
     * @throws ctl.vm.problem.VmException EventsLost, where some can be read nowhere and that was not accepted
     */
    public List<String> run(boolean acceptLoss) {
        Rebuild.Result result = Rebuild.run(layout, clock, deadline, acceptLoss, new JournalProgress(reporter));
        if (result.loss().isPresent() && !acceptLoss) {
            throw new Failure.EventsLost(result.loss().get()).thrown();
        }
        return result.done();
    }
}
