package ctl.vm.journal.listing;

import ctl.vm.inventory.value.Layout;
import ctl.vm.journal.chain.Head;
import ctl.vm.journal.file.JournalLock;
import ctl.vm.journal.file.PrivateFile;
import ctl.vm.journal.json.UnreadableText;
import ctl.vm.journal.sql.SchemaVersion;
import ctl.vm.problem.VmException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * The file that holds the inventory as of the last event, so that a listing does not have to start H2.
 *
 * <p>It is a copy that may be lost at any time, and nothing is synced. It is believed only while its checksum is right
 * and the journal looks as it did when it was written. It is written under the {@link JournalLock}.
 *
 * <p>It is no JSON, and its times are numbers: reading it is what most commands begin with, and a parser of JSON or of dates
 * takes a start 10 ms each to load.
 */
public final class ListingFile {

    /** Behind all the rest. */
    private static final int CHECKSUM_BYTES = 4;

    private final Layout layout;
    private Optional<InventoryCache> last = Optional.empty();

    public ListingFile(Layout layout) {
        this.layout = layout;
    }

    /**
     * What the file holds, where that is the journal as it is now; otherwise empty. It is read once, as long as the journal
     * does not change: a command asks several times.
     */
    public Optional<InventoryCache> current() {
        try {
            var now = InventoryCache.Identity.of(layout);
            if (last.isEmpty() || !last.get().identity().equals(now)) {
                last = read().filter(listed -> listed.identity().equals(now));
            }
            return last;
        } catch (IOException unknown) {
            return Optional.empty();
        }
    }

    /** What the file holds, of whatever time; empty where it is missing, damaged or for other tables. */
    public Optional<InventoryCache> read() {
        try {
            ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(layout.listing()));
            int length = file.limit() - CHECKSUM_BYTES;
            return length > 0 && file.getInt(length) == checksum(file.array(), length)
                    ? listed(new DataInputStream(new ByteArrayInputStream(file.array(), 0, length)))
                    : Optional.empty();
        } catch (IOException | UnreadableText | VmException | IllegalArgumentException unusable) {
            // Then the journal itself is read, and the next append writes a new one.
            return Optional.empty();
        }
    }

    /** Whether it is whole and of another version of the program: that is no damage, and the next append writes a new one. */
    public boolean isForOtherTables() {
        try {
            ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(layout.listing()));
            int length = file.limit() - CHECKSUM_BYTES;
            return length >= Integer.BYTES
                    && file.getInt(length) == checksum(file.array(), length)
                    && file.getInt(0) != SchemaVersion.KNOWN_VERSION;
        } catch (IOException unreadable) {
            return false;
        }
    }

    /** If we die before the rename the old file stands, and is not believed; after it, the new one. */
    public void write(InventoryCache listed) {
        try {
            ByteArrayOutputStream file = new ByteArrayOutputStream();
            DataOutputStream to = new DataOutputStream(file);
            write(to, listed);
            to.writeInt(checksum(file.toByteArray(), file.size()));
            PrivateFile.make(layout.newListing());
            Files.write(
                    layout.newListing(), file.toByteArray(),
                    StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING, LinkOption.NOFOLLOW_LINKS);
            Files.move(layout.newListing(), layout.listing(), StandardCopyOption.ATOMIC_MOVE);
            last = Optional.of(listed);
        } catch (IOException ignored) {
            // A full or read-only disk: listings take longer, and are as right as before.
            removeNew();
        }
    }

    private void removeNew() {
        try {
            Files.deleteIfExists(layout.newListing());
        } catch (IOException ignored) {
            // The next one is written over it.
        }
    }

    /** Against accidents only, so that the quickest will do: SHA-256 takes a start 20 ms to load. */
    private static int checksum(byte[] content, int length) {
        CRC32 checksum = new CRC32();
        checksum.update(content, 0, length);
        return (int) checksum.getValue();
    }

    private static void write(DataOutputStream to, InventoryCache listed) throws IOException {
        to.writeInt(SchemaVersion.KNOWN_VERSION);
        to.writeLong(listed.identity().databaseSize());
        VmRow.write(to, listed.identity().databaseModified());
        to.writeLong(listed.identity().mirrorLength());
        to.writeLong(listed.head().sequence());
        to.writeUTF(listed.head().hash());
        CachedInventory.write(to, listed.inventory());
    }

    private static Optional<InventoryCache> listed(DataInputStream from) throws IOException {
        if (from.readInt() != SchemaVersion.KNOWN_VERSION) {
            return Optional.empty();
        }
        var identity = new InventoryCache.Identity(from.readLong(), VmRow.readTime(from), from.readLong());
        var head = new Head(from.readLong(), from.readUTF());
        return Optional.of(new InventoryCache(CachedInventory.read(from), head, identity));
    }
}
