package ctl.vm.journal;

import ctl.vm.inventory.ImpossibleEvent;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.Recorded;
import ctl.vm.problem.Failure;
import java.nio.file.Path;

/** What events fold to, one after the other; an event that cannot follow is damage of the journal. */
final class Fold {

    private final Path journal;
    private Inventory inventory;

    Fold(Path journal) {
        this(journal, Inventory.EMPTY);
    }

    Fold(Path journal, Inventory inventory) {
        this.journal = journal;
        this.inventory = inventory;
    }

    /** As of the last event that could follow. */
    Inventory inventory() {
        return inventory;
    }

    /** @throws ctl.vm.problem.VmException JournalDamaged, with the sequence number */
    void next(Recorded recorded) {
        try {
            inventory = inventory.after(recorded);
        } catch (ImpossibleEvent impossible) {
            throw new Failure.JournalDamaged(journal, impossible.getMessage()).thrown();
        }
    }
}
