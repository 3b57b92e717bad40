package ctl.vm.journal.engine;

import ctl.vm.inventory.Event;
import ctl.vm.inventory.Fold;
import ctl.vm.inventory.ImageFacts;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.audit.AuditEntry;
import ctl.vm.inventory.audit.AuditFilter;
import ctl.vm.inventory.recognition.ContentSearch;
import ctl.vm.inventory.recognition.KnownContent;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.Layout;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.RootId;
import ctl.vm.inventory.value.VmName;
import ctl.vm.journal.Journal;
import ctl.vm.journal.chain.EventLine;
import ctl.vm.journal.chain.EventRow;
import ctl.vm.journal.chain.HashChain;
import ctl.vm.journal.chain.Head;
import ctl.vm.journal.file.JournalFolder;
import ctl.vm.journal.json.UnreadableText;
import ctl.vm.journal.listing.InventoryCache;
import ctl.vm.journal.listing.RecordedEnd;
import ctl.vm.journal.mirror.LogFile;
import ctl.vm.journal.mirror.Mirror;
import ctl.vm.journal.mirror.MirrorState;
import ctl.vm.journal.sql.AuditQuery;
import ctl.vm.journal.sql.AuditTable;
import ctl.vm.journal.sql.ChangedRows;
import ctl.vm.journal.sql.EventTable;
import ctl.vm.journal.sql.IndexHint;
import ctl.vm.journal.sql.Projections;
import ctl.vm.journal.sql.SchemaVersion;
import ctl.vm.problem.Failure;
import ctl.vm.problem.VmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The journal while its database is open, and everything that can be read from it. */
public final class OpenJournal implements AutoCloseable {

    /** Events: more than any write session appends, and read at once. */
    private static final int CHECKED_AT_THE_END = EventTable.PAGE_ROWS;

    private final Engine engine;
    private final JournalFolder folder;
    private final Layout layout;
    private final Connection connection;
    private final EventTable events;
    private final AuditTable entries;
    private final Projections projections;

    public OpenJournal(Engine engine, Connection connection) {
        this.engine = engine;
        this.folder = engine.folder();
        this.layout = folder.layout();
        this.connection = connection;
        this.events = new EventTable(connection);
        this.entries = new AuditTable(connection, engine.indexHint());
        this.projections = new Projections(connection, engine.indexHint());
    }

    /** What differs between the queries of engines. */
    public IndexHint indexHint() {
        return engine.indexHint();
    }

    public Connection connection() {
        return connection;
    }

    /**
     * Whether the tables are older than this program.
     *
     * @throws VmException JournalTooNew where they are newer, JournalDamaged where they are not ours
     */
    public boolean isOld() {
        int version = query(() -> SchemaVersion.version(connection));
        if (version > engine.schema()) {
            throw new Failure.JournalTooNew(
                    layout.journal(), String.valueOf(version), String.valueOf(engine.schema())).thrown();
        }
        return version < engine.schema();
    }

    public Inventory inventory() {
        return query(projections::all);
    }

    InventoryCache.Content content() {
        return new InventoryCache.Content(inventory(), head());
    }

    public Head head() {
        return Head.of(last());
    }

    /** How the mirror stands to the database. */
    public MirrorState mirrorState() {
        return mirrorState(last());
    }

    private MirrorState mirrorState(Optional<EventRow> last) {
        return folder.explained(() -> MirrorState.between(last, new Mirror(folder)));
    }

    /**
     * A database whose end is gone opens as an earlier one. Where the mirror has lost its end as well, that shows only
     * in what was written beside the two.
     *
     * @throws VmException JournalDamaged where events are missing, or where nothing shows that none are
     */
    public void requireAllThatWasRecorded() {
        requireAllThatWasRecorded(RecordedEnd.of(folder));
    }

