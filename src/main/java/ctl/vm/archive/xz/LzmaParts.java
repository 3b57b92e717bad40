package ctl.vm.archive.xz;

import ctl.vm.archive.member.ReusableBuffer;
import ctl.vm.compression.StreamDecompressor;
import java.io.IOException;
import java.util.Optional;

/** The parts of a file that can be decompressed independently of each other, in order. */
public interface LzmaParts {

    /** No part takes more memory, with what it holds: a limit on what a header that lies can ask for. */
    int MAXIMUM_BYTES = 104 << 20;

    /**
     * What begins with larger parts is rather decompressed as a stream: no two of them would be under way at a time.
     */
    int MOST_AT_FIRST_BYTES = MAXIMUM_BYTES / 2;

    /**
     * Reads the next part; empty behind the last one.
     *
     * @param buffer for its bytes, which are valid until it is used again
     */
    Optional<LzmaPart> next(ReusableBuffer buffer) throws IOException;

    /** Whether all parts and the rest are a single stream, see {@link StreamDecompressor#isWhole}. Only at the end. */
    default boolean isWhole() {
        return false;
    }

    /** What reads on behind the last part: the rest of the file may not be cut into parts. */
    StreamDecompressor rest();
}
