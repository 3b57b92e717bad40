package ctl.vm.team;

import ctl.vm.inventory.Fold;
import ctl.vm.inventory.ImpossibleEvent;
import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.audit.Seal;
import ctl.vm.inventory.drift.IntegrityError.Kind;
import ctl.vm.inventory.drift.IntegrityError.Place;
import ctl.vm.inventory.drift.IntegrityError;
import ctl.vm.inventory.value.RootId;
import ctl.vm.inventory.value.Sha256;
import ctl.vm.journal.ProgressListener;
import ctl.vm.journal.chain.EventLine;
import ctl.vm.journal.file.JournalFolder;
import ctl.vm.journal.json.EventName;
import ctl.vm.journal.mirror.Mirror;
import ctl.vm.journal.mirror.MirrorLines;
import ctl.vm.journal.sql.TableCheck;
import ctl.vm.problem.Failure;
import ctl.vm.problem.VmException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a team's server can testify to: the events of a root as they were when they were shipped. It holds the root's
 * journal against them, event by event, and checks what is on the server by itself: the chain of hashes, and the rows
 * of the other tables, which the root wrote, against what the events give.
 *
 * <p>It changes nothing, and a long journal takes no more memory than a short one. What is shipped while it reads is
 * looked at as well.
 */
public final class Witness {

    private static final int PAGE_EVENTS = 2000;

    /** About, as progress is shown by it. */
    private static final long LINE_BYTES = 700;

    private final TeamDatabase database;
    private final ProgressListener progress;

    public Witness(TeamDatabase database, ProgressListener progress) {
        this.database = database;
        this.progress = progress;
    }

    /**
     * What came of it for one root.
     *
     * @param root what people call it
     * @param events of it that are on the server
     * @param seal of the last of them
     * @param unshipped events of the journal that are not there yet; 0 where no journal was held against them
     * @param rowsUnchecked why the rows of the other tables were not compared, where they were not
     * @param errors what is not as it was shipped
     */
    public record Report(String root, long events, Seal seal, long unshipped, Optional<String> rowsUnchecked,
            List<IntegrityError> errors) {
        public Report {
            errors = List.copyOf(errors);
        }
    }

    /**
     * A root, as its own journal has it.
     *
     * @param id empty where the journal has no events
     * @param name under which it has joined
     */
    public record Own(Optional<RootId> id, String name, JournalFolder journal) {}

    /**
     * Holds the journal of a root against what was shipped of it. The login must be the one that ships it, or one that
     * reads everything.
     *
     * @param seal of the journal, to be found on the server as well, if so much is shipped
     */
    public Report own(Own own, Optional<Seal> seal) {
        return report(connection -> {
            Shipped byId = own.id().isPresent()
                    ? Shipped.of(connection, "id", own.id().get().text())
                    : Shipped.NONE;
            return byId.isKnown() ? compare(connection, byId, own, seal) : unknown(connection, own);
        });
    }

    /** Checks what the server has of a root. @param seal that was kept elsewhere, to be found there */
    public Report shipped(TeamRoot root, Optional<Seal> seal) {
        return report(connection -> {
            var check = new Check(connection, Shipped.of(connection, "name", root.name()), Optional.empty(), seal);
            check.run();
            return check.report(0);
        });
    }

    private Report compare(Connection connection, Shipped shipped, Own own, Optional<Seal> seal) throws SQLException {
        try (MirrorLines lines = new Mirror(own.journal()).read()) {
            var check = new Check(connection, shipped, Optional.of(lines), seal);
            check.run();
            long last = new EventLine(new Mirror(own.journal()).tail().last()).sequence().orElse(0);
            return check.report(Math.max(0, last - check.sequence));
        }
    }

    /** A journal that begins otherwise than it did is not known any more; its name is. */
    private static Report unknown(Connection connection, Own own) throws SQLException {
        Shipped byName = Shipped.of(connection, "name", own.name());
        String words = byName.isKnown()
                ? ("the journal does not begin with the event that it began with when %s joined: on the server, %s"
                        + " has %d events, and another identity").formatted(own.name(), own.name(), byName.sequence())
                : "the server knows neither this root nor one that is called %s".formatted(own.name());
        return new Report(own.name(), byName.sequence(), byName.seal(), 0, Optional.empty(),
                List.of(IntegrityError.of(Place.JOURNAL, Kind.DIFFERENT, 1, words)));
    }

    private interface Question {
        Report ask(Connection connection) throws SQLException;
    }

    private Report report(Question question) {
        List<Report> report = new ArrayList<>();
        database.onConnection(connection -> report.add(question.ask(connection)));
        return report.getFirst();
    }

