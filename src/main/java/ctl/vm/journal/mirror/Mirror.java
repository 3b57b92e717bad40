package ctl.vm.journal.mirror;

import ctl.vm.durable.DiskFile;
import ctl.vm.inventory.value.RootId;
import ctl.vm.journal.chain.EventLine;
import ctl.vm.journal.chain.EventRow;
import ctl.vm.journal.chain.Head;
import ctl.vm.journal.file.JournalFolder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/** The file of JSON lines that follows the database, one line an event. It only ever grows. */
public final class Mirror {

    private final JournalFolder folder;
    private final Path file;

    public Mirror(JournalFolder folder) {
        this.folder = folder;
        this.file = folder.layout().mirror();
    }

    /**
     * What a mirror ends with.
     *
     * @param wholeLength bytes of all lines that have their line feed, but for a last one that is torn
     * @param last the last of these lines, without it; empty where there is none
     * @param torn what stands behind it: nothing, or what is there of a line that was being written
     */
    public record Tail(long wholeLength, String last, byte[] torn) {

        static final Tail EMPTY = new Tail(0, "", new byte[0]);

        /** Bytes of the mirror. */
        public long length() {
            return wholeLength + torn.length;
        }
    }

    public boolean isMissing() {
        return folder.isMissing(file);
    }

    /** Makes an empty mirror where there is none. Its name is durable once the folder has been synced. */
    public void create() {
        folder.makeWhereMissing(file);
    }

    /**
     * A power cut can have kept the name of a new database and lost that of its mirror, before the first event.
     *
     * @return its length
     */
    public long createDurably() {
        if (isMissing()) {
            create();
            folder.disk().syncFolder(file.getParent());
        }
        return length();
    }

    /** Bytes, 0 where there is no mirror. */
    public long length() {
        return folder.length(file);
    }

    public MirrorLines read() {
        return new MirrorLines(folder.disk(), file);
    }

    /**
     * The hash of the first event, by its line; empty where that is not there, or not right: the database may have it.
     */
    public Optional<RootId> identity() {
        try (MirrorLines lines = read()) {
            return lines.next()
                    .filter(line -> line.follows(Head.BEGINNING) && line.isIntact())
                    .map(line -> new RootId(line.hash()));
        }
    }

    /** Looks at the end only, so that a long journal opens as fast as a short one. */
    public Tail tail() {
        if (isMissing()) {
            return Tail.EMPTY;
        }
        try (DiskFile mirror = folder.disk().open(file)) {
            long length = mirror.size();
            long wholeLength = MirrorLines.lineStart(mirror, length);
            byte[] last = lastLine(mirror, wholeLength);
            if (wholeLength == length && hasZero(last)) {
                // The disk got the size of the file and the end of a line, but not the beginning.
                wholeLength -= last.length + 1;
                last = lastLine(mirror, wholeLength);
            }
            return new Tail(wholeLength, new String(last, StandardCharsets.UTF_8),
                    MirrorLines.read(mirror, wholeLength, length));
        }
    }

    /**
     * Where a mirror whose last line is not that of the database's last event is right; empty where it is damaged
     * before.
     */
    Optional<MirrorEnd> end(EventRow last) {
        if (isMissing()) {
            return Optional.empty();
        }
        try (DiskFile mirror = folder.disk().open(file)) {
            return MirrorEnd.of(mirror, last);
        }
    }

    /** The line that ends there, without its line feed. */
    private static byte[] lastLine(DiskFile mirror, long end) {
        return end == 0
                ? new byte[0]
                : MirrorLines.read(mirror, MirrorLines.lineStart(mirror, end - 1), end - 1);
    }

    private static boolean hasZero(byte[] line) {
        for (byte value : line) {
            if (value == 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * Writes a line behind the first {@code wholeLength} bytes, over what a crash has left of this line, and makes it
     * durable. What stands behind it stays: where several hosts write, one that was stopped here and has lost its lock
     * may be late, and others have gone on behind this line, which they have written as well.
     *
     * <p>If we die before it returns, the line is missing, torn or there: the process that opens the journal next
     * completes it from the database, which has had the event since before.
     *
     * @return the length up to the end of the line
     */
    public long write(long wholeLength, EventLine line) {
        byte[] bytes = bytes(line);
        try (DiskFile mirror = folder.disk().openForWriting(file)) {
            mirror.write(ByteBuffer.wrap(bytes), wholeLength);
            mirror.sync();
        }
        return wholeLength + bytes.length;
    }

    /**
     * Puts the database's last event, where its line is missing, in the place of what stands behind the lines that are
     * right, and keeps that in a file beside the mirror, behind what was kept there before. Durable when this returns.
     * If we die before, it may be kept twice.
     *
     * @param last the database's last event
     */
    public Replaced replaceEnd(MirrorState.ForeignEnd end, EventRow last) {
        int bytes = keepFrom(end);
        try (DiskFile mirror = folder.disk().openForWriting(file)) {
            mirror.resize(end.rightLength());
            mirror.sync();
        }
        return new Replaced(bytes, end.event() < last.sequence()
                ? write(end.rightLength(), last.line())
                : end.rightLength());
    }

    /** @param bytes how many were set aside @param length of the mirror now */
    public record Replaced(int bytes, long length) {}

    private int keepFrom(MirrorState.ForeignEnd end) {
        Path kept = folder.layout().tornMirror();
        folder.makeWhereMissing(kept);
        try (DiskFile mirror = folder.disk().open(file); DiskFile target = folder.disk().openForWriting(kept)) {
            byte[] bytes = MirrorLines.read(mirror, end.rightLength(), mirror.size());
            byte[] header = "%d bytes behind event %d, from byte %d of %s on:\n"
                    .formatted(bytes.length, end.event(), end.rightLength(), file.getFileName())
                    .getBytes(StandardCharsets.UTF_8);
            ByteBuffer entry = ByteBuffer.allocate(header.length + bytes.length + 1);
            target.write(entry.put(header).put(bytes).put((byte) '\n').flip(), target.size());
            target.sync();
            folder.disk().syncFolder(kept.getParent());
            return bytes.length;
        }
    }

    /** A line as it stands in the file, with its line feed. */
    public static byte[] bytes(EventLine line) {
        return (line.text() + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
