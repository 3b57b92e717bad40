package ctl.vm.team;

import static ctl.vm.journal.json.Samples.BOX;
import static ctl.vm.journal.json.Samples.TWO;
import static ctl.vm.journal.json.Samples.found;
import static ctl.vm.journal.json.Samples.started;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ctl.Proxy;
import ctl.Servers;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.ImageSize;
import ctl.vm.inventory.value.Layout;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.VmName;
import ctl.vm.journal.InMemoryJournal;
import ctl.vm.journal.Journal;
import ctl.vm.journal.h2.MadeJournal;
import ctl.vm.journal.json.Samples;
import ctl.vm.postgres.PostgresServer;
import ctl.vm.problem.Busy;
import ctl.vm.problem.Mismatch;
import ctl.vm.problem.ServerFailure;
import ctl.vm.problem.VmException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shipping the events of a root, to real servers. */
final class ShipperTest {

    @TempDir
    private Path folder;

    private static final long SEED = System.nanoTime();

    /** Bytes between two cuts: with 1 it takes some minutes. */
    private static final int EACH = Integer.getInteger("ctl.cuts", 31);

    private final TestTeam team = TestTeam.on(Servers.shared());

    @Test
    void ship_aLongJournal_bringsEveryLineAndEveryRowOfIt() throws Exception {
        Path root = made("root", 2500);
        Journal journal = joined(root);
        List<Shipper.Position> seen = new ArrayList<>();

        Shipper.Position end = ship(journal, seen);

        assertThat(team.lines(journal)).isEqualTo(TestTeam.mirror(root));
        assertThat(end).isEqualTo(new Shipper.Position(2500, 2500));
        assertThat(seen).extracting(Shipper.Position::shipped).containsExactly(1000L, 2000L, 2500L);
        assertSameTables(journal);
    }

    @Test
    void ship_again_shipsOnlyWhatIsNew() throws Exception {
        Journal journal = joined(made("root", 50));
        ship(journal, new ArrayList<>());
        try (Shipper shipper = team.shipper(journal)) {
            shipper.ship(_ -> {});
            assertThat(shipper.hasMore()).isFalse();

            journal.append(number(99), found("New"));

            assertThat(shipper.hasMore()).isTrue();
            assertThat(shipper.ship(_ -> {})).isEqualTo(new Shipper.Position(51, 51));
            assertThat(shipper.hasMore()).isFalse();
        }
        assertSameTables(journal);
    }

    @Test
    void ship_vmsThatAreRenamedAndDeleted_leavesTheRowsOfThoseThatAreThere() {
        Journal journal = new InMemoryJournal(Samples.ACTOR, Samples.CLOCK);
        journal.append(number(1), found("MyBox"));
        journal.append(number(2), found("Two"));
        team.join(journal, "renamed");
        ship(journal);
        journal.append(number(3), started(new Request.Rename(BOX, new VmName("Renamed"))));
        journal.append(number(3), new Event.VmRenamed(BOX, new VmName("Renamed")));
        journal.append(number(4), started(new Request.DeleteVm(TWO)));
        journal.append(number(4), new Event.VmDeleted(TWO));

        ship(journal);

        assertThat(team.rows(journal, "vm")).singleElement().asString().contains("Renamed");
        assertThat(team.rows(journal, "vm_name")).hasSize(2);
        assertSameTables(journal);
    }

    @Test
    void ship_textsThatAServerDoesNotStore_changesThemInTheRowsAndNotInTheLines() {
        Journal journal = new InMemoryJournal(Samples.ACTOR, Samples.CLOCK);
        journal.append(number(1), started(new Request.Create(BOX, ImageSize.DEFAULT, false)));
        journal.append(number(1), new Event.OperationFailed("NUL \0, half \ud800, \\u0000, \ud83d\ude00", 1));
        team.join(journal, "odd");

        ship(journal);

        assertThat(team.lines(journal).getLast()).contains("NUL \\u0000, half \\ud800, \\\\u0000, \ud83d\ude00");
        assertThat(team.rows(journal, "audit_entry")).singleElement().asString()
                .contains("NUL \ufffd, half \ufffd, \\\\u0000, \ud83d\ude00");
    }

