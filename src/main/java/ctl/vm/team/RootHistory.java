package ctl.vm.team;

import ctl.vm.inventory.Event;
import ctl.vm.inventory.audit.Seal;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.RootId;
import ctl.vm.journal.Journal;
import ctl.vm.problem.Mismatch;
import ctl.vm.problem.VmException;
import java.util.Optional;
import java.util.function.Supplier;

/** The journal of a root that joins or leaves a team: what identifies it, and what is recorded of that. */
public final class RootHistory {

    private final Journal journal;
    private final Supplier<OperationId> ids;

    /** @param ids of operations that take no locks, each new; asked in a write session */
    public RootHistory(Journal journal, Supplier<OperationId> ids) {
        this.journal = journal;
        this.ids = ids;
    }

    /** The hash of the first event; empty where there is none yet. */
    public Optional<RootId> identity() {
        return journal.identity();
    }

    /** Appends an event about the team. */
    public void record(Event event) {
        journal.writeSession(() -> journal.append(ids.get(), event));
    }

    /**
     * Sees to it that the newest event that the team's database has is here. A copy of a root that has gone on by
     * itself has events of its own under the same numbers.
     *
     * @param server for people
     * @throws VmException HistoriesDiffer, ServerKnowsMore
     */
    public void requireIsHere(Registration.Known there, String server) {
        Seal here = journal.seal();
        if (there.sequence() > here.sequence()) {
            throw new Mismatch.ServerKnowsMore(server, there.sequence(), here.sequence()).thrown();
        }
        if (there.sequence() > 0) {
            journal.events(there.sequence(), recorded -> {
                if (recorded.sequence() == there.sequence() && !recorded.hash().equals(there.hash())) {
                    throw new Mismatch.HistoriesDiffer(server, there.sequence()).thrown();
                }
            });
        }
    }
}
