package ctl.vm.journal;

import ctl.vm.inventory.Actor;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.EventSubject;
import ctl.vm.inventory.Fold;
import ctl.vm.inventory.ImageFacts;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.audit.AuditEntry;
import ctl.vm.inventory.audit.AuditFilter;
import ctl.vm.inventory.audit.Seal;
import ctl.vm.inventory.recognition.ContentSearch;
import ctl.vm.inventory.recognition.KnownContent;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.RootId;
import ctl.vm.inventory.value.SnapshotName;
import ctl.vm.inventory.value.VmName;
import ctl.vm.journal.chain.EventRow;
import ctl.vm.journal.chain.Head;
import ctl.vm.journal.h2.H2Journal;
import ctl.vm.journal.sql.AuditRow;
import ctl.vm.journal.sql.ChangedRows;
import ctl.vm.journal.sql.PreviousName;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A journal that keeps its events in a list: the twin of {@link H2Journal} for tests of what lies above. */
public final class InMemoryJournal implements Journal {

    private final Supplier<Actor> actor;
    private final Clock clock;
    private final List<EventRow> rows = new ArrayList<>();
    private final List<Recorded> events = new ArrayList<>();
    private final SortedMap<Long, AuditRow> entries = new TreeMap<>();
    private final Set<PreviousName> names = new HashSet<>();
    private Head head = Head.BEGINNING;
    private Inventory inventory = Inventory.EMPTY;

    public InMemoryJournal(Actor actor, Clock clock) {
        this(() -> actor, clock);
    }

    public InMemoryJournal(Supplier<Actor> actor, Clock clock) {
        this.actor = actor;
        this.clock = clock;
    }

    /** Another one with the same events, which goes on by itself. */
    public synchronized InMemoryJournal copy() {
        var copy = new InMemoryJournal(actor, clock);
        copy.rows.addAll(rows);
        copy.events.addAll(events);
        copy.entries.putAll(entries);
        copy.names.addAll(names);
        copy.head = head;
        copy.inventory = inventory;
        return copy;
    }

    @Override
    public synchronized Recorded append(OperationId operation, Event event) {
        EventSubject subject = EventSubject.of(event, inventory.operation(operation));
        EventRow row = EventRow.after(head, operation, clock.instant(), actor.get(), event, subject);
        Recorded recorded = row.line().recorded();
        Inventory after = inventory.after(recorded);
        tell(new Fold.Change(inventory, recorded, after));
        inventory = after;
        rows.add(row);
        events.add(recorded);
        head = new Head(row.sequence(), row.hash());
        return recorded;
    }

    @Override
    public synchronized Inventory inventory() {
        return inventory;
    }

    @Override
    public synchronized Latest latest() {
        return new Latest(inventory, Optional.empty());
    }

    @Override
    public void events(long sequence, Consumer<Recorded> reader) {
        List<Recorded> now;
        synchronized (this) {
            now = List.copyOf(events);
        }
        now.stream().filter(event -> event.sequence() >= sequence).forEach(reader);
    }

    @Override
    public synchronized <T> Optional<T> tables(Function<Tables, T> reader) {
        return events.isEmpty() ? Optional.empty() : Optional.of(reader.apply(new Tables() {
            @Override
            public long newest() {
                return head.sequence();
            }

            @Override
            public Rows rows(Changed changed) {
                List<AuditRow> audited = entries.values().stream()
                        .filter(row -> row.latest() >= changed.first() && row.latest() <= changed.last()).toList();
                return ChangedRows.json(
                        audited,
                        names.stream().filter(name -> audited.stream()
                                .anyMatch(row -> row.vmId().equals(Optional.of(name.vmId())))).toList(),
                        inventory.vms().values().stream().filter(vm -> changed.vms().contains(vm.name())).toList());
            }
        }));
    }

    @Override
    public synchronized Optional<Recorded> event(long sequence) {
        return sequence >= 1 && sequence <= events.size() ? Optional.of(eventAt((int) sequence)) : Optional.empty();
    }

