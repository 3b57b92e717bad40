package ctl.vm.archive.write;

import ctl.vm.problem.Failure;
import java.io.PrintStream;
import java.nio.ByteBuffer;

/** A package that goes to whoever reads our output. */
public final class StreamSink implements PackageSink {

    private final PrintStream output;

    public StreamSink(PrintStream output) {
        this.output = output;
    }

    /** @throws ctl.vm.problem.VmException OutputLost, where nobody takes it */
    @Override
    public void write(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        output.write(copy, 0, copy.length);
        if (output.checkError()) {
            throw new Failure.OutputLost().thrown();
        }
    }

    /** Who reads it decides what is durable. */
    @Override
    public void sync() {}
}
