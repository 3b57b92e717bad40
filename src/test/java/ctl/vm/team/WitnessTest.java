package ctl.vm.team;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ctl.PostgresServer;
import ctl.vm.cli.InProcess;
import ctl.vm.inventory.audit.Seal;
import ctl.vm.inventory.drift.IntegrityError;
import ctl.vm.inventory.drift.IntegrityError.Place;
import ctl.vm.inventory.value.Layout;
import ctl.vm.inventory.value.RootId;
import ctl.vm.inventory.value.Sha256;
import ctl.vm.journal.Journal;
import ctl.vm.journal.ProgressListener;
import ctl.vm.journal.h2.H2JournalTest;
import ctl.vm.journal.h2.MadeJournal;
import ctl.vm.problem.Busy;
import ctl.vm.problem.VmException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ObjectAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server that was told what happened, and a host whose user root says otherwise.
 *
 * <pre>
 * hosta    MyBox, created, cloned to Two and renamed to Box: events 1 to 8, all of which are shipped
 * </pre>
 */
class WitnessTest {

    @TempDir
    private Path folder;

    private final TeamServer server = TeamServer.create();
    private InProcess host;
    private Layout layout;
    private Journal journal;
    private TeamServer.ShippingRoot shipping;

    @BeforeEach
    void ship() {
        host = new InProcess(folder);
        host.succeeds("create", "MyBox", "1M");
        host.succeeds("clone", "MyBox", "Two");
        host.succeeds("rename", "MyBox", "Box");
        layout = Layout.at(folder.resolve("root"));
        journal = H2JournalTest.open(layout);
        shipping = server.join("hosta", journal).ship();
    }

    private Witness.Report own(String login, Optional<Seal> seal) {
        try (var database = database(login)) {
            return new Witness(database, ProgressListener.NONE).own(
                    new Witness.Own(H2JournalTest.open(layout).identity(), "hosta", H2JournalTest.folder(layout)),
                    seal);
        }
    }

    private Witness.Report own() {
        return own("reader", Optional.empty());
    }

    private Witness.Report shipped(Optional<Seal> seal) {
        return shipped("hosta", seal);
    }

    private Witness.Report shipped(String root, Optional<Seal> seal) {
        try (var database = database("reader")) {
            return new Witness(database, ProgressListener.NONE).shipped(database.roots().named(root), seal);
        }
    }

    private TeamDatabase database(String login) {
        return new TeamDatabase(ctl.vm.postgres.PostgresServer.of(
                PostgresServer.as(login, server.readerUrl()), Map.of()));
    }

    private static ObjectAssert<IntegrityError> assertOnlyError(Witness.Report report) {
        return assertThat(report.errors()).singleElement();
    }

    /** As a user root of the host would, who then has everything made anew and finds nothing wrong. */
    private void rewrite(int event, String from, String to) {
        RewrittenHistory.write(layout, event, text -> {
            assertThat(text).contains(from);
            return text.replace(from, to);
        });
        host.succeeds("reconcile", "--rebuild", "--accept-loss");
        assertThat(host.succeeds("verify").out()).contains("journal and folder agree");
    }

    @Test
    void journal_asItWasShipped_isTestifiedTo_alsoForTheLoginThatShipsIt() {
        Seal seal = journal.seal();

        assertThat(own()).isEqualTo(
                new Witness.Report("hosta", seal.sequence(), seal, 0, Optional.empty(), List.of()));
        assertThat(own("writer_a", Optional.of(seal))).isEqualTo(new Witness.Report("hosta", seal.sequence(), seal, 0,
                Optional.of("this login may not read them"), List.of()));
        assertThat(shipped(Optional.of(seal)).errors()).isEmpty();
    }

    @Test
    void journal_aheadOfWhatWasShipped_isNoDamage() {
        host.succeeds("rename", "Two", "Three");

        Witness.Report report = own();

        assertThat(report.errors()).isEmpty();
        assertThat(report.unshipped()).isEqualTo(2);
    }

    @Test
    void serverBehind_leavesItsRowsUncompared() {
        host.succeeds("rename", "Two", "Three");
        shipping.ship(journal.seal().sequence() - 1);

        assertThat(own().errors()).isEmpty();
        assertThat(own().rowsUnchecked()).contains("hosta has not shipped all of its events");
    }