    /**
     * What is on the server of a root.
     *
     * @param number of the root in the tables, where the login may read them; otherwise it asks the functions for those
     *     who ship
     */
    private record Shipped(Optional<Integer> number, String id, String name, long sequence, String hash,
            long localSequence) {

        static final Shipped NONE = new Shipped(Optional.empty(), "", "", 0, Sha256.ZERO.hex(), 0);

        static Shipped of(Connection connection, String column, String value) throws SQLException {
            boolean isReader = one(connection, "SELECT has_table_privilege('ctl_team.event', 'SELECT')",
                    row -> row.getBoolean(1)).orElseThrow();
            if (isReader) {
                return one(connection, """
                        SELECT number, id, name, sequence, hash, local_sequence FROM ctl_team.root
                        WHERE %s = ?""".formatted(column),
                        row -> new Shipped(Optional.of(row.getInt(1)), row.getString(2), row.getString(3),
                                row.getLong(4), row.getString(5), row.getLong(6)),
                        value).orElse(NONE);
            }
            Optional<String> id = column.equals("id")
                    ? Optional.of(value)
                    : one(connection, "SELECT id FROM ctl_team.shipped_under(?) AS id WHERE id IS NOT NULL",
                            row -> row.getString(1), value);
            return id.isEmpty()
                    ? NONE
                    : one(connection, """
                            SELECT name, sequence, hash FROM ctl_team.shipped(?) WHERE name IS NOT NULL""",
                            row -> new Shipped(Optional.empty(), id.get(), row.getString(1), row.getLong(2),
                                    row.getString(3), 0),
                            id.get()).orElse(NONE);
        }

        boolean isKnown() {
            return !id.isEmpty();
        }

        Seal seal() {
            return new Seal(sequence, new Sha256(hash));
        }

        List<ShippedEvent> page(Connection connection, long behind) throws SQLException {
            return number.isPresent()
                    ? TeamDatabase.query(connection, """
                            SELECT sequence, hash, line, received FROM ctl_team.event
                            WHERE root = ? AND sequence > ? ORDER BY sequence LIMIT ?""",
                            ShippedEvent::of, number.get(), behind, PAGE_EVENTS)
                    : TeamDatabase.query(connection,
                            "SELECT sequence, hash, line, received FROM ctl_team.shipped_events(?, ?, ?)",
                            ShippedEvent::of, id, behind, PAGE_EVENTS);
        }
    }

    /** A row of the table of events. */
    private record ShippedEvent(long sequence, String hash, EventLine line, Instant received) {

        static ShippedEvent of(ResultSet row) throws SQLException {
            return new ShippedEvent(row.getLong(1), row.getString(2), new EventLine(row.getString(3)),
                    TeamDatabase.time(row, 4));
        }
    }

    /** One pass over the events of a root on the server, beside those of its journal where that is at hand. */
    private final class Check {

        private final Connection connection;
        private Shipped shipped;
        private final Optional<MirrorLines> journal;
        private final Optional<Seal> seal;
        private final List<IntegrityError> errors = new ArrayList<>();
        private final CheckedEvents chain;
        private final Fold fold = new Fold();
        private final Optional<TableCheck> tables;
        private Optional<String> rowsUnchecked = Optional.empty();
        private boolean isChainWhole = true;
        private boolean isJournalSame = true;
        /** Number and hash of the last event that was looked at. */
        private long sequence;
        private String hash = Sha256.ZERO.hex();

        Check(Connection connection, Shipped shipped, Optional<MirrorLines> journal, Optional<Seal> seal) {
            this.connection = connection;
            this.shipped = shipped;
            this.journal = journal;
            this.seal = seal;
            this.chain = new CheckedEvents(shipped.name());
            this.tables = shipped.number()
                    .map(number -> TableCheck.ofRoot(connection, TeamSchema.NAME, number));
        }

        /** The rows are compared as they stand at one moment, behind events that are there at that moment. */
        void run() throws SQLException {
            progress.begin("check what %s has shipped".formatted(shipped.name()), shipped.sequence() * LINE_BYTES);
            readEvents();
            connection.setAutoCommit(false);
            try {
                connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
                shipped = Shipped.of(connection, "id", shipped.id());
                readEvents();
                checkEnd();
                checkRows();
                endTransaction();
            } catch (SQLException | RuntimeException failure) {
                // Where the connection is gone, that is not to hide what came first.
                try {
                    endTransaction();
                } catch (SQLException again) {
                    failure.addSuppressed(again);
                }
                throw failure;
            }
        }

        private void endTransaction() throws SQLException {
            connection.rollback();
            connection.setAutoCommit(true);
        }

        private void readEvents() throws SQLException {
            List<ShippedEvent> page = shipped.page(connection, sequence);
            while (!page.isEmpty()) {
                for (ShippedEvent event : page) {
                    next(event);
                }
                progress.advance(page.size() * LINE_BYTES);
                page = shipped.page(connection, sequence);
            }
        }

