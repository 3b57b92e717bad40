package ctl.vm.journal.repair;

import static ctl.vm.journal.json.Samples.found;
import static ctl.vm.journal.json.Samples.operation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ctl.vm.cli.problem.Refused;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.EventSubject;
import ctl.vm.inventory.value.Layout;
import ctl.vm.inventory.value.VmName;
import ctl.vm.journal.Journal;
import ctl.vm.journal.chain.EventRow;
import ctl.vm.journal.chain.Head;
import ctl.vm.journal.h2.H2Journal;
import ctl.vm.journal.h2.H2JournalTest;
import ctl.vm.journal.json.Samples;
import ctl.vm.journal.listing.InventoryCache;
import ctl.vm.journal.listing.ListingFile;
import ctl.vm.journal.sql.EventTable;
import ctl.vm.problem.Failure;
import ctl.vm.problem.Problem;
import ctl.vm.problem.VmException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A journal with two events, to which something has happened. Whatever it is: commands refuse with a reason, no byte of
 * the database is changed, and a listing still shows what can be known.
 */
final class DamagedJournalTest {

    /** Flyway's own table as Flyway makes it, before the first migration. */
    private static final String NO_MIGRATIONS = """
            CREATE TABLE "flyway_schema_history" ("installed_rank" INT NOT NULL PRIMARY KEY, "version" VARCHAR(50),
            "description" VARCHAR(200) NOT NULL, "type" VARCHAR(20) NOT NULL, "script" VARCHAR(1000) NOT NULL,
            "checksum" INT, "installed_by" VARCHAR(100) NOT NULL,
            "installed_on" TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL, "execution_time" INT NOT NULL,
            "success" BOOLEAN NOT NULL)
            """;

    @TempDir
    private Path root;

    private Layout layout;

    @BeforeEach
    void appendTwoEvents() {
        layout = Layout.at(root);
        H2JournalTest.open(layout).append(operation(1), found("MyBox"));
        H2JournalTest.open(layout).append(operation(1), found("Two"));
    }

    @Test
    void databaseOfZeroBytes_isDamage() throws IOException {
        Files.write(layout.databaseFile(), new byte[0]);
        assertRefused(Failure.JournalDamaged.class, "journal.mv.db is empty");
    }

    @Test
    void databaseRemoved_isDamage() throws IOException {
        Files.delete(layout.databaseFile());
        assertRefused(Failure.JournalDamaged.class, "journal.mv.db is missing");
        assertThat(layout.databaseFile()).doesNotExist();
    }

