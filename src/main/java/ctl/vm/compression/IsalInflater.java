package ctl.vm.compression;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/** Inflates with ISA-L. */
final class IsalInflater implements MemberInflater, StreamInflater {

    private final IsalInflate library;

    /** Shared, as one thread makes and closes it and others use it. */
    private final Arena arena = Arena.ofShared();

    private final MemorySegment state;

    IsalInflater(IsalInflate library) {
        this.library = library;
        this.state = library.state(arena);
    }

    /**
     * Whether the library keeps its state where we look for it: inflates the stream that holds one {@code a}, in pieces
     * of a byte each. A version with another layout would be found out here, before it could do harm.
     */
    static boolean isUnderstood(IsalInflate library) {
        ByteBuffer source = ByteBuffer.allocateDirect(8).put(HexFormat.of().parseHex("4b0400ffff")).flip();
        ByteBuffer target = ByteBuffer.allocateDirect(8);
        try (var inflater = new IsalInflater(library)) {
            boolean early = inflater.inflate(source.limit(1), target) | inflater.inflate(source.limit(2), target);
            boolean ended = inflater.inflate(source.limit(5), target);
            return !early && ended && source.position() == 3 && target.position() == 1 && target.get(0) == 'a';
        } catch (DamagedData notUnderstood) {
            return false;
        }
    }

    @Override
    public void reset() {
        library.initialise(state);
    }

    @Override
    public void inflateWhole(ByteBuffer deflated, ByteBuffer target) throws DamagedData {
        reset();
        library.lend(state, MemorySegment.ofBuffer(deflated), MemorySegment.ofBuffer(target));
        int result = library.inflateWhole(state);
        Reference.reachabilityFence(deflated); // the library knows only its address
        if (result != 0 || library.unread(state) > 0) {
            throw new DamagedData("deflate data does not end where it should");
        }
        target.position(target.limit() - library.room(state));
    }

    @Override
    public boolean inflate(ByteBuffer source, ByteBuffer target) throws DamagedData {
        library.lend(state, MemorySegment.ofBuffer(source), MemorySegment.ofBuffer(target));
        int result = library.inflatePiece(state);
        boolean ended = library.isFinished(state);
        source.position(source.limit() - library.unread(state) - (ended ? library.takenInVain(state) : 0));
        target.position(target.limit() - library.room(state));
        if (result < 0) {
            throw new DamagedData("deflate data cannot be read");
        }
        return ended;
    }

    @Override
    public void close() {
        arena.close();
    }
}
