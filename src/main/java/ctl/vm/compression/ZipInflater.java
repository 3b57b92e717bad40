package ctl.vm.compression;

import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** The inflater of Java. */
final class ZipInflater implements MemberInflater, StreamInflater {

    private final Inflater inflater = new Inflater(true);

    @Override
    public void inflateWhole(ByteBuffer deflated, ByteBuffer target) throws DamagedData {
        inflater.reset();
        ByteBuffer source = deflated.duplicate();
        step(source, target);
        // Where the target is full exactly, the end of the stream may still have to be read.
        boolean more = !inflater.finished() && step(source, ByteBuffer.allocate(1)) > 0;
        if (more || !inflater.finished() || source.hasRemaining()) {
            throw new DamagedData("deflate data does not end where it should");
        }
    }

    @Override
    public void reset() {
        inflater.reset();
    }

    @Override
    public boolean inflate(ByteBuffer source, ByteBuffer target) throws DamagedData {
        step(source, target);
        return inflater.finished();
    }

    private int step(ByteBuffer source, ByteBuffer target) throws DamagedData {
        inflater.setInput(source);
        try {
            int count = inflater.inflate(target);
            if (inflater.needsDictionary()) {
                throw new DamagedData("deflate data needs a dictionary");
            }
            return count;
        } catch (DataFormatException damaged) {
            throw new DamagedData("deflate data cannot be read");
        }
    }

    @Override
    public void close() {
        inflater.end();
    }
}
