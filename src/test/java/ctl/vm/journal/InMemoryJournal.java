package ctl.vm.journal;

import ctl.vm.inventory.Actor;
import ctl.vm.inventory.Deed;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.OperationId;
import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.Seal;
import ctl.vm.inventory.Selection;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** A journal that keeps its events in a list: the twin of {@link H2Journal} for tests of what lies above. */
public final class InMemoryJournal implements Journal {

    private final Actor actor;
    private final Clock clock;
    private final List<EventRow> rows = new ArrayList<>();
    private final List<Recorded> events = new ArrayList<>();
    private Head head = Head.BEGINNING;
    private Inventory inventory = Inventory.EMPTY;

    public InMemoryJournal(Actor actor, Clock clock) {
        this.actor = actor;
        this.clock = clock;
    }

    @Override
    public synchronized Recorded append(OperationId operation, Event event) {
        Subject subject = Subject.of(event, operation, inventory);
        EventRow row = EventRow.after(head, operation, clock.instant(), actor, event, subject);
        Recorded recorded = row.line().recorded();
        inventory = inventory.after(recorded);
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
    public void deeds(Selection beginnings, Predicate<Deed> wantsMore) {
        List<Recorded> selected = new ArrayList<>(events);
        selected.removeIf(recorded -> !isSelected(recorded, beginnings));
        (beginnings.newestFirst() ? selected.reversed() : selected).stream()
                .map(recorded -> new Deed(recorded, lastOf(recorded.operation())))
                .allMatch(wantsMore);
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

    private Recorded lastOf(OperationId operation) {
        return events.stream().filter(event -> event.operation().equals(operation)).toList().getLast();
    }

    private boolean isSelected(Recorded recorded, Selection selection) {
        EventRow row = rows.get((int) recorded.sequence() - 1);
        return EventName.beginnings().contains(row.name())
                && row.sequence() > selection.after()
                && selection.before().map(before -> row.sequence() < before).orElse(true)
                && selection.vm().map(vm -> row.vm().equals(Optional.of(vm.text()))).orElse(true)
                && selection.operation().map(recorded.operation()::equals).orElse(true)
                && selection.since().map(since -> !recorded.time().isBefore(since)).orElse(true)
                && selection.until().map(recorded.time()::isBefore).orElse(true);
    }

    @Override
    public synchronized <T> T burst(Supplier<T> quick) {
        return quick.get();
    }
}
