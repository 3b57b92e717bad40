package ctl.vm.journal.postgres;

import ctl.vm.inventory.value.OperationId;
import ctl.vm.journal.Leases;
import ctl.vm.problem.Busy;
import ctl.vm.problem.Problem;
import ctl.vm.problem.VmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Leases as rows of the root's schema. It has a connection of its own, which is opened when the first lease is taken, and
 * a thread that renews what is held.
 *
 * <p>Who takes leases has an advisory lock until the transaction ends, so that two never look at the same rows. Who takes
 * one over has its row locked while the folder is fenced: an append of the earlier holder waits for that, and is refused
 * then. If the process dies meanwhile, the row says what it said before, and the next one fences again.
 */
public final class PostgresLeases implements Leases, AppendGuard {

    /** How long a lease holds without being renewed. */
    private static final Duration USUAL_TIME = Duration.ofMinutes(1);

    /** For tests: how long in seconds. */
    private static final String VARIABLE = "CTL_LEASE_SECONDS";

    private static final int RENEWALS_IN_TIME = 3;

    /** Whether the server has the connection of the holder of the lease {@code l}. */
    private static final String IS_CONNECTED = """
            EXISTS (SELECT FROM pg_locks k WHERE k.locktype = 'advisory' AND k.objsubid = 1 AND k.granted
                AND k.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                AND ((k.classid::BIGINT << 32) | k.objid::BIGINT) = l.session)""";

    private static final String IS_MINE = "operation = ? AND epoch = ? AND session = ?";