    @Test
    void ship_cutOffAnywhere_andRepeated_bringsEachEventOnce() {
        Random random = new Random(SEED);
        Journal journal = new InMemoryJournal(Samples.ACTOR, Samples.CLOCK);
        journal.append(number(1), found("Box1"));
        team.join(journal, "cut");
        try (Proxy proxy = new Proxy(team.server().port())) {
            PostgresServer throughProxy = team.through(proxy.port());
            new Shipper(journal, throughProxy, Optional.empty()).ship(_ -> {});
            long toServer = proxy.bytesToServer();
            long toClient = proxy.bytesToClient();
            long cuts = 0;
            for (boolean isToServer : List.of(true, false)) {
                long bytes = isToServer ? toServer : toClient;
                for (long at = random.nextLong(EACH); at <= bytes; at += EACH) {
                    journal.append(number((int) ++cuts + 1), found("Box" + (cuts + 1)));
                    proxy.passAll();
                    if (isToServer) {
                        proxy.cutToServerAfter(at);
                    } else {
                        proxy.cutToClientAfter(at);
                    }
                    shipOrFail(journal, throughProxy);
                }
            }
            proxy.passAll();
            new Shipper(journal, throughProxy, Optional.empty()).ship(_ -> {});

            assertThat(cuts).as("seed %d", SEED).isGreaterThan(50);
            assertThat(team.lines(journal)).as("seed %d", SEED).isEqualTo(lines(journal));
            assertSameTables(journal);
        }
    }

    private static void shipOrFail(Journal journal, PostgresServer server) {
        try (Shipper shipper = new Shipper(journal, server, Optional.empty())) {
            shipper.ship(_ -> {});
        } catch (VmException cut) {
            assertThat(cut.problem()).isInstanceOf(Busy.class);
        }
    }

    @Test
    void ship_byTwoAtOnce_bringsEachEventOnceAndTheNewestRows() throws Exception {
        Journal journal = new InMemoryJournal(Samples.ACTOR, Samples.CLOCK);
        journal.append(number(1), found("Box0"));
        team.join(journal, "twice");
        AtomicBoolean isOver = new AtomicBoolean();
        try (var threads = Executors.newFixedThreadPool(2)) {
            List<Future<?>> shippers = new ArrayList<>();
            for (int shipper = 0; shipper < 2; shipper++) {
                shippers.add(threads.submit(() -> {
                    while (!isOver.get()) {
                        ship(journal);
                    }
                }));
            }
            try {
                for (int round = 1; round <= 300; round++) {
                    VmName from = new VmName("Box" + (round - 1));
                    VmName to = new VmName("Box" + round);
                    journal.append(number(round + 1), started(new Request.Rename(from, to)));
                    journal.append(number(round + 1), new Event.VmRenamed(from, to));
                }
                ship(journal);
            } finally {
                isOver.set(true);
            }
            for (Future<?> shipper : shippers) {
                shipper.get();
            }
        }

        assertThat(team.lines(journal)).isEqualTo(lines(journal));
        assertSameTables(journal);
    }

    @Test
    void ship_byEightRootsAtOnce_bringsEveryEventOfEach() throws Exception {
        List<Path> roots = new ArrayList<>();
        try (var threads = Executors.newFixedThreadPool(8)) {
            List<Future<?>> shippers = new ArrayList<>();
            for (int number = 0; number < 8; number++) {
                Path root = Files.createDirectory(folder.resolve("root" + number));
                roots.add(root);
                shippers.add(threads.submit(() -> recordAndShip(root)));
            }
            for (Future<?> shipper : shippers) {
                shipper.get();
            }
        }

        for (Path root : roots) {
            Journal journal = TestTeam.journal(root);
            assertThat(team.lines(journal)).isEqualTo(TestTeam.mirror(root)).hasSize(41);
            assertSameTables(journal);
        }
    }

    private void recordAndShip(Path root) {
        String name = root.getFileName().toString();
        Journal journal = TestTeam.journal(root);
        journal.append(number(0), found(name));
        team.join(journal, name);
        try (Shipper shipper = team.shipper(journal)) {
            for (int event = 1; event <= 40; event++) {
                journal.append(number(event), found(name + "-" + event));
                shipper.ship(_ -> {});
            }
        }
    }

    @Test
    void ship_toAServerThatHasLostEvents_shipsThemAgain() throws Exception {
        Path root = made("root", 60);
        Journal journal = joined(root);
        try (Shipper shipper = team.shipper(journal)) {
            shipper.ship(_ -> {});
            // As a standby that was behind, or a backup.
            team.server().execute(team.url(),
                    "ALTER TABLE ctl_team.event DISABLE TRIGGER ALL",
                    "DELETE FROM ctl_team.event WHERE sequence > 40",
                    "UPDATE ctl_team.root SET sequence = 40, hash ="
                            + " (SELECT hash FROM ctl_team.event WHERE sequence = 40)",
                    "ALTER TABLE ctl_team.event ENABLE TRIGGER ALL");
            journal.append(number(99), found("New"));

            assertThat(shipper.ship(_ -> {})).isEqualTo(new Shipper.Position(61, 61));
        }
        assertThat(team.lines(journal)).isEqualTo(TestTeam.mirror(root));
    }

