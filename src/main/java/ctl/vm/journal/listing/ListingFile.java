package ctl.vm.journal.listing;

import ctl.vm.durable.DiskFile;
import ctl.vm.inventory.Fold;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.value.Layout;
import ctl.vm.journal.Journal;
import ctl.vm.journal.chain.EventLine;
import ctl.vm.journal.chain.HashChain;
import ctl.vm.journal.file.JournalFolder;
import ctl.vm.journal.file.JournalLock;
import ctl.vm.journal.json.UnreadableText;
import ctl.vm.journal.mirror.Mirror;
import ctl.vm.journal.mirror.MirrorLines;
import ctl.vm.journal.sql.SchemaVersion;
import ctl.vm.problem.VmException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * The file that holds the inventory as of the last event, so that a listing does not have to start H2.
 *
 * <p>It is a copy that may be lost at any time, and nothing is synced. It is used only while its checksum is right
 * and the journal looks as it did when it was written. It is written under the {@link JournalLock}.
 *
 * <p>It is no JSON, and its times are numbers: reading it is what most commands begin with, and a parser of JSON or of
 * dates takes a start 10 ms each to load.
 */
public final class ListingFile {

    /** Behind all the rest. */
    private static final int CHECKSUM_BYTES = 4;

    private final JournalFolder folder;
    private final Layout layout;
    private Optional<InventoryCache> last = Optional.empty();

    public ListingFile(JournalFolder folder) {
        this.folder = folder;
        this.layout = folder.layout();
    }

    /**
     * What the file holds, where that is the journal as it is now; otherwise empty. It is read once, as long as the
     * journal does not change: a command asks several times.
     */
    public Optional<InventoryCache> current() {
        try {
            Optional<InventoryCache.Identity> now = InventoryCache.Identity.of(folder);
            if (now.isEmpty() || !now.equals(last.map(InventoryCache::identity))) {
                last = now.isEmpty() ? Optional.empty() : read().filter(listed -> now.get().equals(listed.identity()));
            }
            return last;
        } catch (UncheckedIOException unknown) {
            // Then opening the journal itself reports why its files cannot be looked at.
            return Optional.empty();
        }
    }

    /** What the file holds, of whatever time; empty where it is missing, damaged or for other tables. */
    public Optional<InventoryCache> read() {
        try {
            Optional<DataInputStream> whole = whole();
            return whole.isPresent() && whole.get().readInt() == SchemaVersion.KNOWN_VERSION
                    ? Optional.of(ListingFormat.read(whole.get()))
                    : Optional.empty();
        } catch (IOException | UnreadableText | VmException | IllegalArgumentException unusable) {
            // Then the journal itself is read, and the next append writes a new one.
            return Optional.empty();
        }
    }

    /**
     * The version of the tables that it was made for, where it is whole. Another one than this program's is no damage,
     * and the next append writes a new listing.
     */
    public Optional<Integer> version() {
        try {
            Optional<DataInputStream> whole = whole();
            return whole.isPresent() ? Optional.of(whole.get().readInt()) : Optional.empty();
        } catch (IOException tooShort) {
            return Optional.empty();
        }
    }

    /** What stands before the checksum; empty where the file cannot be read, or the checksum is another one. */
    private Optional<DataInputStream> whole() {
        try {
            ByteBuffer file = ByteBuffer.wrap(folder.disk().end(layout.listing(), Integer.MAX_VALUE));
            int length = file.limit() - CHECKSUM_BYTES;
            return length > 0 && file.getInt(length) == checksum(file.array(), length)
                    ? Optional.of(new DataInputStream(new ByteArrayInputStream(file.array(), 0, length)))
                    : Optional.empty();
        } catch (UncheckedIOException unreadable) {
            return Optional.empty();
        }
    }

    /**
     * Writes what the journal holds, together with what its files look like now. If we die before the rename the old
     * file stands, and is not used; after it, the new one.
     */
    public void write(InventoryCache.Content content) {
        try {
            InventoryCache.Identity.of(folder).ifPresent(now -> write(content.with(now)));
        } catch (UncheckedIOException full) {
            // A full or read-only disk: listings take longer, and are as right as before. The next one replaces what is
            // left.
        }
    }

    private void write(InventoryCache listed) {
        byte[] content = bytes(listed);
        try (DiskFile file = folder.makeAnew(layout.newListing())) {
            file.write(ByteBuffer.wrap(content), 0);
        }
        folder.disk().replace(layout.newListing(), layout.listing());
        last = Optional.of(listed);
    }

    private static byte[] bytes(InventoryCache listed) {
        try {
            ByteArrayOutputStream file = new ByteArrayOutputStream();
            DataOutputStream to = new DataOutputStream(file);
            to.writeInt(SchemaVersion.KNOWN_VERSION);
            ListingFormat.write(to, listed);
            to.writeInt(checksum(file.toByteArray(), file.size()));
            return file.toByteArray();
        } catch (IOException impossible) {
            // Nothing is written but memory.
            throw new IllegalStateException(impossible);
        }
    }

    /** Against accidents only, so that the quickest will do: SHA-256 takes a start 20 ms to load. */
    private static int checksum(byte[] content, int length) {
        CRC32 checksum = new CRC32();
        checksum.update(content, 0, length);
        return (int) checksum.getValue();
    }

    /**
     * What the file holds, of whatever time, with what the mirror's lines add to it: as new as the database, where that
     * cannot be opened, as every acknowledged event stands in the mirror. As far as the lines are right; the trouble
     * says why no further.
     */
    public Journal.Latest readWithMirror() {
        return withMirror(read().orElse(InventoryCache.NOTHING));
    }

    /** The same, where there is a listing and each line is right. */
    public Optional<Inventory> withMirror() {
        return read().map(this::withMirror).filter(latest -> latest.trouble().isEmpty())
                .map(Journal.Latest::inventory);
    }

    private Journal.Latest withMirror(InventoryCache listed) {
        var chain = new HashChain(layout.journal(), listed.head());
        var fold = new Fold(listed.inventory());
        try (MirrorLines lines = folder.explained(() -> new Mirror(folder).read())) {
            lines.moveTo(listed.identity().mirrorLength());
            Optional<EventLine> next = folder.explained(lines::next);
            while (next.isPresent()) {
                EventLine line = next.get();
                next = folder.explained(lines::next);
                if (next.isEmpty() && !line.isIntact()) {
                    // Another process is just writing it, or died in writing it: not acknowledged.
                    break;
                }
                HashChain.fold(layout.journal(), fold, chain.next(line));
            }
            return new Journal.Latest(fold.inventory(), Optional.empty());
        } catch (VmException failure) {
            return new Journal.Latest(fold.inventory(), Optional.of(failure.problem()));
        }
    }
}
