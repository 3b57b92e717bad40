package ctl.vm.journal.listing;

import static ctl.vm.journal.json.Samples.BOX;
import static ctl.vm.journal.json.Samples.TWO;
import static ctl.vm.journal.json.Samples.found;
import static ctl.vm.journal.json.Samples.operation;
import static ctl.vm.journal.json.Samples.started;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ctl.vm.inventory.CopyOptions;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.Layout;
import ctl.vm.journal.Journal;
import ctl.vm.journal.engine.JournalOpener;
import ctl.vm.journal.h2.Child;
import ctl.vm.journal.h2.H2Journal;
import ctl.vm.journal.h2.H2JournalTest;
import ctl.vm.journal.json.Samples;
import ctl.vm.journal.repair.Edited;
import ctl.vm.problem.VmException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The listing of a journal that holds a VM, and an operation which has staged another. */
final class ListingFileTest {

    @TempDir
    private Path root;

    private Layout layout;
    private ListingFile listing;

    @BeforeEach
    void appendSomeEvents() {
        layout = Layout.at(root);
        listing = new ListingFile(H2JournalTest.folder(layout));
        H2Journal journal = H2JournalTest.open(layout);
        journal.append(operation(1), found("MyBox"));
        journal.append(operation(1), started(new Request.Clone(BOX, TWO, CopyOptions.USUAL, false)));
        journal.append(operation(1), new Event.VmStaged(TWO, List.of(Samples.DISK, Samples.KEYS_IMAGE), 7));
    }

    @Test
    void append_leavesACurrentListing() {
        assertThat(listing.current().map(InventoryCache::inventory)).contains(readFromDatabase());
    }

    @Test
    void writeSession_leavesACurrentListing() {
        H2Journal journal = H2JournalTest.open(layout);
        journal.writeSession(() -> journal.append(operation(2), found("Three")));

        assertThat(listing.current().map(InventoryCache::inventory)).contains(readFromDatabase());
    }

    @Test
    void listingRemoved_isMadeByTheNextReader() throws IOException {
        Files.delete(layout.listing());
        Inventory read = H2JournalTest.open(layout).inventory();

        assertThat(listing.current().map(InventoryCache::inventory)).contains(read);
    }

    @Test
    void listing_databaseTouched_isNotBelieved() throws IOException {
        Files.setLastModifiedTime(layout.databaseFile(), FileTime.fromMillis(0));
        assertThat(listing.current()).isEmpty();
        assertThat(listing.read()).isPresent();
    }

    @Test
    void listing_mirrorGrown_isNotBelieved() throws IOException {
        Files.writeString(layout.mirror(), "x", StandardOpenOption.APPEND);
        assertThat(listing.current()).isEmpty();
    }

    @Test
    void listing_anyByteChanged_isNotBelieved() throws IOException {
        byte[] right = Files.readAllBytes(layout.listing());
        for (int at = 0; at < right.length; at++) {
            byte[] wrong = right.clone();
            wrong[at] ^= 1;
            Files.write(layout.listing(), wrong);
            assertThat(listing.read()).describedAs("byte %d", at).isEmpty();
        }
    }

    @Test
    void listing_cutAnywhere_isNotBelieved() throws IOException {
        byte[] right = Files.readAllBytes(layout.listing());
        for (int length = 0; length < right.length; length += 7) {
            Files.write(layout.listing(), Arrays.copyOf(right, length));
            assertThat(listing.read()).describedAs("length %d", length).isEmpty();
        }
    }

    @Test
    void listing_ofAnEarlierEvent_isNotBelieved() throws IOException {
        byte[] earlier = Files.readAllBytes(layout.listing());
        H2JournalTest.open(layout).append(operation(2), found("Three"));
        Files.write(layout.listing(), earlier);

        assertThat(listing.current()).isEmpty();
        assertThat(H2JournalTest.open(layout).inventory().vms()).hasSize(2);
    }

    @Test
    void append_tablesCannotBeRead_isRefusedAndLeavesNothing() throws Exception {
        Edited.sql(layout, "UPDATE image SET file = 'elsewhere'");
        H2Journal journal = H2JournalTest.open(layout);

        assertThatThrownBy(() -> journal.append(operation(2), found("Three")))
                .isInstanceOf(VmException.class).hasMessageContaining("elsewhere is not the name of an image");
        assertThat(Files.readAllLines(layout.mirror())).hasSize(3);
        assertThat(listing.current()).isEmpty();
    }

    /** Its writer died between the two files: the listing would name an event behind the end of the mirror. */
    @Test
    void inventory_mirrorLacksTheLastLine_writesNoListing() throws Exception {
        byte[] mirror = Files.readAllBytes(layout.mirror());
        Files.write(layout.mirror(), Arrays.copyOf(mirror, mirror.length - 10));
        Files.delete(layout.listing());
        assertThat(H2JournalTest.open(layout).inventory().vms()).hasSize(1);

        try (Child lockOwner = Child.start("hold", layout)) {
            assertThat(lockOwner.line()).isEqualTo("4");
            Journal.Latest latest = H2JournalTest.open(layout).latest();
            assertThat(latest.trouble()).isEmpty();
            assertThat(latest.inventory().vms()).hasSize(2);
        }
    }

    @Test
    void append_listingCannotBeWritten_isDoneAllTheSame() throws IOException {
        Files.delete(layout.listing());
        Files.createDirectories(layout.listing().resolve("in the way"));

        assertThatCode(() -> H2JournalTest.open(layout).append(operation(2), found("Three")))
                .doesNotThrowAnyException();
        assertThat(H2JournalTest.open(layout).inventory().vms()).hasSize(2);
    }

    private Inventory readFromDatabase() {
        try (var open = new JournalOpener(H2JournalTest.database(layout)).forReading(false, Duration.ZERO)) {
            return open.inventory();
        }
    }
}