    @Test
    void ship_ofARootThatWasRestored_isRefusedWithTheNumbersOfBoth() throws Exception {
        Path root = made("root", 40);
        Journal journal = joined(root);
        Path backup = folder.resolve("backup");
        copy(root, backup);
        journal.append(number(98), found("Lost"));
        journal.append(number(99), found("LostAsWell"));
        ship(journal);

        Journal restored = TestTeam.journal(backup);
        assertThatThrownBy(() -> ship(restored)).isInstanceOfSatisfying(VmException.class, failure -> assertThat(
                failure.problem()).isEqualTo(new Mismatch.ServerKnowsMore(team.as("writer_a").toString(), 42, 40)));

        restored.append(number(97), found("Other"));
        restored.append(number(96), found("Others"));
        assertThatThrownBy(() -> ship(restored)).isInstanceOfSatisfying(VmException.class, failure -> assertThat(
                failure.problem()).isEqualTo(new Mismatch.HistoriesDiffer(team.as("writer_a").toString(), 42)));
        assertThat(team.lines(journal)).isEqualTo(TestTeam.mirror(root));
    }

    @Test
    void ship_byALoginThatDidNotJoin_isRefused() throws Exception {
        Journal journal = joined(made("root", 20));

        try (Shipper shipper = new Shipper(journal, team.as("writer_b"), Optional.empty())) {
            assertThatThrownBy(() -> shipper.ship(_ -> {})).isInstanceOfSatisfying(VmException.class,
                    failure -> assertThat(failure.problem())
                            .isInstanceOf(ServerFailure.NotShippedByLogin.class));
        }
    }

    @Test
    void ship_toADatabaseWithoutTheTables_saysSo() throws Exception {
        Journal journal = TestTeam.journal(made("root", 20));
        TestTeam empty = new TestTeam(team.server(), team.server().newDatabase());

        assertThatThrownBy(() -> empty.shipper(journal).ship(_ -> {})).isInstanceOfSatisfying(VmException.class,
                failure -> assertThat(failure.problem()).isInstanceOf(ServerFailure.SchemaMissing.class));
    }

    @Test
    void ship_toAFullServer_isAProblemThatPasses_andGoesOnWhenThereIsRoom() throws Exception {
        Path root = made("root", 20);
        Journal journal = joined(root);
        team.server().execute(team.url(),
                "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS"
                        + " $$ BEGIN RAISE EXCEPTION 'full' USING ERRCODE = '53100'; END $$",
                "CREATE TRIGGER full_disk BEFORE INSERT ON ctl_team.event EXECUTE FUNCTION full_disk()");
        assertThatThrownBy(() -> ship(journal)).isInstanceOfSatisfying(VmException.class, failure -> {
            assertThat(failure.problem()).isInstanceOf(ServerFailure.ServerDiskFull.class);
            assertThat(PostgresServer.mayPass(failure.problem())).isTrue();
        });
        team.server().execute(team.url(), "DROP TRIGGER full_disk ON ctl_team.event");

        ship(journal);

        assertThat(team.lines(journal)).isEqualTo(TestTeam.mirror(root));
    }

    private Shipper.Position ship(Journal journal) {
        return ship(journal, new ArrayList<>());
    }

    private Shipper.Position ship(Journal journal, List<Shipper.Position> seen) {
        try (Shipper shipper = team.shipper(journal)) {
            return shipper.ship(seen::add);
        }
    }

    private Path made(String name, long events) throws Exception {
        Path root = folder.resolve(name);
        MadeJournal.make(root, events, 3);
        return root;
    }

    private Journal joined(Path root) {
        Journal journal = TestTeam.journal(root);
        team.join(journal, root.getFileName().toString());
        return journal;
    }

    private static void copy(Path root, Path backup) throws IOException {
        Files.createDirectories(Layout.at(backup).journal());
        try (Stream<Path> files = Files.list(Layout.at(root).journal())) {
            for (Path file : files.toList()) {
                Files.copy(file, Layout.at(backup).journal().resolve(file.getFileName()));
            }
        }
    }

    private static OperationId number(long operation) {
        return new OperationId("20261130-120501-%04x".formatted(operation));
    }

    private static List<String> lines(Journal journal) {
        return journal.feed(OptionalLong.of(0)).take().stream().map(Journal.Feed.Entry::json).toList();
    }

    /** The server has the rows that the root itself has. */
    private void assertSameTables(Journal journal) {
        List<Recorded> events = new ArrayList<>();
        journal.events(1, events::add);
        Journal.Tables.Rows rows = journal.tables(tables -> tables.rows(Journal.Changed.by(events))).orElseThrow();
        Map.of("audit_entry", rows.entries(), "vm_name", rows.names(), "vm", rows.vms(), "image", rows.images())
                .forEach((table, json) -> assertThat(team.rows(journal, table)).as(table)
                        .isEqualTo(team.rowsOf(json, table)));
    }
}
