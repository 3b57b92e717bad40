package ctl.vm.compression;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Optional;

/** Inflates with ISA-L. The offsets are those of its {@code struct inflate_state}. */
final class IsalInflater implements BlockDecompressor, StreamInflater {

    /** Empty where there is none, or one of another making. */
    private static final Optional<Functions> LIBRARY = NativeLibrary
            .ofSystem(IsalCompressor.LIBRARY_NAME, Functions::of)
            .filter(IsalInflater::isUnderstood);

    /** The state takes 88 KB in version 2.30. */
    private static final long STATE_BYTES = 1 << 18;

    private static final long STATE_ALIGNMENT_BYTES = 64;

    private static final long NEXT_OUT = 0;
    private static final long AVAILABLE_OUT = 8;
    private static final long NEXT_IN = 16;
    private static final long AVAILABLE_IN = 32;
    private static final long BITS_TAKEN = 36;
    private static final long BLOCK_STATE = 21160;
    private static final int BLOCK_STATE_FINISHED = 5;

    /** Shared, as one thread makes and closes it and others use it. */
    private final Arena arena = Arena.ofShared();

    private final MemorySegment state = arena.allocate(STATE_BYTES, STATE_ALIGNMENT_BYTES);
    private final Functions library;

    private record Functions(MethodHandle initialise, MethodHandle inflate, MethodHandle inflateWhole) {

        static Functions of(NativeLibrary library) {
            return new Functions(
                    library.procedure("isal_inflate_init", ADDRESS),
                    library.function("isal_inflate", JAVA_INT, ADDRESS),
                    library.function("isal_inflate_stateless", JAVA_INT, ADDRESS));
        }
    }

    IsalInflater() {
        this(LIBRARY.orElseThrow());
    }

    private IsalInflater(Functions library) {
        this.library = library;
        reset();
    }

    static boolean isAvailable() {
        return LIBRARY.isPresent();
    }

    /**
     * Whether the library keeps its state where we look for it: inflates the stream that holds one {@code a}, a few bytes
     * at a time. A version with another layout would be found out here, before it could do harm.
     */
    private static boolean isUnderstood(Functions library) {
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
        try {
            library.initialise.invokeExact(state);
        } catch (Throwable failed) {
            throw NativeLibrary.unexpected(failed);
        }
    }

    @Override
    public void decompress(ByteBuffer compressed, ByteBuffer target) throws DamagedData {
        reset();
        if (call(library.inflateWhole, compressed, target) != 0 || unread() > 0) {
            throw new DamagedData();
        }
        target.position(target.limit() - unwritten());
    }

    @Override
    public boolean inflate(ByteBuffer source, ByteBuffer target) throws DamagedData {
        int result = call(library.inflate, source, target);
        boolean ended = state.get(JAVA_INT, BLOCK_STATE) == BLOCK_STATE_FINISHED;
        // Whole bytes behind the end of the stream may have been taken from this source, or from the one before.
        int takenInVain = ended ? state.get(JAVA_INT, BITS_TAKEN) / Byte.SIZE : 0;
        source.position(source.limit() - unread() - takenInVain);
        target.position(target.limit() - unwritten());
        if (result < 0) {
            throw new DamagedData();
        }
        return ended;
    }

    /** Returns 0, or the negative number of an error. */
    private int call(MethodHandle function, ByteBuffer source, ByteBuffer target) {
        state.set(ADDRESS, NEXT_IN, MemorySegment.ofBuffer(source));
        state.set(JAVA_INT, AVAILABLE_IN, source.remaining());
        state.set(ADDRESS, NEXT_OUT, MemorySegment.ofBuffer(target));
        state.set(JAVA_INT, AVAILABLE_OUT, target.remaining());
        try {
            return (int) function.invokeExact(state);
        } catch (Throwable failed) {
            throw NativeLibrary.unexpected(failed);
        } finally {
            Reference.reachabilityFence(source); // the library knows only the addresses
            Reference.reachabilityFence(target);
        }
    }

    private int unread() {
        return state.get(JAVA_INT, AVAILABLE_IN);
    }

    private int unwritten() {
        return state.get(JAVA_INT, AVAILABLE_OUT);
    }

    @Override
    public void close() {
        arena.close();
    }
}
