package ctl.vm.journal.h2;

import ctl.vm.inventory.Actor;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.ImageFacts;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.audit.AuditEntry;
import ctl.vm.inventory.audit.AuditFilter;
import ctl.vm.inventory.audit.Seal;
import ctl.vm.inventory.recognition.KnownContent;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.Layout;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.SnapshotName;
import ctl.vm.inventory.value.VmName;
import ctl.vm.journal.Deadline;
import ctl.vm.journal.Journal;
import ctl.vm.journal.chain.Head;
import ctl.vm.journal.file.FolderSync;
import ctl.vm.journal.file.JournalLock;
import ctl.vm.journal.listing.InventoryCache;
import ctl.vm.journal.listing.ListingFile;
import ctl.vm.journal.listing.Replay;
import ctl.vm.journal.mirror.MirrorFeed;
import ctl.vm.journal.mirror.MirrorNames;
import ctl.vm.journal.mirror.MirrorState;
import ctl.vm.journal.sql.SchemaVersion;
import ctl.vm.problem.Busy;
import ctl.vm.problem.Problem;
import ctl.vm.problem.VmException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The journal of a root folder, kept in an H2 file with a mirror of JSON lines beside it.
 *
 * <p>What holds at every instant, also after a power cut:
 * <ul>
 * <li>the database is the authority; the mirror holds every acknowledged event, and never one that the database lacks;
 * <li>the database lacks no event before one that it has, and its projections are what its events fold to;
 * <li>the listing is right, or is not believed.
 * </ul>
 * The database is open only for an append, a query or a {@link #writeSession}, and not at all while the listing will do. Several
 * threads may use one of these; a burst keeps the others waiting.
 */
public final class H2Journal implements Journal {

    /** The version of the tables that this program writes. */
    public static final int SCHEMA = SchemaVersion.KNOWN_VERSION;

    private final Layout layout;
    private final Supplier<Actor> actor;
    private final Clock clock;
    private final Duration deadline;
    private final Database database;
    private final ListingFile listing;
    private final ReentrantLock threads = new ReentrantLock();
    private Optional<WriteSession> writeSession = Optional.empty();

    /** @param deadline how long to wait for other processes, each time */
    public H2Journal(Layout layout, Supplier<Actor> actor, Clock clock, Duration deadline) {
        this.layout = layout;
        this.actor = actor;
        this.clock = clock;
        this.deadline = deadline;
        this.database = new Database(layout);
        this.listing = new ListingFile(layout);
    }

    @Override
    public void getReady() {
        database.getReady();
    }

    @Override
    public Recorded append(OperationId operation, Event event) {
        return inWriteSession(running -> running.append(operation, event));
    }

    @Override
    public <T> T writeSession(Supplier<T> quick) {
        return inWriteSession(_ -> quick.get());
    }

    @Override
    public Inventory inventory() {
        return inventory(new Deadline(deadline));
    }

    @Override
    public Latest latest() {
        try {
            return new Latest(inventory(Deadline.none()), Optional.empty());
        } catch (VmException failure) {
            return replayed(failure.problem());
        }
    }

    @Override
    public void events(long sequence, Consumer<Recorded> reader) {
        reading(open -> open.forEach(sequence, reader));
    }

    @Override
    public void entries(AuditFilter selection, Predicate<AuditEntry> wantsMore) {
        reading(open -> open.entries(selection, wantsMore));
    }

    @Override
    public Map<VmName, Vm> gone(Set<VmName> names) {
        Map<VmName, Vm> gone = new TreeMap<>();
        if (!names.isEmpty()) {
            reading(open -> gone.putAll(open.gone(names)));
        }
        return gone;
    }

    @Override
    public Set<VmName> remembered() {
        return MirrorNames.of(layout.mirror()).vms();
    }

    @Override
    public Set<SnapshotName> remembered(VmName vm) {
        return MirrorNames.of(layout.mirror()).snapshots(vm);
    }

    @Override
    public Set<OperationId> known(Set<OperationId> operations) {
        Set<OperationId> known = new TreeSet<>();
        if (!operations.isEmpty()) {
            reading(open -> known.addAll(open.known(operations)));
        }
        return known;
    }

    @Override
    public Map<ImageName, KnownContent> contents(long vm, Collection<ImageFacts> images) {
        List<Map<ImageName, KnownContent>> contents = new ArrayList<>();
        reading(open -> contents.add(open.contents(vm, images)));
        return contents.isEmpty() ? Map.of() : contents.getFirst();
    }

    @Override
    public Descent descent(long vm) {
        Descent[] descent = {new Descent(Set.of(), List.of())};
        reading(open -> descent[0] = open.descent(vm));
        return descent[0];
    }

    @Override
    public Map<Long, Ancestor> ancestors(Set<Long> vms) {
        Map<Long, Ancestor> ancestors = new TreeMap<>();
        if (!vms.isEmpty()) {
            reading(open -> ancestors.putAll(open.ancestors(vms)));
        }
        return ancestors;
    }

    @Override
    public Feed feed(OptionalLong after) {
        return MirrorFeed.behind(layout, after);
    }

    @Override
    public Seal seal() {
        Head[] head = {Head.BEGINNING};
        reading(open -> head[0] = open.head());
        return head[0].seal();
    }

    /** Nothing happens where there is no journal yet. */
    private void reading(Consumer<OpenJournal> work) {
        exclusively(() -> {
            if (writeSession.isPresent()) {
                writeSession.get().reading(work);
            } else if (!database.isAbsent()) {
                boolean untouched = listing.current().isPresent();
                try (OpenJournal open = opener().forReading(untouched, new Deadline(deadline))) {
                    work.accept(open);
                    if (!untouched && open.agreement() instanceof MirrorState.InStep) {
                        refreshListing(open.content());
                    }
                }
            }
            return null;
        });
    }

    private Inventory inventory(Deadline deadline) {
        return exclusively(() -> {
            if (writeSession.isPresent()) {
                return writeSession.get().inventory();
            }
            if (database.isAbsent()) {
                return Inventory.EMPTY;
            }
            return listing.current().map(InventoryCache::inventory).orElseGet(() -> read(deadline));
        });
    }

    private Inventory read(Deadline deadline) {
        try (OpenJournal open = opener().forReading(false, deadline)) {
            InventoryCache.Content content = open.content();
            if (open.agreement() instanceof MirrorState.InStep) {
                refreshListing(content);
            }
            return content.inventory();
        }
    }

    /**
     * While the database is open nobody writes to it, so that what its files look like now goes with the content. Whoever
     * finds a listing current relies on the names being durable.
     */
    private void refreshListing(InventoryCache.Content content) {
        JournalLock.tryTake(layout).ifPresent(taken -> {
            try (JournalLock _ = taken) {
                FolderSync.syncNames(layout);
                listing.write(content.with(InventoryCache.Identity.of(layout)));
            } catch (IOException ignored) {
                // It only makes the next listing quicker.
            }
        });
    }

    /** Being in use is no trouble where the mirror shows everything that has been acknowledged. */
    private Latest replayed(Problem trouble) {
        Latest replayed = new Replay(layout).from(listing.read().orElse(InventoryCache.NOTHING));
        return trouble instanceof Busy && replayed.trouble().isEmpty()
                ? replayed
                : new Latest(replayed.inventory(), Optional.of(trouble));
    }

    private <T> T inWriteSession(Function<WriteSession, T> quick) {
        return exclusively(() -> {
            if (writeSession.isPresent()) {
                return quick.apply(writeSession.get());
            }
            try (var begun = new WriteSession(layout, database, listing, actor.get(), clock, deadline)) {
                writeSession = Optional.of(begun);
                return quick.apply(begun);
            } finally {
                writeSession = Optional.empty();
            }
        });
    }

    private <T> T exclusively(Supplier<T> work) {
        threads.lock();
        try {
            return work.get();
        } finally {
            threads.unlock();
        }
    }

    private JournalOpener opener() {
        return new JournalOpener(layout, database);
    }
}
