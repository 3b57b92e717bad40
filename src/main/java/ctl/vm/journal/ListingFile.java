package ctl.vm.journal;

import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.Layout;
import ctl.vm.problem.VmException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The file that holds the inventory as of the last event, so that a listing does not have to start H2.
 *
 * <p>It is a copy that may be lost at any time, and nothing is synced. It is believed only while its checksum is right
 * and the journal looks as it did when it was written. It is written under the {@link JournalLock}.
 */
final class ListingFile {

    /** Hexadecimal, behind the JSON object and a line feed. */
    private static final int CHECKSUM_DIGITS = 1 + 8;

    private final Layout layout;

    /** What was read and believed last: it is read once as long as the journal is the same. */
    private Optional<Listed> known = Optional.empty();

    ListingFile(Layout layout) {
        this.layout = layout;
    }

    /** The inventory of the journal as it is now; empty where the file cannot say. */
    Optional<Inventory> current() {
        try {
            var now = Listed.Identity.of(layout);
            if (known.filter(listed -> listed.identity().equals(now)).isEmpty()) {
                known = read().filter(listed -> listed.identity().equals(now));
            }
            return known.map(Listed::inventory);
        } catch (IOException unknown) {
            return Optional.empty();
        }
    }

    /** What the file holds, of whatever time; empty where it is missing, damaged or for other tables. */
    Optional<Listed> read() {
        try {
            byte[] file = Files.readAllBytes(layout.listing());
            int length = file.length - CHECKSUM_DIGITS;
            return length > 0 && Arrays.equals(checksum(file, length), Arrays.copyOfRange(file, length, file.length))
                    ? ListedReader.read(file, length)
                    : Optional.empty();
        } catch (IOException | UnreadableText | VmException | IllegalArgumentException unusable) {
            // Then the journal itself is read, and the next append writes a new one.
            return Optional.empty();
        }
    }

    /** If we die before the rename the old file stands, and is not believed; after it, the new one. */
    void write(Listed listed) {
        try {
            byte[] text = text(listed).getBytes(StandardCharsets.UTF_8);
            ByteArrayOutputStream file = new ByteArrayOutputStream();
            file.writeBytes(text);
            file.writeBytes(checksum(text, text.length));
            OwnFile.make(layout.newListing());
            Files.write(
                    layout.newListing(), file.toByteArray(),
                    StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING, LinkOption.NOFOLLOW_LINKS);
            Files.move(layout.newListing(), layout.listing(), StandardCopyOption.ATOMIC_MOVE);
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
    private static byte[] checksum(byte[] text, int length) {
        CRC32C checksum = new CRC32C();
        checksum.update(text, 0, length);
        return ("\n" + HexFormat.of().toHexDigits((int) checksum.getValue())).getBytes(StandardCharsets.UTF_8);
    }

    private static String text(Listed listed) {
        return JsonText.object(json -> {
            json.writeNumberField("schema", Schema.KNOWN_VERSION);
            json.writeNumberField("databaseSize", listed.identity().databaseSize());
            json.writeStringField("databaseModified", listed.identity().databaseModified().toString());
            json.writeNumberField("mirrorLength", listed.identity().mirrorLength());
            json.writeNumberField("sequence", listed.head().sequence());
            json.writeStringField("last", listed.head().hash());
            InventoryJson.write(json, listed.inventory());
        });
    }
}
