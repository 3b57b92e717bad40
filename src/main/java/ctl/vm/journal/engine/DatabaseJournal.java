package ctl.vm.journal.engine;

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
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.RootId;
import ctl.vm.inventory.value.SnapshotName;
import ctl.vm.inventory.value.VmName;
import ctl.vm.journal.Journal;
import ctl.vm.journal.chain.Head;
import ctl.vm.journal.file.JournalFolder;
import ctl.vm.journal.file.JournalLock;
import ctl.vm.journal.listing.InventoryCache;
import ctl.vm.journal.listing.ListingFile;
import ctl.vm.journal.mirror.Mirror;
import ctl.vm.journal.mirror.MirrorFeed;
import ctl.vm.journal.mirror.MirrorNames;
import ctl.vm.journal.mirror.MirrorState;
import ctl.vm.problem.Busy;
import ctl.vm.problem.VmException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The journal of a root folder, kept in a database with a mirror of JSON lines in the folder.
 *
 * <p>What holds at every instant, also after a power cut:
 * <ul>
 * <li>the database is the authority; the mirror holds every acknowledged event, and never one that the database lacks;
 * <li>the database lacks no event before one that it has, and its projections are what its events fold to;
 * <li>the listing is right, or is not used.
 * </ul>
 * The database is open only for an append, a query or a {@link #writeSession}, and not at all while the listing will
 * do. Several threads may use one of these; a write session keeps the others waiting.
 */
public abstract class DatabaseJournal implements Journal {

    /** A server that is away may let each question wait until its time is up. */
    private static final Duration NOT_ASKED_AGAIN = Duration.ofSeconds(10);

    private final Engine engine;
    private final JournalFolder folder;
    private final Supplier<Actor> actor;
    private final Clock clock;
    private final Duration deadline;
    private final Consumer<String> warnings;
    private final ListingFile listing;
    /** What was shown without the server that has the journal, and when: a command asks several times. */
    private Optional<Latest> withoutServer = Optional.empty();
    private long withoutServerSinceNanos;
    private final ReentrantLock threads = new ReentrantLock();
    private Optional<WriteSession> writeSession = Optional.empty();
    private boolean hasAppended;
    private Runnable afterAppending = () -> {};

    /**
     * @param engine the same for all that use this root in this process
     * @param deadline how long to wait for other processes, each time
     * @param warnings is given a line for what the user should look at
     */
    protected DatabaseJournal(Engine engine, Supplier<Actor> actor, Clock clock, Duration deadline,
            Consumer<String> warnings) {
        this.engine = engine;
        this.folder = engine.folder();
        this.actor = actor;
        this.clock = clock;
        this.deadline = deadline;
        this.warnings = warnings;
        this.listing = new ListingFile(folder);
    }

    /** Has this done after each write session that has appended something, when other processes may write again. */
    public void afterAppending(Runnable act) {
        afterAppending = act;
    }

    @Override
    public void getReady() {
        engine.getReady();
    }

    @Override
    public Recorded append(OperationId operation, Event event) {
        return inWriteSession(running -> {
            Recorded recorded = running.append(operation, event);
            hasAppended = true;
            return recorded;
        });
    }

    @Override
    public <T> T writeSession(Supplier<T> quick) {
        return inWriteSession(_ -> quick.get());
    }

    @Override
    public Inventory inventory() {
        return inventory(deadline);
    }

    /** Being in use is no trouble where the mirror shows everything that has been acknowledged. */
    @Override
    public Latest latest() {
        if (withoutServer.isPresent() && System.nanoTime() - withoutServerSinceNanos < NOT_ASKED_AGAIN.toNanos()) {
            return withoutServer.get();
        }
        try {
            return new Latest(inventory(Duration.ZERO), Optional.empty());
        } catch (VmException failure) {
            Latest mirrored = listing.readWithMirror();
            if (engine.isShared()) {
                warnings.accept("shown is what the mirror of the journal holds, which was written to last at %s"
                        .formatted(writtenToMirror()));
                withoutServerSinceNanos = System.nanoTime();
                withoutServer = Optional.of(new Latest(mirrored.inventory(), Optional.of(failure.problem())));
                return withoutServer.get();
            }
            return failure.problem() instanceof Busy && mirrored.trouble().isEmpty()
                    ? mirrored
                    : new Latest(mirrored.inventory(), Optional.of(failure.problem()));
        }
    }

    private String writtenToMirror() {
        try {
            return folder.disk().entry(folder.layout().mirror())
                    .map(mirror -> mirror.modified().truncatedTo(ChronoUnit.SECONDS).toString())
                    .orElse("an unknown time");
        } catch (UncheckedIOException unreadable) {
            return "an unknown time";
        }
    }

    @Override
    public void events(long sequence, Consumer<Recorded> reader) {
        reading(open -> {
            open.forEach(sequence, reader);
            return open;
        });
    }

    @Override
    public Optional<Recorded> event(long sequence) {
        return reading(open -> open.event(sequence)).flatMap(found -> found);
    }

    @Override
    public void entries(AuditFilter selection, Predicate<AuditEntry> wantsMore) {
        reading(open -> {
            open.entries(selection, wantsMore);
            return open;
        });
    }

    @Override
    public Map<VmName, Vm> gone(Set<VmName> names) {
        return names.isEmpty() ? Map.of() : reading(open -> open.gone(names)).orElse(Map.of());
    }

    @Override
    public Set<VmName> remembered() {
        return MirrorNames.of(folder).vms();
    }

    @Override
    public Set<SnapshotName> remembered(VmName vm) {
        return MirrorNames.of(folder).snapshots(vm);
    }

    @Override
    public Set<OperationId> known(Set<OperationId> operations) {
        return operations.isEmpty() ? Set.of() : reading(open -> open.known(operations)).orElse(Set.of());
    }

    @Override
    public Map<ImageName, KnownContent> contents(long vm, Collection<ImageFacts> images) {
        return reading(open -> open.contents(vm, images)).orElse(Map.of());
    }

    @Override
    public Descent descent(long vm) {
        return reading(open -> open.descent(vm)).orElse(new Descent(Set.of(), List.of()));
    }

    @Override
    public Map<Long, Ancestor> ancestors(Set<Long> vms) {
        return vms.isEmpty() ? Map.of() : reading(open -> open.ancestors(vms)).orElse(Map.of());
    }

    @Override
    public Feed feed(OptionalLong after) {
        return new MirrorFeed(folder, after);
    }

    @Override
    public Seal seal() {
        return reading(OpenJournal::head).orElse(Head.BEGINNING).seal();
    }

    /** The mirror is asked first: for that, the database stays closed. */
    @Override
    public Optional<RootId> identity() {
        return folder.explained(() -> new Mirror(folder).identity())
                .or(() -> reading(OpenJournal::identity).flatMap(first -> first));
    }

    @Override
    public <T> Optional<T> tables(Function<Tables, T> reader) {
        return reading(open -> reader.apply(open.tables()));
    }

    /** Empty where there is no journal yet. */
    private <T> Optional<T> reading(Function<OpenJournal, T> question) {
        return exclusively(() -> {
            if (writeSession.isPresent()) {
                return writeSession.get().reading(question);
            }
            if (engine.isAbsent()) {
                return Optional.empty();
            }
            boolean untouched = listing.current().isPresent();
            Optional<InventoryCache.Identity> before = InventoryCache.Identity.of(folder);
            try (OpenJournal open = new JournalOpener(engine).forReading(untouched, deadline)) {
                T answer = question.apply(open);
                if (!untouched && !JournalLock.isWanted(folder)) {
                    refreshListing(open, open.content(), before);
                }
                return Optional.of(answer);
            }
        });
    }

    private Inventory inventory(Duration patience) {
        return exclusively(() -> {
            if (writeSession.isPresent()) {
                return writeSession.get().inventory();
            }
            if (engine.isAbsent()) {
                return Inventory.EMPTY;
            }
            if (engine.isShared()) {
                return read(patience);
            }
            return listing.current().map(InventoryCache::inventory)
                    .or(this::besideWriter)
                    .orElseGet(() -> read(patience));
        });
    }

    /**
     * While another process writes, the listing is behind by what stands in the mirror, and no opening of the database
     * is needed to know that. Otherwise that process is done by now, or died.
     */
    private Optional<Inventory> besideWriter() {
        return JournalLock.isWanted(folder)
                ? listing.withMirror()
                : listing.current().map(InventoryCache::inventory);
    }

    private Inventory read(Duration patience) {
        Optional<InventoryCache.Identity> before = InventoryCache.Identity.of(folder);
        Optional<InventoryCache> current = listing.current();
        try (OpenJournal open = new JournalOpener(engine).forReading(current.isPresent(), patience)) {
            if (current.isPresent() && current.get().head().equals(open.head())) {
                return current.get().inventory();
            }
            InventoryCache.Content content = open.content();
            refreshListing(open, content, before);
            return content.inventory();
        }
    }

    /**
     * Where nobody has written since before the content was read, and nobody wants to. A command that finds a listing
     * current relies on the names being durable.
     *
     * @param before what the files looked like before the database was opened
     */
    private void refreshListing(
            OpenJournal open, InventoryCache.Content content, Optional<InventoryCache.Identity> before) {
        JournalLock.tryTake(folder).ifPresent(taken -> {
            try (taken) {
                if (InventoryCache.Identity.of(folder).equals(before)
                        && open.mirrorState() instanceof MirrorState.InStep) {
                    folder.syncNames();
                    listing.write(content);
                }
            } catch (UncheckedIOException ignored) {
                // It only makes the next listing quicker.
            }
        });
    }

    private <T> T inWriteSession(Function<WriteSession, T> quick) {
        return exclusively(() -> {
            if (writeSession.isPresent()) {
                return quick.apply(writeSession.get());
            }
            try (var begun = new WriteSession(engine, listing, actor.get(), clock, deadline, warnings)) {
                writeSession = Optional.of(begun);
                return quick.apply(begun);
            } finally {
                writeSession = Optional.empty();
                if (hasAppended) {
                    hasAppended = false;
                    afterAppending.run();
                }
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
}