    private void tell(Fold.Change change) {
        Recorded recorded = change.event();
        if (AuditEntry.isBegunBy(recorded.event())) {
            entries.put(recorded.sequence(), AuditRow.begunBy(change));
        } else {
            entries.values().stream()
                    .filter(entry -> entry.operation().equals(recorded.operation().text()))
                    .filter(entry -> !entry.action().equals("by-hand"))
                    .reduce((_, last) -> last)
                    .ifPresent(entry -> entries.put(entry.sequence(), entry.after(change)));
        }
        names.addAll(PreviousName.of(recorded.event(), change.after()));
    }

    @Override
    public void entries(AuditFilter selection, Predicate<AuditEntry> wantsMore) {
        Comparator<AuditRow> order = Comparator.comparing(AuditRow::time).thenComparing(AuditRow::sequence);
        List.copyOf(entries.values()).stream()
                .filter(entry -> isSelected(entry, selection))
                .sorted(selection.newestFirst() ? order.reversed() : order)
                .limit(selection.limit())
                .map(entry -> new AuditEntry(eventAt(entry.sequence()), eventAt(entry.latest()), lastKnownBefore(entry),
                        entry.vmId()))
                .allMatch(wantsMore);
    }

    private Optional<Instant> lastKnownBefore(AuditRow byHand) {
        return byHand.action().equals("by-hand")
                ? List.copyOf(entries.values()).reversed().stream()
                        .filter(entry -> entry.latest() < byHand.sequence() && entry.outcome().equals("done"))
                        .filter(entry -> tells(entry, byHand))
                        .findFirst()
                        .map(entry -> eventAt(entry.latest()).time())
                : Optional.empty();
    }

    private boolean tells(AuditRow entry, AuditRow byHand) {
        Event latest = eventAt(entry.latest()).event();
        return switch (eventAt(byHand.sequence()).event()) {
            case Event.VmFound _ -> entry.vm().equals(byHand.vm()) && !entry.action().equals("purge");
            case Event.SnapshotFound _, Event.ImageVanished _, Event.ImageChanged _ -> entry.vmId().equals(byHand.vmId())
                    && (latest instanceof Event.VmFound || List.of("create", "clone", "import").contains(entry.action())
                            || entry.snapshot().equals(byHand.snapshot())
                                    && (latest instanceof Event.SnapshotFound || latest instanceof Event.ImageVanished
                                            || latest instanceof Event.ImageChanged));
            default -> entry.vmId().equals(byHand.vmId()) && !entry.action().equals("purge");
        };
    }

    @Override
    public synchronized Map<VmName, Vm> gone(Set<VmName> names) {
        Map<VmName, Vm> gone = new TreeMap<>();
        for (Recorded recorded : events) {
            Optional<Vm> former = switch (recorded.event()) {
                case Event.VmDeleted deleted -> deleted.former();
                case Event.VmVanished vanished -> vanished.former();
                default -> Optional.empty();
            };
            former.filter(vm -> names.contains(vm.name())).ifPresent(vm -> gone.put(vm.name(), vm));
        }
        return gone;
    }

