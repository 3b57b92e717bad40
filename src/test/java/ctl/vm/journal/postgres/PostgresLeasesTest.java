package ctl.vm.journal.postgres;

import static ctl.vm.journal.json.Samples.found;
import static ctl.vm.journal.json.Samples.operation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ctl.Servers;
import ctl.vm.durable.LinuxDisk;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.journal.Leases.Claim;
import ctl.vm.journal.Leases.Fence;
import ctl.vm.journal.file.JournalFolder;
import ctl.vm.journal.json.Samples;
import ctl.vm.postgres.PostgresServer;
import ctl.vm.problem.Busy;
import ctl.vm.problem.VmException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresLeasesTest {

    private static final OperationId CLONE = operation(1);
    private static final OperationId OTHER = operation(2);
    private static final Claim READS_BOX = new Claim("vm/MyBox", true);
    private static final Claim MAKES_NEW = new Claim("vm/New", false);
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Duration SHORT = Duration.ofMillis(600);

    private static String url;

    @TempDir
    private Path folder;

    private PostgresDatabase root;
    private final List<String> fenced = new ArrayList<>();

    @BeforeAll
    static void makeDatabase() {
        url = Servers.shared().newEnglishDatabase();
    }

    @BeforeEach
    void makeRoot() throws Exception {
        root = PostgresJournalTest.emptyRoot(folder, url);
    }

    private PostgresLeases host(String name, Duration time) {
        return new PostgresLeases(() -> root, new PostgresLeases.Holding(name, name + "/boot", 42), time);
    }

    private long hold(PostgresLeases host, OperationId operation, boolean isHostDown, Claim... claims) {
        List<Claim> all = new ArrayList<>(List.of(claims));
        all.add(new Claim("operation/" + operation, false));
        return host.hold(operation, all, isHostDown, fence());
    }

    private Fence fence() {
        return (operation, epoch) -> {
            fenced.add("%s %d".formatted(operation, epoch));
            return epoch + 1;
        };
    }

    private static void assertElsewhere(ThrowingCallable hold, String host) {
        assertThatThrownBy(hold).isInstanceOfSatisfying(VmException.class, busy -> assertThat(busy.problem())
                .isInstanceOfSatisfying(Busy.HeldElsewhere.class, held -> {
                    assertThat(held.host()).isEqualTo(host);
                    assertThat(held.pid()).isEqualTo(42);
                    assertThat(held.since()).isBeforeOrEqualTo(Instant.now().plusSeconds(5));
                }));
    }

    private static void assertTakenOver(ThrowingCallable action) {
        assertThatThrownBy(action).isInstanceOfSatisfying(VmException.class, taken -> assertThat(taken.problem())
                .isInstanceOf(Busy.TakenOver.class));
    }

    /** As the server does with the connection of a host that is gone. */
    private void cutOff(String host) throws SQLException {
        try (Connection connection = root.connect(); Statement statement = connection.createStatement()) {
            statement.execute("""
                    SELECT pg_terminate_backend(k.pid, 5000) FROM lease l JOIN pg_locks k
                    ON k.locktype = 'advisory' AND ((k.classid::BIGINT << 32) | k.objid::BIGINT) = l.session
                    WHERE l.host = '%s'""".formatted(host));
            connection.commit();
        }
    }

    @Test
    void vmThatAnotherHostChanges_isRefused_andThatBothReadIsNot() {
        PostgresLeases one = host("one", LONG);
        PostgresLeases two = host("two", LONG);
        hold(one, CLONE, false, READS_BOX, MAKES_NEW);

        assertElsewhere(() -> hold(two, OTHER, false, MAKES_NEW), "one");
        assertElsewhere(() -> hold(two, OTHER, false, new Claim("vm/MyBox", false)), "one");
        assertElsewhere(() -> hold(two, CLONE, false), "one");
        hold(two, OTHER, false, READS_BOX);

        assertThat(two.holder(CLONE).orElseThrow().host()).isEqualTo("one");
        assertThat(two.holder(CLONE).orElseThrow().isHere()).isFalse();
        assertThat(one.holder(CLONE).orElseThrow().isHere()).isTrue();
        one.requireHeld(CLONE);
    }

    @Test
    void leaseThatWasGivenUp_isGoneOnWithInTheSameEpoch_unlessItIsOver() {
        PostgresLeases one = host("one", LONG);
        PostgresLeases two = host("two", LONG);
        long epoch = hold(one, CLONE, false, MAKES_NEW);
        one.release(CLONE, false);

        assertThat(two.holder(CLONE)).isEmpty();
        assertThat(hold(two, CLONE, false, MAKES_NEW)).isEqualTo(epoch);
        two.release(CLONE, true);
        fenced.clear();
        hold(one, CLONE, false);
        assertThat(fenced).as("nothing was known of it any more").containsExactly(CLONE + " 0");
    }

    @Test
    void leaseWhoseTimeIsOver_isKeptWhileTheServerHasItsConnection() throws Exception {
        AtomicBoolean isAway = new AtomicBoolean();
        PostgresLeases one = new PostgresLeases(() -> {
            if (isAway.get()) {
                throw new Busy.ServerUnreachable("there", "there is no route to that host").thrown();
            }
            return root;
        }, new PostgresLeases.Holding("one", "one/boot", 42), Duration.ofMillis(1));
        PostgresLeases two = host("two", LONG);
        long epoch = hold(one, CLONE, false, MAKES_NEW);
        fenced.clear();

        assertElsewhere(() -> hold(two, CLONE, false), "one");
        // Otherwise it would renew in a new connection.
        isAway.set(true);
        Awaitility.await().pollInterval(Duration.ofMillis(1)).ignoreExceptions().until(() -> {
            cutOff("one");
            return hold(two, CLONE, false, MAKES_NEW) == epoch + 1;
        });
        assertThat(fenced).containsExactly(CLONE + " " + epoch);
        isAway.set(false);
        Awaitility.await().until(() -> one.lost(CLONE).filter(Busy.TakenOver.class::isInstance).isPresent());
        assertTakenOver(() -> one.requireHeld(CLONE));
    }

    @Test
    void hostThatIsSaidToBeDown_losesTheOperationAtOnce_andNothingElse() {
        PostgresLeases one = host("one", LONG);
        PostgresLeases two = host("two", LONG);
        long epoch = hold(one, CLONE, false, MAKES_NEW);
        hold(one, OTHER, false, READS_BOX);

        assertElsewhere(() -> hold(two, CLONE, true, new Claim("vm/MyBox", false)), "one");
        assertThat(hold(two, CLONE, true, MAKES_NEW)).isEqualTo(epoch + 1);

        assertTakenOver(() -> one.requireHeld(CLONE));
        one.requireHeld(OTHER);
        one.release(CLONE, true);
        two.requireHeld(CLONE);
    }

    @Test
    void leaseOfAProcessOfThisKernel_whoseLockIsFree_isThatOfADeadOne() {
        long epoch = hold(host("one", LONG), CLONE, false, MAKES_NEW);
        fenced.clear();

        assertThat(hold(host("one", LONG), CLONE, false, MAKES_NEW)).isEqualTo(epoch);
        assertThat(fenced).isEmpty();
    }

    @Test
    void lease_isRenewedWhileItIsHeld() throws Exception {
        PostgresLeases one = host("one", SHORT);
        hold(one, CLONE, false, MAKES_NEW);
        Instant until = one.holder(CLONE).orElseThrow().until();

        Awaitility.await().until(() -> one.holder(CLONE).orElseThrow().until().isAfter(until.plus(SHORT)));
    }

    @Test
    void lease_thatCannotBeRenewedForWhateverReason_isAReasonToStopUntilItIsRenewed() throws Exception {
        PostgresLeases one = host("one", SHORT);
        hold(one, CLONE, false, MAKES_NEW);
        execute("CREATE FUNCTION odd() RETURNS trigger LANGUAGE plpgsql AS"
                + " 'BEGIN RAISE ''odd'' USING ERRCODE = ''22012''; END'",
                "CREATE TRIGGER odd BEFORE UPDATE ON lease FOR EACH ROW EXECUTE FUNCTION odd()");

        Awaitility.await().until(() -> one.lost(CLONE).isPresent());
        assertThat(one.lost(CLONE).orElseThrow()).isInstanceOfSatisfying(Busy.ServerTooSlow.class,
                slow -> assertThat(slow.reason()).contains("was not renewed", "22012"));
        execute("DROP TRIGGER odd ON lease");
        Awaitility.await().until(() -> one.lost(CLONE).isEmpty());
        one.requireHeld(CLONE);
    }

    private void execute(String... statements) throws SQLException {
        try (Connection connection = root.connect(); Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
            connection.commit();
        }
    }

    @Test
    void append_afterATakeover_isRefused() {
        PostgresLeases one = host("one", LONG);
        hold(one, CLONE, false, MAKES_NEW);
        PostgresJournal journal = journalGuardedBy(one);
        journal.append(CLONE, found("MyBox"));
        hold(host("two", LONG), CLONE, true, MAKES_NEW);

        assertTakenOver(() -> journal.append(CLONE, found("Two")));
        journal.append(OTHER, found("Three"));
        assertThat(journal.inventory().vms()).hasSize(2);
    }

    @Test
    void append_duringATakeover_waitsForItsEndAndIsRefused() throws Exception {
        PostgresLeases one = host("one", LONG);
        hold(one, CLONE, false, MAKES_NEW);
        PostgresJournal journal = journalGuardedBy(one);
        CountDownLatch isFencing = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        CompletableFuture<Long> takeover = CompletableFuture.supplyAsync(() -> host("two", LONG).hold(
                CLONE, List.of(new Claim("operation/" + CLONE, false)), true, (_, epoch) -> {
                    isFencing.countDown();
                    awaitEnd(mayEnd);
                    return epoch + 1;
                }));
        isFencing.await();
        CompletableFuture<Object> append = CompletableFuture.supplyAsync(() -> journal.append(CLONE, found("MyBox")));

        assertThatThrownBy(() -> append.get(300, TimeUnit.MILLISECONDS))
                .isInstanceOf(java.util.concurrent.TimeoutException.class);
        mayEnd.countDown();
        takeover.get();
        assertTakenOver(() -> {
            try {
                append.get();
            } catch (java.util.concurrent.ExecutionException failed) {
                throw failed.getCause();
            }
        });
    }

    private static void awaitEnd(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    @Test
    void takeoverThatDiesBeforeItIsRecorded_isDoneAgain() {
        PostgresLeases one = host("one", LONG);
        long epoch = hold(one, CLONE, false, MAKES_NEW);
        fenced.clear();

        assertThatThrownBy(() -> host("two", LONG).hold(
                CLONE, List.of(new Claim("operation/" + CLONE, false)), true, (_, _) -> {
                    throw new IllegalStateException("died");
                })).hasMessage("died");
        one.requireHeld(CLONE);
        assertThat(hold(host("three", LONG), CLONE, true, MAKES_NEW)).isEqualTo(epoch + 1);
        assertThat(fenced).containsExactly(CLONE + " " + epoch);
    }

    @Test
    void whatIsKnownOfEndedOperations_isForgotten_unlessSomebodyHoldsThem() {
        PostgresLeases one = host("one", LONG);
        hold(one, CLONE, false, MAKES_NEW);
        one.release(CLONE, false);
        hold(one, OTHER, false, READS_BOX);

        host("two", LONG).forgetAllBut(Set.of());

        one.requireHeld(OTHER);
        fenced.clear();
        hold(one, CLONE, false);
        assertThat(fenced).containsExactly(CLONE + " 0");
    }

    private PostgresJournal journalGuardedBy(PostgresLeases leases) {
        Authority authority = Authority.read(root.folder()).orElseThrow();
        var guarded = new PostgresDatabase(new JournalFolder(root.folder().layout(), new LinuxDisk()),
                PostgresServer.of(authority.url(), Map.of()), authority, leases);
        return new PostgresJournal(guarded, () -> Samples.ACTOR, Samples.CLOCK, Duration.ofSeconds(10), _ -> {});
    }
}