    /** @param recorded read before the database was opened, where other processes may append */
    void requireAllThatWasRecorded(RecordedEnd recorded) {
        Head end = head();
        recorded.contradiction(end).ifPresent(reason -> {
            throw engine.damaged(reason);
        });
        if (recorded.isUnknown() && engine.lacksEnd()) {
            throw engine.damaged("%s lacks its end, and nothing shows that event %d was the last".formatted(
                    layout.databaseFile().getFileName(), end.sequence()));
        }
    }

    /**
     * Brings the mirror up to the database, before anything is written.
     *
     * @param last the newest event of the database
     * @param warnings is given a line where something stood at the mirror's end that is no event
     * @return the mirror's length
     * @throws VmException JournalDamaged where the two differ by more than a crash can leave
     */
    public long completeMirror(Optional<EventRow> last, Consumer<String> warnings) {
        var mirror = new Mirror(folder);
        switch (mirrorState(last)) {
            case MirrorState.InStep _ -> {
                return mirror.createDurably();
            }
            case MirrorState.LastLineMissing missing -> {
                // Its writer may have died before this sync: the mirror must never be the one that knows more.
                update(this::sync);
                mirror.createDurably();
                return mirror.write(missing.wholeLength(), last.orElseThrow().line());
            }
            case MirrorState.ForeignEnd end -> {
                return replaceEnd(mirror, end, last.orElseThrow(), warnings);
            }
            case MirrorState.DatabaseBehind behind -> throw engine.damaged(behind.reason());
            case MirrorState.MirrorWrong wrong -> throw engine.damaged(wrong.reason());
        }
    }

    private long replaceEnd(Mirror mirror, MirrorState.ForeignEnd end, EventRow last, Consumer<String> warnings) {
        update(this::sync);
        Mirror.Replaced replaced = mirror.replaceEnd(end, last);
        warnings.accept(
                "%d bytes behind event %d in %s were no event, as after a power cut: they are kept in %s, and it is whole again"
                        .formatted(replaced.bytes(), end.event(), layout.mirror(), layout.tornMirror().getFileName()));
        return replaced.length();
    }

    /**
     * Writes an event and what it changes. When this returns both are durable.
     *
     * @param head the last event before it
     */
    void write(Head head, EventRow row, Fold.Change change) throws SQLException {
        engine.begin(connection, head, new OperationId(row.operation()));
        events.insert(row);
        projections.write(change);
        engine.commit(connection, new Head(row.sequence(), row.hash()));
    }

    public boolean hasNoAuditEntries() {
        return query(projections::hasNoAuditEntries);
    }

    /** Writes, into tables that lack them, the rows of the audit that an event gives. */
    public void writeEntries(Fold.Change change) {
        update(() -> projections.writeEntries(change));
    }

    public void commit() {
        update(connection::commit);
    }

    /** Hands over the events from {@code sequence} on, and checks each against the one before it. */
    public void forEach(long sequence, Consumer<Recorded> reader) {
        HashChain chain = new HashChain(layout.journal(), headBefore(sequence));
        List<EventRow> page = page(chain.head().sequence() + 1);
        while (!page.isEmpty()) {
            page.forEach(row -> reader.accept(chain.next(row.line())));
            page = page(chain.head().sequence() + 1);
        }
    }

    /** One event, checked by itself. */
    Optional<Recorded> event(long sequence) {
        return Optional.ofNullable(query(() -> events.find(List.of(sequence))).get(sequence))
                .map(row -> HashChain.alone(layout.journal(), row));
    }

    /** Hands over the selected entries, until the reader has enough. */
    public void entries(AuditFilter selection, Predicate<AuditEntry> wantsMore) {
        AuditQuery asked = query(() -> new AuditQuery(connection, engine.indexHint(), selection));
        long left = selection.limit();
        Optional<AuditQuery.Position> last = Optional.empty();
        List<AuditQuery.Position> page = page(asked, last, left);
        while (!page.isEmpty() && auditEntries(page).stream().allMatch(wantsMore)) {
            left -= page.size();
            last = Optional.of(page.getLast());
            page = page(asked, last, left);
        }
    }