    @Test
    void databaseOverwritten_isDamage() throws IOException {
        Files.writeString(layout.databaseFile(), "hello".repeat(10_000));
        assertRefused(Failure.JournalDamaged.class, "journal.mv.db cannot be read: Store header is corrupt");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 4096, 8192, 20_000, 50_000})
    void databaseTruncated_isDamage(int length) throws IOException {
        Files.write(layout.databaseFile(), Arrays.copyOf(Files.readAllBytes(layout.databaseFile()), length));
        assertRefused(Failure.JournalDamaged.class, "is damaged");
    }

    @Test
    void databaseOfAnotherProgram_isDamage() throws Exception {
        Edited.sql(layout, "DROP ALL OBJECTS", "CREATE TABLE cats (name CHARACTER VARYING)");
        assertRefused(Failure.JournalDamaged.class, "journal.mv.db holds no journal");
    }

    /** It is not even opened, as nobody knows what is carried out then. */
    @Test
    void databaseWithAStatementOfANewerProgram_isTooNewWhereTheListingIsNewerAndOtherwiseDamage() throws Exception {
        Edited.sql(layout, "CREATE SEQUENCE later");
        byte[] listing = Files.readAllBytes(layout.listing());
        assertRefused(Failure.JournalDamaged.class, "holds a statement that is none of ours");

        ByteBuffer newer = ByteBuffer.wrap(listing).putInt(0, 99);
        var checksum = new CRC32();
        checksum.update(newer.slice(0, listing.length - Integer.BYTES));
        Files.write(layout.listing(), newer.putInt(listing.length - Integer.BYTES, (int) checksum.getValue()).array());
        assertReadingFails(Failure.JournalTooNew.class, "has version 99, and this program knows " + H2Journal.SCHEMA);
    }

    @Test
    void databaseWithANewerSchema_isTooNew() throws Exception {
        Edited.sql(
                layout,
                "INSERT INTO \"flyway_schema_history\" SELECT 99, '099', 'later', 'SQL', 'V099__later.sql', 0, 'x',"
                        + " CURRENT_TIMESTAMP, 0, TRUE");
        assertRefused(Failure.JournalTooNew.class, "has version 99, and this program knows " + H2Journal.SCHEMA);
    }

    @Test
    void databaseWithAnOlderSchema_isUpgraded() throws Exception {
        Edited.sql(layout, "DROP ALL OBJECTS");
        Files.write(layout.mirror(), new byte[0]);
        Files.delete(layout.listing());
        Files.delete(layout.head());
        Edited.sql(layout, NO_MIGRATIONS);

        assertThat(H2JournalTest.open(layout).inventory().vms()).isEmpty();
        assertThat(H2JournalTest.open(layout).append(operation(1), found("MyBox")).sequence()).isEqualTo(1);
    }

    @Test
    void eventEdited_breaksTheChain() throws Exception {
        Edited.sql(layout, "UPDATE event SET payload = REPLACE(payload, 'MyBox', 'YourBox') WHERE sequence = 1");
        assertReadingFails(Failure.JournalDamaged.class, "event 1: its hash is not that of its content");
    }

    @Test
    void eventRemoved_breaksTheChain() throws Exception {
        Edited.sql(layout, "DELETE FROM event WHERE sequence = 1");
        assertReadingFails(Failure.JournalDamaged.class, "event 1: event 2 stands in its place");
    }

    @Test
    void eventReplacedWithARightHash_breaksTheChain() throws Exception {
        EventRow other = EventRow.after(
                Head.BEGINNING, operation(9), Samples.NOON, Samples.ACTOR, found("MyBox"),
                EventSubject.of(found("MyBox")));
        Edited.sql(
                layout,
                "UPDATE event SET operation = '" + other.operation() + "', hash = '" + other.hash()
                        + "' WHERE sequence = 1");
        assertReadingFails(Failure.JournalDamaged.class, "event 2: it does not follow the event before it");
    }

    @Test
    void eventOfANewerProgram_isTooNew() throws Exception {
        reseal("name = 'vm-painted', version = 3");
        assertReadingFails(Failure.JournalTooNew.class, "event 1, vm-painted version 3");
    }

    @Test
    void eventWithAnImpossibleName_isDamage() throws Exception {
        reseal("payload = '{\"vm\":\"../MyBox\",\"images\":[]}'");
        assertReadingFails(Failure.JournalDamaged.class, "event 1: \"../MyBox\" cannot be the name of a VM");
    }

    @Test
    void tableWithANameThatBreaksTheRules_isDamage() throws Exception {
        Edited.sql(layout, "UPDATE image SET file = 'elsewhere'");
        assertThatThrownBy(() -> H2JournalTest.open(layout).inventory())
                .hasMessageContaining("elsewhere is not the name of an image");
        assertThat(H2JournalTest.open(layout).latest().inventory().vms()).hasSize(2);
    }

    /** Nobody notices that the database was touched: then at least its last event is looked at. */
    @Test
    void lastEventEdited_listingFollows_stopsTheNextAppend() throws Exception {
        Edited.sql(layout, "UPDATE event SET operation = 'x' || operation WHERE sequence = 2");
        InventoryCache listed = new ListingFile(H2JournalTest.folder(layout)).read().orElseThrow();
        new ListingFile(H2JournalTest.folder(layout)).write(
                new InventoryCache.Content(listed.inventory(), listed.head()));

        assertFails(
                Failure.JournalDamaged.class,
                "event 2: its hash is not that of its content",
                () -> H2JournalTest.open(layout).append(operation(1), found("Three")));
    }

    @Test
    void impossibleEvent_stopsEveryCommand() throws Exception {
        Edited.append(layout, new Event.VmVanished(new VmName("Nobody")));
        assertReadingFails(Failure.JournalDamaged.class, "event 3 is impossible: there is no VM Nobody");
        assertThat(H2JournalTest.open(layout).latest().inventory().vms()).hasSize(2);
    }

    /**
     * Appending and deciding are refused, the database stays as it is, and what stands in the mirror is still shown.
     */
    private void assertRefused(Class<? extends Problem> kind, String reason) throws IOException {
        byte[] before = bytes();
        H2Journal journal = H2JournalTest.open(layout);

        assertFails(kind, reason, () -> journal.append(operation(1), found("Three")));
        assertFails(kind, reason, () -> journal.writeSession(journal::inventory));
        assertFails(kind, reason, journal::inventory);
        assertFails(kind, reason, () -> journal.events(1, _ -> {}));
        for (boolean listing : new boolean[] {true, false}) {
            if (!listing) {
                Files.delete(layout.listing());
            }
            Journal.Latest latest = journal.latest();
            assertThat(latest.inventory().vms()).hasSize(2);
            assertThat(latest.trouble()).hasValueSatisfying(trouble -> assertThat(trouble).isInstanceOf(kind));
        }

        assertThat(bytes()).isEqualTo(before);
    }

    private byte[] bytes() throws IOException {
        return Files.exists(layout.databaseFile()) ? Files.readAllBytes(layout.databaseFile()) : new byte[0];
    }

    private void assertReadingFails(Class<? extends Problem> kind, String reason) {
        H2Journal journal = H2JournalTest.open(layout);
        assertFails(kind, reason, () -> journal.events(1, _ -> {}));
        assertFails(kind, reason, journal::inventory);
        assertFails(kind, reason, () -> journal.append(operation(1), found("Three")));
    }

    private static void assertFails(Class<? extends Problem> kind, String reason, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(VmException.class, failure -> assertThat(failure.problem()).isInstanceOf(kind))
                .extracting(Refused::message).asString().contains(reason);
    }

    /** Changes columns of the first event and gives it the hash that goes with them. */
    private void reseal(String columns) throws Exception {
        Edited.sql(layout, "UPDATE event SET " + columns + " WHERE sequence = 1");
        Edited.sql(layout, "UPDATE event SET hash = '" + firstEvent().sealed().hash() + "' WHERE sequence = 1");
    }

    private EventRow firstEvent() throws Exception {
        try (var connection = H2JournalTest.database(layout).openForReading()) {
            return new EventTable(connection).page(1).getFirst();
        }
    }
}
