package ctl.vm.archive.write;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/** Keeps a package in memory, as much as there is room for. */
public final class InMemorySink implements PackageSink {

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final int capacity;
    private int syncs;

    public InMemorySink() {
        this(Integer.MAX_VALUE);
    }

    public InMemorySink(int capacity) {
        this.capacity = capacity;
    }

    /** A sink that an earlier attempt has written to. */
    public static InMemorySink holding(byte[] beginning) {
        var sink = new InMemorySink();
        sink.written.writeBytes(beginning);
        return sink;
    }

    public byte[] bytes() {
        return written.toByteArray();
    }

    public int syncs() {
        return syncs;
    }

    @Override
    public void write(ByteBuffer bytes) {
        if (written.size() + bytes.remaining() > capacity) {
            throw new UncheckedIOException(new IOException("full"));
        }
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        written.writeBytes(copy);
    }

    @Override
    public void sync() {
        syncs++;
    }
}