    /** Those of the operations of which there are events. */
    Set<OperationId> known(Set<OperationId> operations) {
        return query(() -> events.known(operations));
    }

    /** What the journal said last of VMs that went under these names. */
    Map<VmName, Vm> gone(Set<VmName> names) {
        Map<VmName, Vm> gone = new TreeMap<>();
        for (VmName name : names) {
            query(() -> entries.lastGone(name)).ifPresent(sequence -> {
                Recorded end = alone(query(() -> events.find(List.of(sequence))), sequence);
                former(end.event()).ifPresent(former -> gone.put(name, former));
            });
        }
        return gone;
    }

    private static Optional<Vm> former(Event end) {
        return switch (end) {
            case Event.VmDeleted deleted -> deleted.former();
            case Event.VmVanished vanished -> vanished.former();
            default -> Optional.empty();
        };
    }

    /** What is known of the content of a VM's images, also from what it was cloned from. */
    Map<ImageName, KnownContent> contents(long vm, Collection<ImageFacts> images) {
        var search = new ContentSearch(images);
        Set<Long> asked = new TreeSet<>();
        Optional<Long> next = Optional.of(vm);
        boolean wanted = true;
        while (wanted && next.isPresent() && asked.add(next.get())) {
            long id = next.get();
            List<Long> found = query(() -> entries.eventsWithContentOf(id));
            Map<Long, EventRow> rows = query(() -> events.find(found));
            for (long sequence : found) {
                wanted = wanted && search.add(alone(rows, sequence));
            }
            next = query(() -> entries.clonedFrom(id));
        }
        return search.found();
    }

    /** What came from a VM. */
    Journal.Descent descent(long vm) {
        List<Long> exports = query(() -> entries.exportsOf(vm));
        Map<Long, EventRow> rows = query(() -> events.find(exports));
        return new Journal.Descent(
                query(() -> entries.copiesOf(vm)),
                exports.stream().map(sequence -> alone(rows, sequence)).toList());
    }

    /** VMs with what they are copies of, and all that those are copies of. */
    Map<Long, Journal.Ancestor> ancestors(Set<Long> vms) {
        Map<Long, Journal.Ancestor> ancestors = new TreeMap<>();
        Deque<Long> left = new ArrayDeque<>(vms);
        while (!left.isEmpty()) {
            long vm = left.pop();
            if (!ancestors.containsKey(vm)) {
                Optional<Long> source = query(() -> entries.sourceOf(vm));
                query(() -> entries.lastNameOf(vm))
                        .ifPresent(name -> ancestors.put(vm, new Journal.Ancestor(name, source)));
                source.ifPresent(left::push);
            }
        }
        return ancestors;
    }

    /** The tables, as long as this is open. */
    Journal.Tables tables() {
        long newest = head().sequence();
        var changed = new ChangedRows(connection, engine.indexHint());
        return new Journal.Tables() {
            @Override
            public long newest() {
                return newest;
            }

            @Override
            public Rows rows(Journal.Changed by) {
                return query(() -> changed.rows(by));
            }
        };
    }

    private List<AuditQuery.Position> page(AuditQuery asked, Optional<AuditQuery.Position> behind, long left) {
        int rows = (int) Math.min(left, EventTable.PAGE_ROWS);
        return rows == 0 ? List.of() : query(() -> asked.page(behind, rows));
    }

    private List<AuditEntry> auditEntries(List<AuditQuery.Position> places) {
        Map<Long, EventRow> rows = query(() -> events.find(places.stream()
                .flatMap(place -> Stream.of(place.sequence(), place.latest())).distinct().toList()));
        return places.stream()
                .map(place -> auditEntry(place, alone(rows, place.sequence()), alone(rows, place.latest())))
                .toList();
    }

    private AuditEntry auditEntry(AuditQuery.Position place, Recorded beginning, Recorded latest) {
        Optional<Instant> notBefore = beginning.event() instanceof Event.OperationStarted
                ? Optional.empty()
                : query(() -> entries.lastKnownBefore(beginning));
        return new AuditEntry(beginning, latest, notBefore, place.vm());
    }