    @Test
    void history_rewrittenWithItsWholeChain_isNamedByTheFirstEventThatDiffers() throws IOException {
        String user = System.getProperty("user.name");
        rewrite(4, "\"user\":\"" + user + "\"", "\"user\":\"mallory\"");

        for (String login : List.of("reader", "writer_a")) {
            assertOnlyError(own(login, Optional.empty())).satisfies(error -> {
                assertThat(error.place()).isEqualTo(Place.JOURNAL);
                assertThat(error.event()).contains(4L);
                assertThat(error.message()).matches("event 4 is not the one that was shipped at .*: that is "
                        + "clone-started of .* by " + user + ", and the journal has clone-started of .* by mallory");
            });
        }
        assertThat(shipped(Optional.empty()).errors()).isEmpty();
    }

    @Test
    void history_rewrittenFromItsFirstEvent_isAnotherRoot_andNamedByItsName() {
        rewrite(1, "\"size\":1048576", "\"size\":2097152");

        for (String login : List.of("reader", "writer_a")) {
            assertOnlyError(own(login, Optional.empty())).satisfies(error -> assertThat(error.message()).matches(
                    "the journal does not begin with the event .* on the server, hosta has \\d+ events, .*"));
        }
    }

    @Test
    void history_cutOff_isNamedByTheFirstEventThatIsMissing() throws IOException {
        long last = journal.seal().sequence();
        List<String> lines = Files.readAllLines(layout.mirror());
        Files.write(layout.mirror(), lines.subList(0, lines.size() - 2));
        for (Path file : List.of(layout.databaseFile(), layout.head(), layout.listing())) {
            Files.delete(file);
        }

        // What the mirror lacks is looked for first: no database has to be there for that.
        assertOnlyError(own()).satisfies(error -> assertThat(error.message()).contains(
                "the journal ends with event %d, and event %d was shipped at ".formatted(last - 2, last - 1)));

        host.succeeds("reconcile", "--rebuild", "--accept-loss");

        assertOnlyError(own()).satisfies(error -> assertThat(error.message()).matches(
                "event %d is not the one that was shipped .* renaming-started .* the journal has vm-moved .*"
                        .formatted(last - 1)));
    }

    @Test
    void root_ofAnotherLogin_isUnknownToIt() {
        assertOnlyError(own("writer_b", Optional.empty())).satisfies(error -> assertThat(error.message())
                .isEqualTo("the server knows neither this root nor one that is called hosta"));
    }

    /** As the owner of the database can, who switches the trigger off. */
    private void tamper(String... statements) {
        server.execute("ALTER TABLE ctl_team.event DISABLE TRIGGER event_never_changed");
        server.execute(statements);
        server.execute("ALTER TABLE ctl_team.event ENABLE ALWAYS TRIGGER event_never_changed");
    }

    @Test
    void server_withALineChanged_isFoundByItselfAndBesideTheJournal() {
        tamper("UPDATE ctl_team.event SET line = replace(line, 'Two', 'Too') WHERE sequence = 4");

        assertThat(shipped(Optional.empty()).errors()).singleElement().satisfies(error -> {
            assertThat(error.place()).isEqualTo(Place.TEAM);
            assertThat(error.message()).isEqualTo("on the server, event 4: its hash is not that of its content");
        });
        assertThat(own().errors()).extracting(IntegrityError::place).containsExactly(Place.TEAM, Place.JOURNAL);
        assertThat(own().rowsUnchecked()).contains("the events are not right");
    }

    @Test
    void server_withAnEventTakenOut_isFound() {
        tamper("DELETE FROM ctl_team.event WHERE sequence = 5");

        assertThat(shipped(Optional.empty()).errors()).singleElement().satisfies(
                error -> assertThat(error.message()).isEqualTo(
                        "on the server, event 5: event 6 stands in its place"));
    }

    @Test
    void server_withItsEndTakenOut_isFoundByWhatTheRowOfTheRootSays_andBySeals() {
        Seal seal = journal.seal();
        tamper("DELETE FROM ctl_team.event WHERE sequence > 6");
        assertThat(shipped(Optional.empty()).errors()).singleElement().satisfies(
                error -> assertThat(error.message()).contains("the last event is 6"));

        server.execute("UPDATE ctl_team.root SET sequence = 6, local_sequence = 6,"
                + " hash = (SELECT hash FROM ctl_team.event WHERE sequence = 6)");

        assertThat(shipped(Optional.of(seal)).errors()).extracting(IntegrityError::message).anyMatch(
                words -> words.equals("the server has events up to 6, and the seal is of event " + seal.sequence()));
    }

