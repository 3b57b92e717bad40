package ctl.vm.archive.read;

import ctl.vm.archive.member.BlockSource;
import ctl.vm.archive.member.PackedInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** A tar archive without compression of which only headers are wanted: the data of members is passed over, and not read. */
record PlainHops(PackedInput packed) implements BlockSource {

    private static final int PIECE_BYTES = 1 << 16;

    @Override
    public Optional<ByteBuffer> next() throws IOException {
        if (!packed.hasMore()) {
            return Optional.empty();
        }
        ByteBuffer buffered = packed.buffered();
        ByteBuffer piece = buffered.slice(buffered.position(), Math.min(PIECE_BYTES, buffered.remaining()));
        buffered.position(buffered.position() + piece.remaining());
        return Optional.of(piece);
    }

    /** Where the file ends before that, whoever reads the next header finds out. */
    @Override
    public long hop(long atMost) throws IOException {
        packed.skip(atMost);
        return atMost;
    }

    @Override
    public void close() {
        // There is nothing to give back.
    }
}