    private Recorded alone(Map<Long, EventRow> rows, long sequence) {
        return Optional.ofNullable(rows.get(sequence))
                .map(row -> HashChain.alone(layout.journal(), row))
                .orElseThrow(() -> engine.damaged("event %d is missing".formatted(sequence)));
    }

    /**
     * What all events fold to, by themselves: the tables are not asked.
     *
     * @throws VmException JournalDamaged or JournalTooNew, with the number of the first event that is not right
     */
    Inventory fold() {
        var fold = new Fold();
        forEach(1, recorded -> HashChain.fold(layout.journal(), fold, recorded));
        return fold.inventory();
    }

    /**
     * Checks the newest events, each against the one before it. Where there are no others, or some are missing,
     * everything is checked, so as to name the first that is not right.
     *
     * @throws VmException JournalDamaged or JournalTooNew, with the number of that event
     */
    public void checkEnd() {
        long last = head().sequence();
        if (last <= CHECKED_AT_THE_END || query(events::count) != last) {
            fold();
        } else {
            forEach(last - CHECKED_AT_THE_END + 1, _ -> {});
        }
    }

    /** Writes every event as its line, right or wrong. */
    public void writeLines(LogFile.Writer lines) {
        query(() -> allLines(line -> lines.add(line) > 0));
    }

    /** Looks at an event as its line, right or wrong. */
    public interface LineCheck {
        boolean holds(EventLine line) throws SQLException;
    }

    /** Whether the check holds for every event, up to the first for which it does not. */
    public boolean allLines(LineCheck check) throws SQLException {
        List<EventRow> page = page(Long.MIN_VALUE);
        while (!page.isEmpty()) {
            for (EventRow row : page) {
                if (!check.holds(row.line())) {
                    return false;
                }
            }
            long last = page.getLast().sequence();
            page = last == Long.MAX_VALUE ? List.of() : page(last + 1);
        }
        return true;
    }

    /** The hash of the first event. */
    public Optional<RootId> identity() {
        return event(1).map(first -> new RootId(first.hash()));
    }

    private Head headBefore(long sequence) {
        return Head.of(page(sequence - 1).stream().findFirst().filter(row -> row.sequence() == sequence - 1));
    }

    /** The newest event. It is the one link of the chain that is checked at every opening. */
    public Optional<EventRow> last() {
        Optional<EventRow> last = query(events::last);
        if (last.isPresent() && !last.get().line().isIntact()) {
            throw engine.damaged(
                    "event %d: its hash is not that of its content".formatted(last.get().sequence()));
        }
        return last;
    }

    private List<EventRow> page(long sequence) {
        return query(() -> events.page(sequence));
    }

    private void sync() throws SQLException {
        engine.sync(connection);
    }

    private interface Update {
        void run() throws SQLException;
    }

    private void update(Update update) {
        query(() -> {
            update.run();
            return connection;
        });
    }

    interface Query<T> {
        T run() throws SQLException;
    }

    /** Runs a query; what it cannot read is damage. */
    <T> T query(Query<T> query) {
        try {
            return query.run();
        } catch (SQLException failure) {
            throw engine.problem(failure);
        } catch (UnreadableText | IllegalArgumentException unreadable) {
            throw engine.damaged(unreadable.getMessage());
        } catch (VmException refused) {
            throw engine.damaged(UnreadableText.of(refused).getMessage());
        }
    }

    /** If we die before or in this, the database opens again with everything that was committed. */
    @Override
    public void close() {
        try {
            engine.close(connection);
        } catch (SQLException failure) {
            // Everything acknowledged is durable since its append; a full disk can make closing fail.
            abandon(failure);
        }
    }

    /** Leaves the database as it is, after a failure: whatever is written now rests on a write that went wrong. */
    void abandon(Throwable failure) {
        engine.abandon(connection, failure);
    }
}
