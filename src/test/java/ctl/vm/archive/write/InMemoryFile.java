package ctl.vm.archive.write;

import ctl.vm.durable.DiskFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/** A small file that stands nowhere. */
public final class InMemoryFile implements DiskFile {

    /** A caller that asks for more has trusted a number that is a lie. */
    private static final long MAXIMUM_SIZE = 64 << 20;

    private byte[] content = new byte[0];

    public byte[] content() {
        return content;
    }

    @Override
    public Path path() {
        return Path.of("in-memory");
    }

    @Override
    public long size() {
        return content.length;
    }

    @Override
    public int read(ByteBuffer target, long position) {
        if (position >= content.length) {
            return -1;
        }
        int count = (int) Math.min(target.remaining(), content.length - position);
        target.put(content, (int) position, count);
        return count;
    }

    @Override
    public void write(ByteBuffer source, long position) {
        if (position + source.remaining() > content.length) {
            throw new AssertionError("written past the size of the image");
        }
        source.get(content, (int) position, source.remaining());
    }

    @Override
    public void resize(long size) {
        if (size > MAXIMUM_SIZE) {
            throw new TooLarge();
        }
        content = Arrays.copyOf(content, (int) size);
    }

    @Override
    public long copyTo(DiskFile target, long position, long length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Extent> data(long from) {
        return from < content.length ? Optional.of(new Extent(from, content.length)) : Optional.empty();
    }

    @Override
    public void setModified(Instant time) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void sync() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}

    /** What a filesystem says to a size that it cannot hold. */
    public static final class TooLarge extends RuntimeException {}
}
