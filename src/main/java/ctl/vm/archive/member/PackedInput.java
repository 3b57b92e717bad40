package ctl.vm.archive.member;

import ctl.vm.compression.StreamInflater;
import ctl.vm.durable.DiskFile;
import ctl.vm.inventory.value.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ReadableByteChannel;
import java.util.Optional;
import java.util.OptionalLong;

/** The bytes of a package as they stand in its file, strictly in order. */
public final class PackedInput {

    /** Space for the longest header of a gzip member, and large enough for the system to read undisturbed. */
    private static final int BUFFER_BYTES = 1 << 18;

    private static final int END = -1;

    private final ReadableByteChannel channel;

    /** Read by other threads than the one that fills the buffer. */
    private volatile long bytesRead;

    /** Of the bytes as they stand in the file, where all of them are read for it. */
    private Optional<PackageDigest> digest;

    /** Outside Java's heap, so that the system puts the bytes here. */
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN).limit(0);

    public PackedInput(ReadableByteChannel channel) {
        this(channel, false);
    }

    /** @param digested whether it takes the digest of all that is read; then nothing can be skipped */
    public PackedInput(ReadableByteChannel channel, boolean digested) {
        this.channel = channel;
        this.digest = digested ? Optional.of(new PackageDigest()) : Optional.empty();
    }

    /** Asks for the digest, before any byte was taken; what was only looked at is part of it. */
    public void beginDigest() {
        digest = Optional.of(new PackageDigest());
        digest.get().add(buffer);
    }

    /** The digest of all that was read, where it was asked for. Nothing can be read after it. */
    public Optional<Sha256> digest() {
        return digest.map(PackageDigest::end);
    }

    /** A file from its first byte on. Closing it leaves the file open for its owner. */
    public static ReadableByteChannel channel(DiskFile file) {
        return new FileChannel(file);
    }

    /** How many bytes of the file have been read so far. */
    public long bytesRead() {
        return bytesRead;
    }

    /** Where the next byte stands that is to be taken, from the first one on. */
    public long position() {
        return bytesRead - buffer.remaining();
    }

    /** Whether there is another byte. */
    public boolean hasMore() throws IOException {
        return buffer.hasRemaining() || fill();
    }

    /** The next bytes, which are still to be read, lowest byte first; fewer where the file ends. */
    public ByteBuffer peek(int count) throws IOException {
        while (buffer.remaining() < count && fill()) {
            // A read may bring less than there is.
        }
        int there = Math.min(count, buffer.remaining());
        return buffer.slice(buffer.position(), there).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** What has been read from the file; taking bytes moves the position. At least one, or it is cut off. */
    public ByteBuffer buffered() throws IOException {
        if (!hasMore()) {
            throw BadPackage.cutOff();
        }
        return buffer;
    }

    /** Whether bytes can be passed over without reading them. */
    public boolean canSkip() {
        return channel instanceof FileChannel && digest.isEmpty();
    }

    /** Bytes that are still to be read of a file; empty for a pipe. */
    public OptionalLong remaining() {
        return channel instanceof FileChannel file
                ? OptionalLong.of(file.remaining() + buffer.remaining())
                : OptionalLong.empty();
    }

    /** Passes over bytes without reading them. Where the file ends before, the next read finds out. */
    public void skip(long count) {
        int there = (int) Math.min(count, buffer.remaining());
        buffer.position(buffer.position() + there);
        if (count > there) {
            seekable().skip(count - there);
            bytesRead += count - there;
        }
    }

    /** Bytes that stand further on, lowest byte first; fewer where the file ends. What is read next stays the same. */
    public ByteBuffer peekAt(long distance, int count) {
        ByteBuffer ahead = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        seekable().readAhead(ahead, distance - buffer.remaining());
        return ahead.flip();
    }

    private FileChannel seekable() {
        return (FileChannel) channel;
    }

    public int next() throws IOException {
        return Byte.toUnsignedInt(buffered().get());
    }

    /** An unsigned number, lowest byte first. */
    public long number(int bytes) throws IOException {
        long number = 0;
        for (int shift = 0; shift < bytes * Byte.SIZE; shift += Byte.SIZE) {
            number |= (long) next() << shift;
        }
        return number;
    }

    /** Fills the target, or as much of it as there is left. */
    public void fill(ByteBuffer target) throws IOException {
        take(target);
        int count = 0;
        while (target.hasRemaining() && count != END) {
            count = readMore(target);
        }
    }

    /** Fills the target, which must not end the file early. */
    public void read(ByteBuffer target) throws IOException {
        fill(target);
        if (target.hasRemaining()) {
            throw BadPackage.cutOff();
        }
    }

    /** The same bytes as a stream. What the file reports is unchecked there, to be no damage. */
    public InputStream stream() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) == END ? END : Byte.toUnsignedInt(one[0]);
            }

            @Override
            public int read(byte[] target, int offset, int length) {
                try {
                    return hasMore() ? take(ByteBuffer.wrap(target, offset, length)) : END;
                } catch (IOException failed) {
                    throw new UncheckedIOException(failed);
                }
            }
        };
    }

    private int take(ByteBuffer target) {
        int count = Math.min(target.remaining(), buffer.remaining());
        target.put(buffer.slice(buffer.position(), count));
        buffer.position(buffer.position() + count);
        return count;
    }

    private boolean fill() throws IOException {
        int history = Math.min(StreamInflater.HISTORY_BYTES, buffer.position());
        buffer.position(buffer.position() - history).compact();
        int count;
        do {
            count = readMore(buffer);
        } while (count == 0 && buffer.hasRemaining());
        buffer.flip().position(history);
        return count > 0;
    }

    private int readMore(ByteBuffer target) throws IOException {
        int start = target.position();
        int count = channel.read(target);
        digest.filter(_ -> count > 0).ifPresent(whole -> whole.add(target.slice(start, count)));
        bytesRead += Math.max(count, 0);
        return count;
    }

    /** A file in which one can skip. */
    private static final class FileChannel implements ReadableByteChannel {

        private final DiskFile file;
        private long position;
        private volatile boolean open = true;

        FileChannel(DiskFile file) {
            this.file = file;
        }

        @Override
        public int read(ByteBuffer target) {
            int count = file.read(target, position);
            position += Math.max(count, 0);
            return count;
        }

        long remaining() {
            return Math.max(0, file.size() - position);
        }

        /** Passes over bytes, which need not be there. */
        void skip(long count) {
            position += count;
        }

        /** Reads bytes that stand further on, as many as there are; what is read next stays the same. */
        void readAhead(ByteBuffer target, long distance) {
            file.readFully(target, position + distance);
        }

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public void close() {
            open = false;
        }
    }
}
