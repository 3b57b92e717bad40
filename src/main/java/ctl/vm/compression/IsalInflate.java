package ctl.vm.compression;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/** What inflates in ISA-L: three functions, and the part of their state ({@code inflate_state}) that we need. */
final class IsalInflate {

    /** Empty where there is none, or one of another making. */
    static final Optional<IsalInflate> LIBRARY = IsalLibrary.bind(IsalInflate::new).filter(IsalInflater::isUnderstood);

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

    private final MethodHandle initialise;
    private final MethodHandle inflatePiece;
    private final MethodHandle inflateWhole;

    @SuppressWarnings("restricted")
    private IsalInflate(SymbolLookup symbols) {
        Linker linker = Linker.nativeLinker();
        var inflate = FunctionDescriptor.of(JAVA_INT, ADDRESS);
        initialise = linker.downcallHandle(
                symbols.findOrThrow("isal_inflate_init"), FunctionDescriptor.ofVoid(ADDRESS));
        inflatePiece = linker.downcallHandle(symbols.findOrThrow("isal_inflate"), inflate);
        inflateWhole = linker.downcallHandle(symbols.findOrThrow("isal_inflate_stateless"), inflate);
    }

    /** A state that lives as long as the arena, ready for a stream. */
    MemorySegment state(Arena arena) {
        MemorySegment state = arena.allocate(STATE_BYTES, STATE_ALIGNMENT_BYTES);
        initialise(state);
        return state;
    }

    void initialise(MemorySegment state) {
        try {
            initialise.invokeExact(state);
        } catch (Throwable failed) {
            throw NativeCall.unexpected(failed);
        }
    }

    /** Says where to read and where to write; the caller keeps both alive until the next call has returned. */
    void lend(MemorySegment state, MemorySegment source, MemorySegment target) {
        state.set(ADDRESS, NEXT_IN, source);
        state.set(JAVA_INT, AVAILABLE_IN, (int) source.byteSize());
        state.set(ADDRESS, NEXT_OUT, target);
        state.set(JAVA_INT, AVAILABLE_OUT, (int) target.byteSize());
    }

    /** Inflates what was lent, as far as it goes. Returns 0, or the negative number of an error. */
    int inflatePiece(MemorySegment state) {
        return call(inflatePiece, state);
    }

    /** Inflates what was lent, which is all there is. Returns 0 where it was a whole stream and has found room. */
    int inflateWhole(MemorySegment state) {
        return call(inflateWhole, state);
    }

    private static int call(MethodHandle function, MemorySegment state) {
        try {
            return (int) function.invokeExact(state);
        } catch (Throwable failed) {
            throw NativeCall.unexpected(failed);
        }
    }

    /** Bytes of the source that were not used. */
    int unread(MemorySegment state) {
        return state.get(JAVA_INT, AVAILABLE_IN);
    }

    /** Whole bytes behind the end of the stream that were taken from this source, or from the one before. */
    int takenInVain(MemorySegment state) {
        return state.get(JAVA_INT, BITS_TAKEN) / Byte.SIZE;
    }

    /** Bytes of the target that were not used. */
    int room(MemorySegment state) {
        return state.get(JAVA_INT, AVAILABLE_OUT);
    }

    /** Whether the stream has ended and all of it has been written. */
    boolean isFinished(MemorySegment state) {
        return state.get(JAVA_INT, BLOCK_STATE) == BLOCK_STATE_FINISHED;
    }
}
