package ctl.vm.journal.mirror;

import ctl.vm.durable.DiskFile;
import ctl.vm.journal.chain.Head;
import ctl.vm.journal.file.JournalFolder;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * The file {@code head}: number and hash of the event that was recorded last, so that it is known what a journal lacks
 * whose other files have both lost their ends.
 *
 * <p>It is written once the event is durable in both, and never synced. So it can be older than the journal, and after
 * a power cut it is, and it is newer only where events were lost.
 */
public final class HeadFile {

    /** More than a number, a hash and a checksum take. */
    private static final int LONGEST_BYTES = 128;

    private final JournalFolder folder;
    private final Path file;

    public HeadFile(JournalFolder folder) {
        this.folder = folder;
        this.file = folder.layout().head();
    }

    /** Writes it in place. What is shorter than a sector is there as a whole or not at all. */
    public void write(Head head) {
        String text = head.sequence() + " " + head.hash();
        byte[] line = (text + " " + checksum(text) + "\n").getBytes(StandardCharsets.US_ASCII);
        try {
            folder.makeWhereMissing(file);
            try (DiskFile open = folder.disk().openForWriting(file)) {
                open.write(ByteBuffer.wrap(line), 0);
            }
        } catch (UncheckedIOException full) {
            // A full or read-only disk. The event is durable, and an older head says less, but nothing wrong.
        }
    }

    /** Empty where it is missing or damaged. */
    public Optional<Head> read() {
        try (DiskFile open = folder.disk().open(file)) {
            byte[] line = MirrorLines.read(open, 0, LONGEST_BYTES);
            return parse(new String(line, StandardCharsets.US_ASCII).split("\n", 2)[0].split(" "));
        } catch (UncheckedIOException missing) {
            return Optional.empty();
        }
    }

    private static Optional<Head> parse(String... parts) {
        return parts.length == 3
                && parts[0].matches("[0-9]{1,18}")
                && parts[1].matches("[0-9a-f]{64}")
                && parts[2].equals(checksum(parts[0] + " " + parts[1]))
                        ? Optional.of(new Head(Long.parseLong(parts[0]), parts[1]))
                        : Optional.empty();
    }

    /** It takes the next event to write another. Its absence is durable once the folder has been synced. */
    public void remove() {
        folder.disk().remove(file);
    }

    private static String checksum(String text) {
        CRC32 checksum = new CRC32();
        checksum.update(text.getBytes(StandardCharsets.US_ASCII));
        return Long.toHexString(checksum.getValue());
    }
}
