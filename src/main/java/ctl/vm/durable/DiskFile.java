package ctl.vm.durable;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An open file of a {@link Disk}. Positions and lengths are bytes. Failures are those of {@link Disk}.
 *
 * <p>After a failed {@link #sync} the file's unsynced bytes may be lost although later calls succeed: the caller must
 * give the file up.
 */
public interface DiskFile extends AutoCloseable {

    Path path();

    /**
     * What another program is to open, so that it gets this very file, whatever stands under its name by then. It works
     * as long as this is open.
     */
    default Path pathForOthers() {
        return path();
    }

    long size();

    /** Reads up to the buffer's remaining bytes; returns how many, or -1 at the end of the file. */
    int read(ByteBuffer target, long position);

    /** The bytes of a range, ready to be taken; fewer where the file ends before. */
    default ByteBuffer read(Extent range) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(range.length()));
        readFully(bytes, range.start());
        return bytes.flip();
    }

    /** Fills the buffer, as a read may bring less than there is. @return false where the file ends before */
    default boolean readFully(ByteBuffer target, long position) {
        long start = position - target.position();
        while (target.hasRemaining() && read(target, start + target.position()) > 0) {
            // What is missing comes with the next read.
        }
        return !target.hasRemaining();
    }

    /** Writes all remaining bytes of the buffer; the file grows as needed, with a hole where it skips. */
    void write(ByteBuffer source, long position);

    /** Sets the size; what is new is a hole. */
    void resize(long size);

    /**
     * Copies a range to the same range of another file, inside the kernel where it can. Returns how many bytes it
     * copied: at least one, unless the source ends at {@code position}.
     */
    long copyTo(DiskFile target, long position, long length);

    /**
     * Makes an empty file a copy of this one that shares its blocks, however large it is: until one of them is written
     * to, the two take the space of one.
     *
     * @return false where the filesystem cannot; the target is as it was
     */
    default boolean shareWith(DiskFile target) {
        return false;
    }

    /**
     * Its blocks that other files have as well, by where they stand on the disk: they are the same ones of two files
     * where these ranges overlap. Empty where the filesystem does not tell.
     */
    default List<Extent> sharedBlocks() {
        return List.of();
    }

    /** Bytes of its blocks that other files have as well. */
    default long sharedBytes() {
        return sharedBlocks().stream().mapToLong(Extent::length).sum();
    }

    /**
     * Makes sure that a range can be written without running out of space, as far as the filesystem promises that. What
     * is no data stays a hole, and the size stays. Nothing happens on a filesystem that cannot.
     */
    default void reserve(long position, long length) {}

    /**
     * The first range at or after {@code from} that holds data; empty where only a hole follows. A filesystem that does
     * not tell has no holes.
     */
    Optional<Extent> data(long from);

    /**
     * Whether it may have holes that {@link #data} does not tell: some filesystems report all of a file as data, and
     * say only that it takes less space than it is long, or not even that.
     */
    default boolean hidesHoles() {
        return false;
    }

    /** All ranges that hold data, in ascending order. */
    default List<Extent> extents() {
        List<Extent> extents = new ArrayList<>();
        Optional<Extent> next = data(0);
        while (next.isPresent()) {
            extents.add(next.get());
            next = data(next.get().end());
        }
        return extents;
    }

    /** Has the kernel begin to write a range to the disk, so that the next {@link #sync} is short. Only a hint. */
    default void startWriting(long position, long length) {}

    /**
     * Waits until what was written to a range has left the memory for the disk, and gives that memory to others. It
     * takes a {@link #sync} all the same to make the range durable. When this fails, bytes are lost as by a failed
     * sync.
     */
    default void finishWriting(long position, long length) {}

    /** Says that a range that is only read will not be needed soon: others can have its memory. Only a hint. */
    default void forget(long position, long length) {}

    /** Whether the machine has any of a range in memory; true where that is not known. */
    default boolean isInMemory(long position, long length) {
        return true;
    }

    /** Sets the modification time. It is durable only after the next {@link #sync}. */
    void setModified(Instant time);

    /** Makes bytes, size and times durable. */
    void sync();

    @Override
    void close();

    /** The bytes from {@code start}, inclusive, to {@code end}, exclusive. */
    record Extent(long start, long end) {

        public long length() {
            return end - start;
        }
    }
}
