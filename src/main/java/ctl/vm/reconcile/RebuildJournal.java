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
    private final Duration patience;
    private final ProgressReporter narrator;

    public RebuildJournal(Layout layout, Clock clock, Duration patience, ProgressReporter narrator) {
        this.layout = layout;
        this.clock = clock;
        this.patience = patience;
        this.narrator = narrator;
    }

    /**
     * @param acceptLoss whether to go on without events that can be read nowhere
     * @return what was done, a line each; empty where the journal was right
     * @throws ctl.vm.problem.VmException EventsLost, where some can be read nowhere and that was not accepted
     */
    public List<String> run(boolean acceptLoss) {
        Rebuild.Result result = Rebuild.run(layout, clock, patience, acceptLoss, new JournalProgress(narrator));
        if (result.loss().isPresent() && !acceptLoss) {
            throw new Failure.EventsLost(result.loss().get()).thrown();
        }
        return result.done();
    }
}
