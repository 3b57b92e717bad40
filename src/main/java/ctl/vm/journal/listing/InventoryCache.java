package ctl.vm.journal.listing;

import ctl.vm.durable.Disk;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.value.Layout;
import ctl.vm.journal.chain.Head;
import ctl.vm.journal.file.JournalFolder;
import java.time.Instant;
import java.util.Optional;

/**
 * An inventory and the state of the journal that it belongs to.
 *
 * @param head the last event that is in the inventory
 */
public record InventoryCache(Inventory inventory, Head head, Identity identity) {

    /** What is to be listed, as long as it is not known what the files will look like. */
    public record Content(Inventory inventory, Head head) {

        public InventoryCache with(Identity identity) {
            return new InventoryCache(inventory, head, identity);
        }
    }

    /** Before the first event. */
    public static final InventoryCache NOTHING = new InventoryCache(Inventory.EMPTY, Head.BEGINNING,
            new Identity(0, Instant.EPOCH, 0));

    /**
     * What the journal's files look like from outside. The mirror grows with every event, so its length alone names
     * the content: two appends within one tick of the file system's clock can leave the database with the same size
     * and time. These say whether another program has written to the database.
     *
     * @param databaseSize bytes; where a server has the journal, of the file that says so
     * @param databaseModified to the nanosecond
     * @param mirrorLength bytes
     */
    public record Identity(long databaseSize, Instant databaseModified, long mirrorLength) {

        /** What it is now; empty where there is no database. The file is not opened: that would drop H2's lock. */
        public static Optional<Identity> of(JournalFolder folder) {
            Layout layout = folder.layout();
            Optional<Disk.Entry> database = folder.disk().entry(layout.authority())
                    .or(() -> folder.disk().entry(layout.databaseFile()));
            return database.map(entry -> new Identity(entry.size(), entry.modified(), folder.length(layout.mirror())));
        }
    }
}
