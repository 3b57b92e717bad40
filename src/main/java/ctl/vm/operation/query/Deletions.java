package ctl.vm.operation.query;

import ctl.vm.inventory.Event;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.audit.AuditEntry;
import ctl.vm.inventory.audit.AuditFilter;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.journal.Journal;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the journal knows of deletions. */
public final class Deletions {

    private final Journal journal;

    public Deletions(Journal journal) {
        this.journal = journal;
    }

    /** The deletions of these ids, as far as the journal knows them. */
    Map<OperationId, AuditEntry> find(Set<OperationId> ids) {
        Map<OperationId, AuditEntry> found = new HashMap<>();
        if (!ids.isEmpty()) {
            journal.entries(AuditFilter.of(ids), entry -> {
                if (entry.request().filter(Deletions::isDeletion).isPresent()) {
                    found.putIfAbsent(entry.beginning().operation(), entry);
                }
                return true;
            });
        }
        return found;
    }

    /** What the journal said of a VM until its deletion. */
    public Optional<Vm> former(OperationId id) {
        return Optional.ofNullable(find(Set.of(id)).get(id))
                .flatMap(entry -> entry.latest().event() instanceof Event.VmDeleted deleted
                        ? deleted.former()
                        : Optional.empty());
    }

    private static boolean isDeletion(Request request) {
        return request instanceof Request.DeleteVm || request instanceof Request.DeleteSnapshot;
    }
}
