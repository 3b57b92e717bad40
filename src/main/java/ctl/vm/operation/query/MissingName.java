package ctl.vm.operation.query;

import ctl.vm.inventory.Event;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.audit.AuditEntry.Outcome;
import ctl.vm.inventory.audit.AuditEntry;
import ctl.vm.inventory.audit.AuditFilter;
import ctl.vm.inventory.drift.Drift;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.SnapshotName;
import ctl.vm.inventory.value.VmName;
import ctl.vm.operation.OperationContext;
import ctl.vm.problem.Fate;
import ctl.vm.problem.NotFound;
import ctl.vm.problem.Problem;
import ctl.vm.problem.VmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds out what became of a VM or snapshot that is not there: it is in the trash, has another name, or was removed.
 * Asked only when a command has failed for that reason, as it reads the database.
 */
public final class MissingName {

    /** The newest entries about a name tell what became of it. */
    private static final int MOST_ENTRIES = 200;

    /** A name that was given on is followed so often. */
    private static final int MOST_RENAMINGS = 8;

    private final OperationContext context;

    public MissingName(OperationContext context) {
        this.context = context;
    }

    /** The problem, with what became of what is missing, where that is known. */
    public Problem explained(Problem problem) {
        try {
            return switch (problem) {
                case NotFound.NoSuchVm missing -> new NotFound.NoSuchVm(
                        missing.name(), missing.nearest(), VmName.of(missing.name()).flatMap(this::ofVm));
                case NotFound.NoSuchSnapshot missing -> new NotFound.NoSuchSnapshot(
                        missing.vm(), missing.snapshot(), missing.nearest(),
                        ofSnapshot(new VmName(missing.vm()), new SnapshotName(missing.snapshot())));
                case NotFound.NotInTrash missing -> new NotFound.NotInTrash(
                        missing.name(), missing.nearest(), ofTrash(missing.name()));
                default -> problem;
            };
        } catch (VmException unreadable) {
            // A journal that cannot be read says nothing; that the name is missing is what the user has to know.
            return problem;
        }
    }

    /** What was looked for in the trash may be a VM, or {@code MyBox:ready}. */
    private Optional<Fate> ofTrash(String name) {
        int colon = name.indexOf(':');
        if (colon < 0) {
            return VmName.of(name).flatMap(this::ofVm);
        }
        Optional<VmName> vm = VmName.of(name.substring(0, colon));
        Optional<SnapshotName> snapshot = SnapshotName.of(name.substring(colon + 1));
        return vm.flatMap(of -> snapshot.filter(named -> !isThere(of, named)).flatMap(named -> ofSnapshot(of, named)));
    }

    private boolean isThere(VmName vm, SnapshotName snapshot) {
        return context.store().glance(List.of(vm)).vm(vm).flatMap(there -> there.image(ImageName.of(snapshot)))
                .isPresent();
    }

    private Optional<Fate> ofVm(VmName name) {
        if (context.store().glance(List.of(name)).vm(name).isPresent()) {
            return Optional.empty();
        }
        return ofVm(name, MOST_RENAMINGS);
    }

    private Optional<Fate> ofVm(VmName name, int renamings) {
        Inventory inventory = context.journal().latest().inventory();
        if (inventory.vm(name).isPresent()) {
            return Optional.of(unrecorded(inventory, name));
        }
        Optional<Fate> trashed = trashed(name, Optional.empty());
        return trashed.or(() -> recorded(inventory, name, renamings));
    }

    /** The journal does not know yet that it is gone. */
    private Fate unrecorded(Inventory inventory, VmName name) {
        return Drift.between(inventory, context.store().glanceAtAll(), inventory.busy()).stream()
                .flatMap(finding -> finding.events().stream())
                .flatMap(event -> event instanceof Event.VmMoved moved && moved.from().equals(name)
                        ? Optional.of(moved.vm()).stream()
                        : Optional.<VmName>empty().stream())
                .findFirst()
                .<Fate>map(now -> new Fate.Renamed(name.text(), now.text(), true, Optional.empty()))
                .orElseGet(() -> new Fate.RemovedByHand(name.text(), Optional.empty()));
    }

