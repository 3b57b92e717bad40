package ctl.vm.operation.query;

import ctl.vm.inventory.Event;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.audit.AuditEntry;
import ctl.vm.inventory.audit.AuditFilter;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.SnapshotName;
import ctl.vm.inventory.value.VmName;
import ctl.vm.operation.DiskFailures;
import ctl.vm.operation.OperationContext;
import ctl.vm.store.Trash;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Lists what was deleted and is kept. The folder says what is there, the journal what it was. */
public final class ListTrash {

    private final OperationContext context;
    private Optional<TrashExpiry> expiry = Optional.empty();

    public ListTrash(OperationContext context) {
        this.context = context;
    }

    /**
     * What one deletion took.
     *
     * @param vm the VM, or the one whose snapshot it was, by its name at that time
     * @param vmSince what tells that VM from any other, under whatever name, where the journal knows it
     * @param deleted when it came into the trash
     * @param isReplaced whether another VM or package took its place
     * @param file the path of the package, where it is one; then {@code vm} is the one that was packed over it
     * @param by user who deleted it, where the journal knows it
     * @param onDisk bytes that it takes
     * @param keptUntil when the next command that changes something frees it
     * @param period how long it is kept, in all
     * @param left until the next command that changes something may free it
     * @param isUnconfirmed whether its time is over by the clock, and nothing else shows that yet
     */
    public record Entry(
            OperationId deletion,
            VmName vm,
            Optional<SnapshotName> snapshot,
            Optional<Long> vmSince,
            Instant deleted,
            boolean isReplaced,
            Optional<String> file,
            Optional<String> by,
            ByteCount onDisk,
            Instant keptUntil,
            Duration period,
            Duration left,
            boolean isUnconfirmed) {

        /** {@code MyBox}, {@code MyBox:ready} or the path of a package. */
        public String name() {
            return purge().name();
        }

        public Request.Purge purge() {
            return new Request.Purge(deletion, vm, snapshot, file);
        }
    }

    /** What the journal said of a VM until its deletion. */
    public Optional<Vm> former(OperationId deletion) {
        return deletion(deletion).flatMap(AuditEntry::trashed);
    }

    /** What the journal knows of a deletion. */
    Optional<AuditEntry> deletion(OperationId id) {
        return Optional.ofNullable(deletions(Set.of(id)).get(id));
    }

    private Map<OperationId, AuditEntry> deletions(Set<OperationId> ids) {
        Map<OperationId, AuditEntry> found = new HashMap<>();
        if (!ids.isEmpty()) {
            context.journal().entries(AuditFilter.of(ids), entry -> {
                if (hasTrash(entry)) {
                    found.putIfAbsent(entry.beginning().operation(), entry);
                }
                return true;
            });
        }
        return found;
    }

    private static boolean hasTrash(AuditEntry entry) {
        return entry.request().filter(request -> request instanceof Request.DeleteVm
                || request instanceof Request.DeleteSnapshot
                || entry.trashed().isPresent()
                || entry.trashedPackage().isPresent()).isPresent();
    }

    /** The oldest first. */
    public List<Entry> all() {
        List<Entry> entries = new ArrayList<>();
        DiskFailures.explained(() -> {
            Set<OperationId> kept = kept();
            Map<OperationId, AuditEntry> deletions = deletions(kept);
            for (OperationId id : kept) {
                Optional.ofNullable(deletions.get(id)).map(known -> entry(id, known)).or(() -> unknown(id))
                        .ifPresent(entries::add);
            }
        });
        entries.sort(Comparator.comparing(Entry::deleted));
        return entries;
    }

    /** Those that need not be kept any longer. What no deletion has put there may belong to a user, and stays. */
    public List<Entry> expired() {
        return DiskFailures.explained(() -> {
            List<Entry> expired = new ArrayList<>();
            deletions(kept()).forEach((id, known) -> {
                if (expiry().of(known).verdict() == TrashExpiry.Verdict.EXPIRED) {
                    expired.add(entry(id, known));
                }
            });
            expired.sort(Comparator.comparing(Entry::deleted));
            return expired;
        });
    }

    /** What is to be said of a clock that looks as if it had been set, where that keeps something in the trash. */
    public Optional<String> doubt() {
        return DiskFailures.explained(() -> deletions(kept()).values().stream()
                .flatMap(known -> expiry().doubt(known).stream())
                .findFirst());
    }

    private TrashExpiry expiry() {
        if (expiry.isEmpty()) {
            expiry = Optional.of(new TrashExpiry(context));
        }
        return expiry.get();
    }

    /** An open deletion has not said yet whether it will stay: the journal is asked when the folder has been. */
    private Set<OperationId> kept() {
        Set<OperationId> trashed = context.store().work().trashed();
        if (trashed.isEmpty()) {
            return Set.of();
        }
        Set<OperationId> open = context.journal().latest().inventory().open().keySet();
        return trashed.stream()
                .filter(id -> !open.contains(id) && !context.store().work().trash(id).isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Entry entry(OperationId id, AuditEntry entry) {
        Request request = entry.request().orElseThrow();
        boolean isReplacement = request.bringsIn() || entry.trashedPackage().isPresent();
        TrashExpiry.State state = expiry().of(entry);
        return new Entry(
                id,
                request.vm(),
                request instanceof Request.DeleteSnapshot delete ? Optional.of(delete.snapshot()) : Optional.empty(),
                vmSince(entry.latest().event()),
                entry.latest().time(),
                isReplacement,
                entry.trashedPackage(),
                Optional.of(entry.beginning().actor().user()),
                context.store().work().trash(id).allocated(),
                expiry().end(entry),
                expiry().period(entry),
                state.left(),
                state.verdict() == TrashExpiry.Verdict.UNCONFIRMED);
    }

    private static Optional<Long> vmSince(Event latest) {
        return latest instanceof Event.SnapshotDeleted deleted ? deleted.vmSince() : Optional.empty();
    }

    /**
     * A VM that the journal does not know of; of a snapshot, no one could say whose it was. It is never freed by
     * itself.
     */
    private Optional<Entry> unknown(OperationId id) {
        Trash trash = context.store().work().trash(id);
        Instant since = id.started().orElse(Instant.EPOCH);
        return trash.vm().map(vm -> new Entry(
                id, vm, Optional.empty(), Optional.empty(), since, false, Optional.empty(), Optional.empty(),
                trash.allocated(),
                since.plus(context.keep().time()), context.keep().time(), Duration.ZERO, false));
    }
}
