package ctl.vm.journal.sql;

import ctl.vm.inventory.Actor;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.EventSubject;
import ctl.vm.inventory.Fold;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.audit.AuditEntry;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.SnapshotName;
import ctl.vm.inventory.value.VmName;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * An audit entry as the database keeps it: the columns of its row. It says nothing that the events do not say, but of
 * which VM, by the number of the event that brought that in: names change, and are given again.
 *
 * @param latest number of its last event so far
 * @param snapshots every snapshot that it concerns, between slashes
 * @param byUser who asked for it; empty for what was done by hand, as that is unknown
 * @param vmId the VM that it was about
 * @param replacedId the VM that it replaced
 * @param sourceId the VM that it is a copy of
 * @param seenBy of what was done by hand: the user whose command noticed it
 * @param change of what was done by hand: what that was
 */
public record AuditRow(
        long sequence,
        long latest,
        String operation,
        Instant time,
        String action,
        Optional<String> vm,
        Optional<String> snapshot,
        Optional<String> counterpart,
        String snapshots,
        Optional<String> byUser,
        Optional<String> sudoUser,
        String outcome,
        Optional<String> reason,
        Optional<Instant> ended,
        Optional<Long> size,
        Optional<Long> vmId,
        Optional<Long> replacedId,
        Optional<Long> sourceId,
        Optional<String> seenBy,
        Optional<String> change) {

    /** No name holds a slash. */
    private static final String BETWEEN = "/";

    /** As many as Linux lets a login have. */
    private static final int LOGIN_CHARACTERS = 256;

    /** What the event begins. */
    public static AuditRow begunBy(Fold.Change change) {
        Recorded recorded = change.event();
        Inventory before = change.before();
        var entry = new AuditEntry(recorded, recorded);
        EventSubject subject = EventSubject.of(recorded.event());
        Actor actor = recorded.actor();
        boolean isByHand = entry.isByHand();
        return new AuditRow(
                recorded.sequence(),
                recorded.sequence(),
                recorded.operation().text(),
                recorded.time(),
                entry.action().text(),
                subject.vm().map(VmName::text),
                subject.snapshot().map(SnapshotName::text),
                entry.counterpart(),
                text(entry.snapshots()),
                isByHand ? Optional.empty() : Optional.of(login(actor.user())),
                isByHand ? Optional.empty() : actor.sudoUser().map(AuditRow::login),
                entry.outcome().text(),
                Optional.empty(),
                Optional.empty(),
                entry.size().map(ByteCount::bytes),
                vm(recorded.event(), before, change.after()),
                Optional.empty(),
                source(recorded.event()).flatMap(before::vm).map(Vm::since),
                isByHand ? Optional.of(actor.user()) : Optional.empty(),
                entry.byHand().map(AuditEntry.ByHand::text));
    }

    /** This entry after one more event of its operation. */
    public AuditRow after(Fold.Change change) {
        Recorded recorded = change.event();
        Inventory before = change.before();
        OpenOperation operation = change.after().operation(recorded.operation())
                .or(() -> before.operation(recorded.operation())).orElseThrow();
        var beginning = new Recorded(sequence, operation.id(), time, operation.actor(),
                new Event.OperationStarted(operation.request()), "", "");
        var entry = new AuditEntry(beginning, recorded);
        Optional<Long> arrived = arrived(recorded.event()).flatMap(change.after()::vm).map(Vm::since);
        return new AuditRow(
                sequence,
                recorded.sequence(),
                this.operation,
                time,
                action,
                Optional.of(operation.request().vm().text()),
                snapshot,
                counterpart,
                text(entry.snapshots()),
                byUser,
                sudoUser,
                entry.outcome().text(),
                entry.reason(),
                entry.took().map(time::plus),
                entry.size().map(ByteCount::bytes),
                arrived.or(() -> vmId),
                recorded.event() instanceof Event.VmArrived there ? before.vm(there.vm()).map(Vm::since) : replacedId,
                sourceId,
                seenBy,
                this.change);
    }

    /**
     * No login is longer, but what an environment claims can be, and no index of a server holds a text of more than
     * 2,700 bytes.
     */
    private static String login(String claimed) {
        return claimed.substring(0, Math.min(claimed.length(), LOGIN_CHARACTERS));
    }

    private static Optional<Long> vm(Event event, Inventory before, Inventory after) {
        Optional<VmName> name = switch (event) {
            case Event.OperationStarted started -> switch (started.request()) {
                case Request.Rename rename -> Optional.of(rename.from());
                // Another VM can have that name by now.
                case Request.UndeleteVm _, Request.UndeletePackage _, Request.Purge _ -> Optional.empty();
                case Request.Create _, Request.Clone _, Request.Import _, Request.Export _, Request.DeleteVm _,
                        Request.DeleteSnapshot _, Request.UndeleteSnapshot _ -> Optional.of(started.request().vm());
            };
            default -> EventSubject.of(event).vm();
        };
        return name.flatMap(known -> after.vm(known).or(() -> before.vm(known))).map(Vm::since);
    }

    private static Optional<VmName> source(Event event) {
        return switch (event) {
            case Event.OperationStarted started when started.request() instanceof Request.Clone clone ->
                Optional.of(clone.source());
            case Event.VmFound found -> found.copyOf();
            default -> Optional.empty();
        };
    }

    /** The name under which a VM has come to stand. */
    private static Optional<VmName> arrived(Event event) {
        return switch (event) {
            case Event.VmArrived arrived -> Optional.of(arrived.vm());
            case Event.VmUndeleted undeleted -> Optional.of(undeleted.vm());
            case Event.VmRenamed renamed -> Optional.of(renamed.vm());
            default -> Optional.empty();
        };
    }

    boolean isByHand() {
        return action.equals(AuditEntry.Action.BY_HAND.text());
    }

    /** How a snapshot stands in {@link #snapshots}. */
    public static String text(SnapshotName snapshot) {
        return BETWEEN + snapshot + BETWEEN;
    }

    private static String text(Collection<SnapshotName> snapshots) {
        return snapshots.isEmpty()
                ? ""
                : snapshots.stream().map(SnapshotName::text).collect(Collectors.joining(BETWEEN, BETWEEN, BETWEEN));
    }
}