    private Optional<Fate> trashed(VmName vm, Optional<SnapshotName> snapshot) {
        List<ListTrash.Entry> found = TrashLookup.matching(
                new ListTrash(context).all(), context.journal().latest().inventory(), vm, snapshot);
        return found.reversed().stream().findFirst().map(entry -> new Fate.Trashed(
                snapshot.map(name -> vm + ":" + name).orElse(vm.text()), entry.by().orElse("an unknown user"),
                Optional.of(when(entry.deleted()))));
    }

    private Optional<Fate> recorded(Inventory inventory, VmName name, int renamings) {
        for (AuditEntry entry : entries(name, Optional.empty())) {
            Optional<Fate> fate = switch (entry.latest().event()) {
                case Event.VmRenamed renamed when renamed.from().equals(name) ->
                    renamed(inventory, name, renamed.vm(), entry, false, renamings);
                case Event.VmMoved moved when moved.from().equals(name) ->
                    renamed(inventory, name, moved.vm(), entry, true, renamings);
                case Event.VmDeleted deleted when deleted.vm().equals(name) -> Optional.of(new Fate.Freed(
                        name.text(), entry.beginning().actor().user(), Optional.of(when(entry.latest().time()))));
                case Event.VmVanished vanished when vanished.vm().equals(name) -> Optional.of(
                        new Fate.RemovedByHand(name.text(), Optional.of(when(entry.latest().time()))));
                default -> Optional.empty();
            };
            if (fate.isPresent()) {
                return fate;
            }
        }
        return Optional.empty();
    }

    /** By its name now, or what became of it under a later one. */
    private Optional<Fate> renamed(
            Inventory inventory, VmName name, VmName next, AuditEntry entry, boolean byHand, int renamings) {
        Optional<VmName> now = entry.vm().flatMap(id -> inventory.vms().values().stream()
                .filter(vm -> vm.since() == id).map(Vm::name).findFirst());
        return now.<Fate>map(called -> new Fate.Renamed(
                name.text(), called.text(), byHand, Optional.of(when(entry.latest().time()))))
                .or(() -> renamings == 0 ? Optional.empty() : ofVm(next, renamings - 1));
    }

    private Optional<Fate> ofSnapshot(VmName vm, SnapshotName snapshot) {
        String name = vm + ":" + snapshot;
        Optional<Vm> known = context.journal().latest().inventory().vm(vm);
        if (known.flatMap(there -> there.image(ImageName.of(snapshot))).isPresent()) {
            return Optional.of(new Fate.RemovedByHand(name, Optional.empty()));
        }
        return trashed(vm, Optional.of(snapshot)).or(() -> entries(vm, Optional.of(snapshot)).stream()
                .filter(entry -> entry.vm().equals(known.map(Vm::since)))
                .flatMap(entry -> snapshotFate(name, snapshot, entry).stream())
                .findFirst());
    }

    private Optional<Fate> snapshotFate(String name, SnapshotName snapshot, AuditEntry entry) {
        Optional<Fate.When> when = Optional.of(when(entry.latest().time()));
        return switch (entry.latest().event()) {
            case Event.SnapshotDeleted deleted when deleted.snapshot().equals(snapshot) -> Optional.of(
                    new Fate.Freed(name, entry.beginning().actor().user(), when));
            case Event.ImageVanished vanished when vanished.image().equals(ImageName.of(snapshot)) -> Optional.of(
                    new Fate.RemovedByHand(name, when));
            default -> Optional.empty();
        };
    }

    /** The newest first, of those that have come to their end. */
    private List<AuditEntry> entries(VmName vm, Optional<SnapshotName> snapshot) {
        List<AuditEntry> entries = new ArrayList<>();
        context.journal().entries(
                new AuditFilter(Optional.of(vm), snapshot, Set.of(), Optional.empty(), Set.of(), false,
                        Optional.empty(), Optional.empty(), true, MOST_ENTRIES),
                entry -> {
                    if (entry.outcome() == Outcome.DONE) {
                        entries.add(entry);
                    }
                    return true;
                });
        return entries;
    }

    private Fate.When when(Instant time) {
        Duration ago = Duration.between(time, context.clock().instant());
        return new Fate.When(time, ago.isNegative() ? Duration.ZERO : ago);
    }
}
