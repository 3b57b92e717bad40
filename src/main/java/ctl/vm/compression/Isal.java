package ctl.vm.compression;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Intel's Intelligent Storage Acceleration Library, where the system has it (Debian: libisal2).
 *
 * <p>The offsets are those of its structures in igzip_lib.h. Those of {@code isal_zstream} have not changed since
 * version 2.18 (2017), and the library's name changes when they do; those of {@code inflate_state} are tried before
 * they are used.
 */
final class Isal {

    private static final String NAME = "libisal.so.2";

    private Isal() {}

    static boolean canDeflate() {
        return Deflate.LIBRARY.isPresent();
    }

    static boolean canInflate() {
        return Inflate.LIBRARY.isPresent();
    }

    /** @param initialise puts the values into an isal_zstream that it has before its first use */
    private record Deflate(MethodHandle initialise, MethodHandle deflate) {

        /** Empty where there is none. */
        static final Optional<Deflate> LIBRARY = NativeLibrary.ofSystem(NAME, library -> new Deflate(
                library.procedure("isal_deflate_stateless_init", ADDRESS),
                library.function("isal_deflate_stateless", JAVA_INT, ADDRESS)));
    }

    private record Inflate(MethodHandle initialise, MethodHandle inflate, MethodHandle inflateWhole) {

        /** Empty where there is none, or one of another making. */
        static final Optional<Inflate> LIBRARY = NativeLibrary.ofSystem(NAME, library -> new Inflate(
                library.procedure("isal_inflate_init", ADDRESS),
                library.function("isal_inflate", JAVA_INT, ADDRESS),
                library.function("isal_inflate_stateless", JAVA_INT, ADDRESS)))
                .filter(Decompressor::isUnderstood);
    }

    /** Deflates at its level 1: five times as fast as libdeflate, and a tenth larger. */
    static final class Compressor implements BlockCompressor {

        private static final int NEXT_IN = 0;
        private static final int AVAILABLE_IN = 8;
        private static final int NEXT_OUT = 16;
        private static final int AVAILABLE_OUT = 24;
        private static final int TOTAL_OUT = 28;
        private static final int LEVEL = 40;
        private static final int LEVEL_BUFFER_BYTES = 44;
        private static final int LEVEL_BUFFER = 48;
        private static final int END_OF_STREAM = 56;

        /** Far more than the structure has with all that is inside it. */
        private static final int STREAM_BYTES = 512 << 10;

        /** ISAL_DEF_LVL1_EXTRA_LARGE: the largest of those that are recommended for level 1. */
        private static final int WORK_BYTES = 4096 + 2 * 8192 + 4 * 128 * 1024;

        private final Arena arena = Arena.ofShared();
        private final MemorySegment stream = arena.allocate(STREAM_BYTES, Long.BYTES);
        private final MemorySegment work = arena.allocate(WORK_BYTES, Long.BYTES);
        private final Deflate library = Deflate.LIBRARY.orElseThrow();

        /** What it cannot compress it stores, in blocks of at most 64 KiB with five bytes of header each. */
        @Override
        public int maximumBytes(int blockBytes) {
            return blockBytes + (blockBytes >> 10) + 1024;
        }

        @Override
        public void compress(ByteBuffer block, ByteBuffer target) {
            int error;
            try {
                library.initialise.invokeExact(stream);
                stream.set(ADDRESS, NEXT_IN, MemorySegment.ofBuffer(block));
                stream.set(JAVA_INT, AVAILABLE_IN, block.remaining());
                stream.set(ADDRESS, NEXT_OUT, MemorySegment.ofBuffer(target));
                stream.set(JAVA_INT, AVAILABLE_OUT, target.remaining());
                stream.set(JAVA_INT, LEVEL, 1);
                stream.set(ADDRESS, LEVEL_BUFFER, work);
                stream.set(JAVA_INT, LEVEL_BUFFER_BYTES, WORK_BYTES);
                stream.set(JAVA_SHORT, END_OF_STREAM, (short) 1);
                error = (int) library.deflate.invokeExact(stream);
            } catch (Throwable failed) {
                throw NativeLibrary.unexpected(failed);
            }
            if (error != 0 || stream.get(JAVA_INT, AVAILABLE_IN) != 0) {
                throw new IllegalStateException("ISA-L failed with error %d".formatted(error));
            }
            target.position(target.position() + stream.get(JAVA_INT, TOTAL_OUT));
            block.position(block.limit());
        }

        @Override
        public void close() {
            arena.close();
        }
    }

    static final class Decompressor implements BlockDecompressor, StreamInflater {

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
        private final Inflate library;

        Decompressor() {
            this(Inflate.LIBRARY.orElseThrow());
        }

        private Decompressor(Inflate library) {
            this.library = library;
            reset();
        }

        /**
         * Whether the library keeps its state where we look for it: inflates the stream that holds one {@code a}, a few
         * bytes at a time. A version with another layout would be found out here, before it could do harm.
         */
        private static boolean isUnderstood(Inflate library) {
            ByteBuffer source = ByteBuffer.allocateDirect(8).put(HexFormat.of().parseHex("4b0400ffff")).flip();
            ByteBuffer target = ByteBuffer.allocateDirect(8);
            try (var inflater = new Decompressor(library)) {
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
}
