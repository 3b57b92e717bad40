package ctl.vm.operation;

import ctl.vm.inventory.Deed;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.OperationId;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.Selection;
import ctl.vm.inventory.Vm;
import ctl.vm.journal.Journal;
import java.util.Optional;

/** What the journal knows of deletions. */
final class Deletions {

    private final Journal journal;

    Deletions(Journal journal) {
        this.journal = journal;
    }

    /** The deletion of this id; empty where the journal does not know it. */
    Optional<Deed> find(OperationId id) {
        Deed[] found = new Deed[1];
        journal.deeds(Selection.of(id), deed -> {
            if (deed.request().filter(Deletions::isDeletion).isPresent()) {
                found[0] = deed;
            }
            return found[0] == null;
        });
        return Optional.ofNullable(found[0]);
    }

    /** What the journal said of a VM until its deletion. */
    Optional<Vm> former(OperationId id) {
        return find(id).flatMap(deed -> deed.latest().event() instanceof Event.VmDeleted deleted
                ? deleted.former()
                : Optional.empty());
    }

    private static boolean isDeletion(Request request) {
        return request instanceof Request.DeleteVm || request instanceof Request.DeleteSnapshot;
    }
}
