package ctl.vm.operation;

import ctl.vm.inventory.Deed;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.Selection;
import ctl.vm.inventory.VmName;
import ctl.vm.journal.Journal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The names that a VM has had, as the journal tells them. */
final class FormerNames {

    private FormerNames() {}

    /** A name that the VM has had. @param until number of the event that took it; empty for the name that it has */
    record Name(VmName name, Optional<Long> until) {

        boolean had(long sequence) {
            return until.map(end -> sequence < end).orElse(true);
        }
    }

    /**
     * The names of a VM, the newest first.
     *
     * @param since number of the event with which it came in; 0 where that is not known
     * @param meanwhile is shown each deed under each of the names, the newest first
     */
    static List<Name> of(Journal journal, VmName latest, long since, Consumer<Deed> meanwhile) {
        List<Name> names = new ArrayList<>();
        Optional<Name> name = Optional.of(new Name(latest, Optional.empty()));
        while (name.isPresent()) {
            names.add(name.get());
            name = before(journal, name.get(), since, meanwhile);
        }
        return names;
    }

    private static Optional<Name> before(Journal journal, Name name, long since, Consumer<Deed> meanwhile) {
        Selection selection = new Selection(
                Optional.of(name.name()), Optional.empty(), Optional.empty(), Optional.empty(), since, name.until(),
                true);
        List<Name> before = new ArrayList<>();
        journal.deeds(selection, deed -> {
            meanwhile.accept(deed);
            former(deed, name.name())
                    .ifPresent(former -> before.add(new Name(former, Optional.of(deed.beginning().sequence()))));
            return before.isEmpty();
        });
        return before.stream().findFirst();
    }

    private static Optional<VmName> former(Deed deed, VmName name) {
        if (deed.beginning().event() instanceof Event.VmMoved moved && moved.vm().equals(name)) {
            return Optional.of(moved.from());
        }
        Optional<Request> done = deed.outcome() == Deed.Outcome.DONE ? deed.request() : Optional.empty();
        return done.flatMap(request -> switch (request) {
            case Request.Rename rename when rename.vm().equals(name) -> Optional.of(rename.from());
            case Request.UndeleteVm undelete when !undelete.from().equals(name) -> Optional.of(undelete.from());
            case Request.Create _, Request.Clone _, Request.Import _, Request.Export _, Request.DeleteVm _,
                    Request.DeleteSnapshot _, Request.Rename _, Request.UndeleteVm _, Request.UndeleteSnapshot _, Request.Purge _ ->
                Optional.<VmName>empty();
        });
    }
}