        private void next(ShippedEvent event) throws SQLException {
            if (isChainWhole) {
                checkLink(event);
            }
            if (journal.isPresent() && isJournalSame) {
                compare(event, journal.get());
            }
            sequence = event.sequence();
            hash = event.hash();
            if (seal.filter(sealed -> sealed.sequence() == sequence && !sealed.hash().hex().equals(hash)).isPresent()) {
                add(Place.TEAM, Kind.UNSEALED, sequence, "event %d on the server is not the one that was sealed",
                        sequence);
            }
        }

        private void checkLink(ShippedEvent event) throws SQLException {
            try {
                Recorded recorded = chain.next(event.line());
                if (!recorded.hash().equals(event.hash()) || recorded.sequence() != event.sequence()) {
                    throw CheckedEvents.damaged(shipped.name(),
                            "event %d: its row names another event".formatted(event.sequence()));
                }
                Fold.Change change = fold.next(recorded);
                if (tables.isPresent()) {
                    tables.get().next(change);
                }
            } catch (VmException broken) {
                if (!(broken.problem() instanceof Failure.TeamDamaged damaged)) {
                    throw broken;
                }
                brokenAt(event, Kind.EDITED, damaged.reason());
            } catch (ImpossibleEvent impossible) {
                brokenAt(event, Kind.IMPOSSIBLE, impossible.getMessage());
            }
        }

        private void brokenAt(ShippedEvent event, Kind kind, String reason) {
            isChainWhole = false;
            add(Place.TEAM, kind, event.sequence(), "on the server, %s", reason);
        }

        /** Only the first difference is told: all events behind it follow it, and differ as well. */
        private void compare(ShippedEvent event, MirrorLines lines) {
            Optional<EventLine> own = lines.next();
            if (own.isEmpty()) {
                isJournalSame = false;
                add(Place.JOURNAL, Kind.REMOVED, event.sequence(),
                        "the journal ends with event %d, and event %d was shipped at %s: what followed was taken out",
                        sequence, event.sequence(), moment(event.received()));
            } else if (!own.get().equals(event.line())) {
                isJournalSame = false;
                add(Place.JOURNAL, Kind.DIFFERENT, event.sequence(),
                        "event %d is not the one that was shipped at %s: that is %s, and the journal has %s",
                        event.sequence(), moment(event.received()), describe(event.line()), describe(own.get()));
            }
        }

        private void checkEnd() {
            if (sequence != shipped.sequence() || !hash.equals(shipped.hash())) {
                isChainWhole = false;
                add(Place.TEAM, Kind.REMOVED, Math.min(sequence, shipped.sequence()) + 1,
                        "on the server, the last event is %d, and event %d was the last to be shipped", sequence,
                        shipped.sequence());
            }
            if (journal.isEmpty() && seal.filter(sealed -> sealed.sequence() > sequence).isPresent()) {
                add(Place.TEAM, Kind.UNSEALED, seal.get().sequence(),
                        "the server has events up to %d, and the seal is of event %d", sequence, seal.get().sequence());
            }
        }

        private void checkRows() throws SQLException {
            if (tables.isEmpty()) {
                rowsUnchecked = Optional.of("this login may not read them");
            } else if (!isChainWhole) {
                rowsUnchecked = Optional.of("the events are not right");
            } else if (shipped.localSequence() > shipped.sequence()) {
                rowsUnchecked = Optional.of("%s has not shipped all of its events".formatted(shipped.name()));
            } else {
                tables.get().differences(fold.inventory()).forEach(words -> errors.add(
                        IntegrityError.of(Place.TEAM, Kind.EDITED, "on the server, " + words)));
            }
        }

        Report report(long unshipped) {
            return new Report(shipped.name(), sequence, new Seal(sequence, new Sha256(hash)), unshipped, rowsUnchecked,
                    errors);
        }

        private void add(Place place, Kind kind, long event, String words, Object... values) {
            errors.add(IntegrityError.of(place, kind, event, words.formatted(values)));
        }
    }

    private static String moment(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** What happened, when and by whom, as far as a line can be read. */
    private static String describe(EventLine line) {
        try {
            Recorded recorded = line.recorded();
            return "%s of %s by %s".formatted(
                    EventName.of(recorded.event()).text(), moment(recorded.time()),
                    recorded.actor().user());
        } catch (RuntimeException unreadable) {
            return "no event that can be read";
        }
    }

    private static <T> Optional<T> one(Connection connection, String sql, TeamDatabase.Row<T> reader,
            Object... parameters) throws SQLException {
        return TeamDatabase.query(connection, sql, reader, parameters).stream().findFirst();
    }
}
