package ctl.vm.team;

import ctl.vm.inventory.audit.Seal;
import ctl.vm.inventory.value.RootId;
import ctl.vm.journal.Journal;
import ctl.vm.journal.file.JournalFolder;
import ctl.vm.postgres.PostgresServer;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * A root that has joined a team: ships its events, now or as they come.
 *
 * @param server of the team
 * @param nanoTime a clock that nobody sets, and that goes on while the machine is suspended
 */
public record JoinedRoot(Membership membership, PostgresServer server, Journal journal, JournalFolder folder,
        LongSupplier nanoTime, RandomGenerator random) {

    private static final long GLANCE_MILLISECONDS = 500;

    public Shipper shipper() {
        return new Shipper(journal, server, membership.copy());
    }

    /** The server, for people: its host, port and database. */
    public String serverName() {
        return server.toString();
    }

    /** What identifies the root; empty as long as it has no events. */
    public Optional<RootId> id() {
        return membership.copy().or(journal::identity);
    }

    /** The end of its journal. */
    public Seal end() {
        return journal.seal();
    }

    /** Bytes of the lines of all events. */
    public long bytes() {
        return folder.explained(() -> folder.length(folder.layout().mirror()));
    }

    /** When the event behind this one was recorded; empty where there is none. */
    public Optional<Instant> timeBehind(long sequence) {
        try (Journal.Feed feed = journal.feed(OptionalLong.of(sequence))) {
            return feed.take().stream().findFirst().map(entry -> entry.recorded().time());
        }
    }

    /** The process that ships the events as they come. */
    public Optional<Long> shippedBy() {
        return ShippingLock.holder(folder);
    }

    /**
     * Ships the events as they come, until it is stopped. Where another process does that, it waits until that one
     * ends.
     *
     * @param waiting is called once where it has to wait
     */
    public void follow(BooleanSupplier isStopped, Runnable waiting, Follower.Listener listener) {
        boolean isWaiting = false;
        while (!isStopped.getAsBoolean()) {
            try (ShippingLock lock = ShippingLock.tryTake(folder).orElse(null); Shipper shipper = shipper()) {
                if (lock != null) {
                    follower(shipper, Follower.Terms.UNTIL_STOPPED, isStopped, listener).run();
                } else if (!isWaiting) {
                    waiting.run();
                    isWaiting = true;
                }
            }
            pause(isStopped);
        }
    }

    /**
     * Ships until there is nothing more, or for an hour in vain; not at all where another process ships. Where the root
     * gets another identity or another team meanwhile, it goes on with that, and ends where the root leaves its team.
     *
     * @param anew the root as it has joined now
     */
    public void finish(BooleanSupplier isStopped, Supplier<Optional<JoinedRoot>> anew) {
        Optional<JoinedRoot> next = Optional.of(this);
        while (next.isPresent()) {
            JoinedRoot root = next.get();
            var isChanged = new ChangeWatch(root, anew);
            root.finish(() -> isStopped.getAsBoolean() || root.isGone() || isChanged.getAsBoolean());
            next = isStopped.getAsBoolean() || root.isGone()
                    ? Optional.empty()
                    : anew.get().filter(now -> !now.membership().equals(root.membership()));
        }
    }

    /** Whether the root has joined in another way since, which is looked up once a second. */
    private static final class ChangeWatch implements BooleanSupplier {

        private static final long SECOND = 1_000_000_000;

        private final JoinedRoot root;
        private final Supplier<Optional<JoinedRoot>> anew;
        private long lastLook;
        private boolean isChanged;

        ChangeWatch(JoinedRoot root, Supplier<Optional<JoinedRoot>> anew) {
            this.root = root;
            this.anew = anew;
            this.lastLook = root.nanoTime.getAsLong();
        }

        @Override
        public boolean getAsBoolean() {
            long now = root.nanoTime.getAsLong();
            if (!isChanged && now - lastLook >= SECOND) {
                lastLook = now;
                isChanged = !anew.get().map(JoinedRoot::membership).equals(Optional.of(root.membership()));
            }
            return isChanged;
        }
    }

    private void finish(BooleanSupplier isStopped) {
        Optional<ShippingLock> lock = ShippingLock.tryTake(folder);
        while (lock.isPresent()) {
            try (Shipper shipper = shipper()) {
                Follower follower = follower(shipper, Follower.Terms.UNTIL_DONE,
                        isStopped, Follower.Listener.NONE);
                try (ShippingLock _ = lock.get()) {
                    follower.run();
                }
                // Recorded just before the lock was free: the process that did so has left it to this one.
                lock = follower.hasMore() ? ShippingLock.tryTake(folder) : Optional.empty();
            }
        }
    }

    /** The root was removed, or its filesystem unmounted. */
    private boolean isGone() {
        return folder.isMissing(folder.layout().shippingLock());
    }

    private Follower follower(Shipper shipper, Follower.Terms terms, BooleanSupplier isStopped,
            Follower.Listener listener) {
        return new Follower(shipper, terms, isStopped, listener, nanoTime, random);
    }

    private static void pause(BooleanSupplier isStopped) {
        if (!isStopped.getAsBoolean()) {
            try {
                Thread.sleep(GLANCE_MILLISECONDS);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while it waits", interrupted);
            }
        }
    }
}
