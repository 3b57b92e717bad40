package ctl.vm.compression;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** Inflates with libdeflate. */
final class LibdeflateInflater implements MemberInflater {

    private final Libdeflate library;

    /** Shared, as one thread makes and closes it and others use it. */
    private final Arena arena = Arena.ofShared();

    private final MemorySegment decompressor;
    private final MemorySegment counts = arena.allocate(JAVA_LONG, 2);

    LibdeflateInflater(Libdeflate library) {
        this.library = library;
        this.decompressor = library.decompressor(arena);
    }

    @Override
    public void inflateWhole(ByteBuffer deflated, ByteBuffer target) throws DamagedData {
        boolean whole = library.decompress(
                decompressor, MemorySegment.ofBuffer(deflated), MemorySegment.ofBuffer(target), counts);
        if (!whole || counts.getAtIndex(JAVA_LONG, 0) != deflated.remaining()) {
            throw new DamagedData("deflate data does not end where it should");
        }
        target.position(target.position() + (int) counts.getAtIndex(JAVA_LONG, 1));
    }

    @Override
    public void close() {
        arena.close();
    }
}