    @Override
    public synchronized Set<VmName> remembered() {
        return events.stream()
                .flatMap(recorded -> EventSubject.of(recorded.event()).vm().stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Override
    public synchronized Set<SnapshotName> remembered(VmName vm) {
        return events.stream()
                .filter(recorded -> EventSubject.of(recorded.event()).vm().equals(Optional.of(vm)))
                .flatMap(recorded -> snapshots(recorded.event()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<SnapshotName> snapshots(Event event) {
        List<ImageFacts> images = switch (event) {
            case Event.VmArrived arrived -> arrived.images();
            case Event.VmFound found -> found.images();
            default -> List.of();
        };
        return Stream.concat(
                EventSubject.of(event).snapshot().stream(),
                images.stream().flatMap(image -> image.name().snapshot().stream()));
    }

    @Override
    public synchronized Set<OperationId> known(Set<OperationId> operations) {
        Set<OperationId> known = new TreeSet<>(operations);
        known.retainAll(events.stream().map(Recorded::operation).collect(Collectors.toSet()));
        return known;
    }

    @Override
    public synchronized Map<ImageName, KnownContent> contents(long vm, Collection<ImageFacts> images) {
        var search = new ContentSearch(images);
        Optional<Long> next = Optional.of(vm);
        Set<Long> asked = new HashSet<>();
        while (next.isPresent() && asked.add(next.get())) {
            Optional<Long> id = next;
            List<AuditRow> ofVm = List.copyOf(entries.values()).reversed().stream()
                    .filter(entry -> entry.vmId().equals(id) && entry.outcome().equals("done"))
                    .toList();
            ofVm.forEach(entry -> search.add(eventAt(entry.latest())));
            next = ofVm.stream().filter(entry -> entry.action().equals("clone"))
                    .flatMap(entry -> entry.sourceId().stream()).findFirst();
        }
        return search.found();
    }

    @Override
    public synchronized Descent descent(long vm) {
        Optional<Long> id = Optional.of(vm);
        return new Descent(
                entries.values().stream()
                        .filter(entry -> entry.sourceId().equals(id) && !entry.vmId().equals(id))
                        .flatMap(entry -> entry.vmId().stream())
                        .collect(Collectors.toSet()),
                List.copyOf(entries.values()).reversed().stream()
                        .filter(entry -> entry.vmId().equals(id) && entry.action().equals("export"))
                        .filter(entry -> entry.outcome().equals("done"))
                        .map(entry -> eventAt(entry.latest()))
                        .toList());
    }

    @Override
    public synchronized Map<Long, Ancestor> ancestors(Set<Long> vms) {
        Map<Long, Ancestor> ancestors = new TreeMap<>();
        for (Long vm : vms) {
            List<AuditRow> own = entries.values().stream().filter(entry -> entry.vmId().equals(Optional.of(vm)))
                    .toList();
            Optional<Long> source = own.stream()
                    .flatMap(entry -> entry.sourceId().stream())
                    .filter(id -> !id.equals(vm))
                    .findFirst();
            own.stream().max(Comparator.comparing(AuditRow::time).thenComparing(AuditRow::sequence))
                    .flatMap(AuditRow::vm)
                    .ifPresent(name -> ancestors.put(vm, new Ancestor(new VmName(name), source)));
            source.ifPresent(id -> ancestors.putAll(ancestors(Set.of(id))));
        }
        return ancestors;
    }

    private Recorded eventAt(long sequence) {
        return events.get((int) sequence - 1);
    }

    @Override
    public Feed feed(OptionalLong after) {
        long[] last = {after.orElseGet(() -> head.sequence())};
        return () -> {
            List<Feed.Entry> entries = new ArrayList<>();
            events(last[0] + 1, event -> entries.add(new Feed.Entry(
                    event, rows.get((int) event.sequence() - 1).line().text())));
            last[0] += entries.size();
            return entries;
        };
    }

    @Override
    public synchronized Seal seal() {
        return head.seal();
    }

    @Override
    public synchronized Optional<RootId> identity() {
        return rows.stream().findFirst().map(row -> new RootId(row.hash()));
    }

    private boolean isSelected(AuditRow entry, AuditFilter selection) {
        return selection.vm().map(vm -> isAbout(entry, vm)).orElse(true)
                && selection.snapshot().map(AuditRow::text).map(entry.snapshots()::contains).orElse(true)
                && (selection.operations().isEmpty()
                        || selection.operations().stream().anyMatch(id -> id.text().equals(entry.operation())))
                && (selection.by().isEmpty()
                        || selection.by().equals(entry.byUser())
                        || selection.by().equals(entry.sudoUser()))
                && (selection.actions().isEmpty()
                        || selection.actions().stream().anyMatch(action -> action.text().equals(entry.action())))
                && (!selection.failed() || Set.of("failed", "interrupted").contains(entry.outcome()))
                && selection.since().map(since -> !entry.time().isBefore(since)).orElse(true)
                && selection.until().map(entry.time()::isBefore).orElse(true);
    }

    private boolean isAbout(AuditRow entry, VmName vm) {
        return entry.vm().equals(Optional.of(vm.text()))
                || names.stream()
                        .filter(name -> name.name().equals(vm))
                        .map(name -> Optional.of(name.vmId()))
                        .anyMatch(id -> id.equals(entry.vmId()) || id.equals(entry.replacedId()));
    }

    @Override
    public synchronized <T> T writeSession(Supplier<T> quick) {
        return quick.get();
    }
}
