package ctl.vm.journal.h2;

import ctl.vm.inventory.Actor;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.ImpossibleEvent;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.value.Layout;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.journal.Deadline;
import ctl.vm.journal.file.JournalLock;
import ctl.vm.journal.listing.InventoryCache;
import ctl.vm.journal.listing.ListingFile;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The time in which this process alone may write to the journal. The database is opened when it is needed for the first
 * time: who finds a request refused by what the listing says has not waited for H2.
 */
final class WriteSession implements AutoCloseable {

    private final Layout layout;
    private final Database database;
    private final ListingFile listing;
    private final Actor actor;
    private final Clock clock;
    private final Duration deadline;
    private final JournalLock lock;
    private Optional<WritableJournal> journal = Optional.empty();

    /** @param deadline how long to wait for other processes, each time: the burst itself may take as long as it likes */
    WriteSession(Layout layout, Database database, ListingFile listing, Actor actor, Clock clock, Duration deadline) {
        this.layout = layout;
        this.database = database;
        this.listing = listing;
        this.actor = actor;
        this.clock = clock;
        this.deadline = deadline;
        this.lock = JournalLock.take(layout, new Deadline(deadline));
    }

    Recorded append(OperationId operation, Event event) {
        WritableJournal writable = opened();
        try {
            return writable.append(operation, event);
        } catch (ImpossibleEvent impossible) {
            // Found out before anything was written.
            throw impossible;
        } catch (RuntimeException | Error failure) {
            writable.reading().abandon();
            journal = Optional.empty();
            throw failure;
        }
    }

    Inventory inventory() {
        if (journal.isEmpty()) {
            if (database.isAbsent()) {
                return Inventory.EMPTY;
            }
            Optional<InventoryCache> current = listing.current();
            if (current.isPresent()) {
                return current.get().inventory();
            }
        }
        return opened().inventory();
    }

    /** Nothing happens where there is no journal yet. */
    void reading(Consumer<OpenJournal> work) {
        if (journal.isPresent() || !database.isAbsent()) {
            work.accept(opened().reading());
        }
    }

    private WritableJournal opened() {
        if (journal.isEmpty()) {
            Optional<InventoryCache> listed = listing.current();
            OpenJournal open = new JournalOpener(layout, database).forWriting(listed.isPresent(),
                    new Deadline(deadline));
            try {
                journal = Optional.of(new WritableJournal(layout, database, open, listed, actor, clock));
            } catch (RuntimeException failure) {
                open.abandon();
                throw failure;
            }
        }
        return journal.get();
    }

    /** If we die before the lock is released, the listing is missing or is the old one, which is not believed. */
    @Override
    public void close() {
        try (JournalLock _ = lock) {
            journal.ifPresent(this::closeAndList);
        }
    }

    private void closeAndList(WritableJournal open) {
        try {
            InventoryCache.Content content = contentAtTheEnd(open);
            new Compaction(layout, database).runWhereDue();
            listing.write(content.with(InventoryCache.Identity.of(layout)));
        } catch (IOException | RuntimeException unlisted) {
            // Every event is acknowledged by now, and that must not be taken back. The old listing is not believed, so
            // that whoever comes next looks at the journal itself and finds what is wrong with it, if anything is.
        }
    }

    private static InventoryCache.Content contentAtTheEnd(WritableJournal open) {
        try (open) {
            return open.content();
        }
    }
}
