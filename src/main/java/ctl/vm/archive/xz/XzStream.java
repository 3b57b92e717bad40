package ctl.vm.archive.xz;

import ctl.vm.archive.member.PackedInput;
import ctl.vm.compression.Compressors;
import ctl.vm.compression.StreamDecompressor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What an .xz file holds, block after block: its streams one after the other, with zeros between them (The .xz File
 * Format, version 1.2.1, section 2.2).
 */
public final class XzStream implements StreamDecompressor {

    private final PackedInput packed;
    private Optional<StreamDecompressor> stream = Optional.empty();
    private long streams;

    /** @param packed at the header of the first stream; left behind the last stream and the zeros that pad it */
    public XzStream(PackedInput packed) {
        this.packed = packed;
    }

    @Override
    public void fill(ByteBuffer target) throws IOException {
        while (target.hasRemaining() && startStream()) {
            stream.orElseThrow().fill(target);
            if (target.hasRemaining()) {
                close();
                skipPadding(packed);
            }
        }
    }

    /** Whether there is a stream to read from. */
    private boolean startStream() throws IOException {
        if (stream.isEmpty() && XzHeader.isNext(packed)) {
            streams++;
            stream = Optional.of(Compressors.xz(packed::buffered));
        }
        return stream.isPresent();
    }

    /** Zeros behind a stream, four at a time (section 2.2). */
    static void skipPadding(PackedInput packed) throws IOException {
        for (ByteBuffer next = packed.peek(Integer.BYTES); isPadding(next); next = packed.peek(Integer.BYTES)) {
            packed.number(Integer.BYTES);
        }
    }

    private static boolean isPadding(ByteBuffer next) {
        return next.remaining() == Integer.BYTES && next.getInt(0) == 0;
    }

    /** How many streams have begun. */
    long streams() {
        return streams;
    }

    @Override
    public boolean isWhole() {
        return streams == 1;
    }

    @Override
    public void close() {
        stream.ifPresent(StreamDecompressor::close);
        stream = Optional.empty();
    }
}