    @Test
    void server_withAnotherChain_isFoundByASealThatWasKeptElsewhere() throws IOException {
        Seal seal = journal.seal();
        List<String> lines = RewrittenHistory.chained(Files.readAllLines(layout.mirror()), 4,
                text -> text.replaceFirst("\"user\":\"[^\"]*\"", "\"user\":\"mallory\""));
        server.execute("ALTER TABLE ctl_team.event DISABLE TRIGGER event_never_changed");
        for (int number = 4; number <= lines.size(); number++) {
            server.execute("UPDATE ctl_team.event SET line = '%s', hash = '%s' WHERE sequence = %d".formatted(
                    lines.get(number - 1), lines.get(number - 1).replaceAll(".*\"hash\":\"|\"}$", ""), number));
        }
        server.execute(
                "UPDATE ctl_team.root SET hash = (SELECT hash FROM ctl_team.event ORDER BY sequence DESC LIMIT 1)");

        assertThat(shipped(Optional.of(seal)).errors()).extracting(IntegrityError::message)
                .contains("event %d on the server is not the one that was sealed".formatted(seal.sequence()));
        assertThat(own().errors()).extracting(IntegrityError::event).contains(Optional.of(4L));
    }

    @Test
    void server_withRowsThatTheEventsDoNotGive_isFound() {
        server.execute("UPDATE ctl_team.audit_entry SET by_user = 'mallory' WHERE action = 'clone'",
                "DELETE FROM ctl_team.vm WHERE name = 'Two'",
                "INSERT INTO ctl_team.vm_name SELECT number, 3, 'Forged' FROM ctl_team.root");

        assertThat(shipped(Optional.empty()).errors()).extracting(IntegrityError::message).containsExactlyInAnyOrder(
                "on the server, the table audit_entry is not what the events give: 4",
                "on the server, the table vm is not what the events give: Two",
                "on the server, the table image is not what the events give: Two/disk.s2e",
                "on the server, the table vm_name is not what the events give: 3/Forged");
    }

    @Test
    void rows_thatCannotBeReadInTime_areWhatIsReported() throws SQLException {
        try (Connection owner = server.server().connect(PostgresServer.as("owner", server.readerUrl()));
                Statement lock = owner.createStatement();
                TeamDatabase database = new TeamDatabase(ctl.vm.postgres.PostgresServer.of(server.readerUrl(),
                        Map.of("PGOPTIONS", "-c lock_timeout=200")))) {
            owner.setAutoCommit(false);
            TeamRoot root = database.roots().named("hosta");
            lock.execute("LOCK TABLE ctl_team.vm IN ACCESS EXCLUSIVE MODE");

            assertThat(catchThrowableOfType(VmException.class,
                    () -> new Witness(database, ProgressListener.NONE).shipped(root, Optional.empty())).problem())
                    .isInstanceOf(Busy.ServerTooSlow.class);
            owner.rollback();
            assertThat(new Witness(database, ProgressListener.NONE).shipped(root, Optional.empty()).errors())
                    .as("with the same connection").isEmpty();
        }
    }

    /** More than a page of the witness, and than a shipment: VMs are cloned, renamed and exported by five users. */
    @Test
    void longHistory_shippedInBatches_givesTheRowsThatItsEventsGive(@TempDir Path root) throws Exception {
        MadeJournal.make(root, 2500, 5);
        var made = H2JournalTest.open(Layout.at(root));
        TeamServer.ShippingRoot ships = server.join("long", made).ship(1700);
        Witness.Report early = shipped("long", Optional.empty());

        ships.ship();

        assertThat(early.rowsUnchecked()).isPresent();
        assertThat(shipped("long", Optional.of(made.seal()))).isEqualTo(
                new Witness.Report("long", 2500, made.seal(), 0, Optional.empty(), List.of()));
    }

    @Test
    void journal_whichHasNoEventsYet_isNotKnown() {
        try (var database = database("reader")) {
            Witness.Report report = new Witness(database, ProgressListener.NONE).own(
                    new Witness.Own(Optional.<RootId>empty(), "nowhere", H2JournalTest.folder(layout)),
                    Optional.empty());
            assertThat(report.seal()).isEqualTo(new Seal(0, Sha256.ZERO));
            assertOnlyError(report);
        }
    }
}