    private final Supplier<PostgresDatabase> database;
    private final Holding holding;
    private final Duration time;
    private final long session = ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);
    private final Map<OperationId, Long> held = new ConcurrentHashMap<>();
    /** When the last renewal began that succeeded, by {@link System#nanoTime}. */
    private final Map<OperationId, Long> renewed = new ConcurrentHashMap<>();
    private final Map<OperationId, Problem> lost = new ConcurrentHashMap<>();
    private Optional<Connection> open = Optional.empty();
    private boolean isRenewing;

    /**
     * Who holds leases here.
     *
     * @param kernel tells the kernel of this host, since its boot, from any other
     */
    public record Holding(String host, String kernel, long pid) {}

    /** @param database asked for when the first lease is taken; @param time how long a lease holds without being renewed */
    public PostgresLeases(Supplier<PostgresDatabase> database, Holding holding, Duration time) {
        this.database = database;
        this.holding = holding;
        this.time = time;
    }

    /** How long a lease holds: the usual time, unless the environment says otherwise. */
    public static Duration time(Map<String, String> environment) {
        String seconds = environment.getOrDefault(VARIABLE, "");
        return seconds.matches("[1-9][0-9]{0,5}") ? Duration.ofSeconds(Long.parseLong(seconds)) : USUAL_TIME;
    }

    @Override
    public long hold(OperationId operation, List<Claim> claims, boolean isHostDown, Fence fence) {
        long begin = System.nanoTime();
        long epoch = inTransaction(connection -> {
            lockLeases(connection);
            for (Row row : inTheWay(connection, claims)) {
                boolean isOver = row.isExpired && !row.isConnected;
                boolean isSaidToBeDown = isHostDown && row.operation.equals(operation);
                if (row.isHere) {
                    // We have the lock of the kernel that its process had: that one has died.
                    free(connection, row.operation, row.epoch);
                } else if (isOver || isSaidToBeDown) {
                    free(connection, row.operation, fence.next(row.operation, row.epoch));
                } else {
                    throw new Busy.HeldElsewhere(
                            describe(claims), row.operation.text(), row.holder.host(), row.holder.pid(),
                            row.holder.since(), row.holder.until(), row.isExpired).thrown();
                }
            }
            Optional<Long> known = epoch(connection, operation);
            long own = known.isPresent() ? known.get() : fence.next(operation, 0);
            take(connection, operation, own, claims);
            return own;
        });
        lost.remove(operation);
        renewed.put(operation, begin);
        held.put(operation, epoch);
        renewFromNowOn();
        return epoch;
    }

    private static String describe(List<Claim> claims) {
        String vms = claims.stream().map(Claim::name).filter(name -> name.startsWith("vm/"))
                .map(name -> name.substring(3)).sorted().collect(Collectors.joining(" or "));
        return vms.isEmpty() ? "it" : vms;
    }

    /** @param isHere whether its process is, or was, one of this kernel */
    private record Row(OperationId operation, long epoch, Holder holder, boolean isExpired, boolean isConnected,
            boolean isHere) {}

    private static void lockLeases(Connection connection) throws SQLException {
        try (Statement lock = connection.createStatement()) {
            lock.execute("SELECT pg_advisory_xact_lock(hashtextextended('lease ' || current_schema(), 0))");
        }
    }

    private List<Row> inTheWay(Connection connection, List<Claim> claims) throws SQLException {
        String sql = """
                SELECT l.operation, l.epoch, l.host, l.process, l.since, l.until, l.kernel = ? AS here,
                    l.until < clock_timestamp() AS expired, %s AS connected
                FROM lease l WHERE l.host IS NOT NULL AND EXISTS (
                    SELECT FROM lease_claim c WHERE c.operation = l.operation
                    AND c.name = ANY (?) AND NOT (c.shared AND c.name = ANY (?)))
                ORDER BY l.operation FOR UPDATE OF l""".formatted(IS_CONNECTED);
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setString(1, holding.kernel());
            select.setArray(2, names(connection, claims));
            select.setArray(3, names(connection, claims.stream().filter(Claim::shared).toList()));
            List<Row> rows = new ArrayList<>();
            try (ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    rows.add(new Row(new OperationId(found.getString("operation")), found.getLong("epoch"),
                            holder(found), found.getBoolean("expired"), found.getBoolean("connected"),
                            found.getBoolean("here")));
                }
            }
            return rows;
        }
    }

    private static java.sql.Array names(Connection connection, List<Claim> claims) throws SQLException {
        return connection.createArrayOf("varchar", claims.stream().map(Claim::name).toArray());
    }

    private static Holder holder(ResultSet found) throws SQLException {
        return new Holder(
                found.getString("host"), found.getLong("process"), instant(found, "since"), instant(found, "until"),
                found.getBoolean("here"));
    }

    private static Instant instant(ResultSet found, String column) throws SQLException {
        return found.getObject(column, OffsetDateTime.class).toInstant();
    }

    private static Optional<Long> epoch(Connection connection, OperationId operation) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT epoch FROM lease WHERE operation = ? FOR UPDATE")) {
            select.setString(1, operation.text());
            try (ResultSet found = select.executeQuery()) {
                return found.next() ? Optional.of(found.getLong(1)) : Optional.empty();
            }
        }
    }

    private static void free(Connection connection, OperationId operation, long epoch) throws SQLException {
        update(connection, """
                UPDATE lease SET epoch = ?, host = NULL, kernel = NULL, process = NULL, session = NULL, since = NULL,
                    until = NULL
                WHERE operation = ?""", epoch, operation.text());
        update(connection, "DELETE FROM lease_claim WHERE operation = ?", operation.text());
    }

    private void take(Connection connection, OperationId operation, long epoch, List<Claim> claims)
            throws SQLException {
        update(connection, """
                INSERT INTO lease (operation, epoch, host, kernel, process, session, since, until)
                VALUES (?, ?, ?, ?, ?, ?, clock_timestamp(), clock_timestamp() + ? * INTERVAL '1 millisecond')
                ON CONFLICT (operation) DO UPDATE SET host = excluded.host, kernel = excluded.kernel,
                    process = excluded.process, session = excluded.session, since = excluded.since,
                    until = excluded.until""",
                operation.text(), epoch, holding.host(), holding.kernel(), holding.pid(), session, time.toMillis());
        for (Claim claim : claims) {
            update(connection, "INSERT INTO lease_claim (operation, name, shared) VALUES (?, ?, ?)",
                    operation.text(), claim.name(), claim.shared());
        }
    }

    private static int update(Connection connection, String sql, Object... values) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(sql)) {
            for (int at = 0; at < values.length; at++) {
                update.setObject(at + 1, values[at]);
            }
            return update.executeUpdate();
        }
    }

    @Override
    public void requireHeld(OperationId operation) {
        if (held.containsKey(operation)) {
            inTransaction(connection -> {
                check(connection, operation);
                return operation;
            });
        }
    }

    /** Waits for who is taking the operation over, and thereby fencing it, right now. */
    @Override
    public void check(Connection connection, OperationId operation) throws SQLException {
        Long epoch = held.get(operation);
        if (epoch == null) {
            // It takes no locks: nobody can take it over.
            return;
        }
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT FROM lease WHERE %s FOR SHARE".formatted(IS_MINE))) {
            select.setString(1, operation.text());
            select.setLong(2, epoch);
            select.setLong(3, session);
            try (ResultSet found = select.executeQuery()) {
                if (!found.next()) {
                    throw new Busy.TakenOver(operation.text()).thrown();
                }
            }
        }
    }

    @Override
    public Optional<Problem> lost(OperationId operation) {
        return Optional.ofNullable(lost.get(operation));
    }

    @Override
    public void release(OperationId operation, boolean isOver) {
        Long epoch = held.remove(operation);
        renewed.remove(operation);
        lost.remove(operation);
        inTransaction(connection -> {
            if (isOver) {
                update(connection, "DELETE FROM lease WHERE " + IS_MINE, operation.text(), epoch, session);
            } else if (isMine(connection, operation, epoch)) {
                free(connection, operation, epoch);
            }
            return operation;
        });
    }

    private boolean isMine(Connection connection, OperationId operation, long epoch) throws SQLException {
        return update(connection, "UPDATE lease SET until = until WHERE " + IS_MINE,
                operation.text(), epoch, session) > 0;
    }

    @Override
    public Optional<Holder> holder(OperationId operation) {
        String sql = """
                SELECT l.host, l.process, l.since, l.until, l.kernel = ? AS here FROM lease l
                WHERE l.operation = ? AND l.host IS NOT NULL AND (l.until >= clock_timestamp() OR %s)"""
                .formatted(IS_CONNECTED);
        return inTransaction(connection -> {
            try (PreparedStatement select = connection.prepareStatement(sql)) {
                select.setString(1, holding.kernel());
                select.setString(2, operation.text());
                try (ResultSet found = select.executeQuery()) {
                    return found.next() ? Optional.of(holder(found)) : Optional.empty();
                }
            }
        });
    }

    @Override
    public void forgetAllBut(Set<OperationId> operations) {
        inTransaction(connection -> {
            Object[] names = operations.stream().map(OperationId::text).toArray();
            return update(connection, """
                    DELETE FROM lease l WHERE NOT l.operation = ANY (?)
                    AND (l.host IS NULL OR l.until < clock_timestamp() AND NOT %s)""".formatted(IS_CONNECTED),
                    connection.createArrayOf("varchar", names));
        });
    }

    private synchronized void renewFromNowOn() {
        if (!isRenewing) {
            isRenewing = true;
            Thread.ofPlatform().daemon().name("leases").start(this::renewAlways);
        }
    }

    private void renewAlways() {
        boolean isAgain = false;
        while (true) {
            LockSupport.parkNanos(time.toNanos() / RENEWALS_IN_TIME);
            try {
                renew();
                isAgain = false;
            } catch (RuntimeException | Error failed) {
                // Once is no reason to stop: the connection may be gone, as after a time in which this host stood still.
                if (isAgain) {
                    giveUpWhatIsOver(failed);
                }
                isAgain = true;
            }
        }
    }

    /** Nothing is damaged by going on, as the fence does not rest on it; but others may take it over at any moment. */
    private void giveUpWhatIsOver(Throwable failed) {
        Problem problem = failed instanceof VmException known && known.problem() instanceof Busy busy
                ? busy
                : new Busy.ServerTooSlow(database.get().server(),
                        "the lease of the operation was not renewed (%s)".formatted(failed.getMessage()));
        long now = System.nanoTime();
        renewed.forEach((operation, begin) -> {
            if (now - begin >= time.toNanos()) {
                lost.putIfAbsent(operation, problem);
            }
        });
    }

    private void renew() {
        Map<OperationId, Long> now = new HashMap<>(held);
        if (now.isEmpty()) {
            return;
        }
        long begin = System.nanoTime();
        Set<OperationId> mine = inTransaction(connection -> {
            Set<OperationId> found = new HashSet<>();
            for (Map.Entry<OperationId, Long> one : now.entrySet()) {
                int rows = update(connection, """
                        UPDATE lease SET until = clock_timestamp() + ? * INTERVAL '1 millisecond'
                        WHERE operation = ? AND epoch = ? AND session = ?""",
                        time.toMillis(), one.getKey().text(), one.getValue(), session);
                if (rows > 0) {
                    found.add(one.getKey());
                } else if (held.containsKey(one.getKey())) {
                    lost.put(one.getKey(), new Busy.TakenOver(one.getKey().text()));
                }
            }
            return found;
        });
        for (OperationId operation : mine) {
            renewed.computeIfPresent(operation, (_, _) -> begin);
            lost.remove(operation);
        }
    }

    /** What is done in one transaction. */
    private interface Work<T> {
        T in(Connection connection) throws SQLException;
    }

    private synchronized <T> T inTransaction(Work<T> work) {
        Connection connection = connection();
        try {
            T result = work.in(connection);
            connection.commit();
            return result;
        } catch (SQLException failure) {
            throw leave(connection, problem(failure));
        } catch (RuntimeException failure) {
            throw leave(connection, failure);
        }
    }

    /** A bug of ours as well: the transaction is to end in any case. */
    private RuntimeException problem(SQLException failure) {
        try {
            return database.get().problem(failure);
        } catch (RuntimeException bug) {
            return bug;
        }
    }

    /** Nothing of the transaction stays; where that cannot be said to the server, the connection goes. */
    private <T extends RuntimeException> T leave(Connection connection, T failure) {
        try {
            connection.rollback();
        } catch (SQLException again) {
            failure.addSuppressed(again);
            database.get().abandon(connection, failure);
            open = Optional.empty();
        }
        return failure;
    }

    private Connection connection() {
        if (open.isEmpty()) {
            Connection connection = database.get().connect();
            try {
                settle(connection);
            } catch (SQLException failure) {
                RuntimeException problem = problem(failure);
                database.get().abandon(connection, problem);
                throw problem;
            }
            open = Optional.of(connection);
        }
        return open.get();
    }

    /**
     * The server is to find out soon that a host is gone, so that its connection is no sign of life any more; and to wait
     * longer than for an append for who renames folders on a slow filesystem.
     */
    private void settle(Connection connection) throws SQLException {
        String sql = """
                SELECT set_config('tcp_keepalives_idle', '10', FALSE), set_config('tcp_keepalives_interval', '5', FALSE),
                    set_config('tcp_keepalives_count', '3', FALSE), set_config('tcp_user_timeout', '30000', FALSE),
                    set_config('idle_in_transaction_session_timeout', '60s', FALSE), pg_advisory_lock_shared(?)""";
        try (PreparedStatement settings = connection.prepareStatement(sql)) {
            settings.setLong(1, session);
            settings.execute();
        }
        connection.commit();
    }
}
