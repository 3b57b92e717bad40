package ctl.vm.compression;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * liblzma of XZ Utils, as the system has it (Debian: liblzma5): decompresses .xz and .lzma more than twice as fast as
 * Java.
 *
 * <p>Its functions and the layout of its {@code lzma_stream} (lzma/base.h) have been the same since version 5.0 (2010).
 * Its own decoder with threads is not used: versions 5.3.3 to 5.8.0 of it free memory that is still in use where the
 * input is damaged.
 */
final class Liblzma {

    /** Empty where the system has none. */
    static final Optional<Liblzma> LIBRARY = NativeLibrary.ofSystem("liblzma.so.5", Liblzma::new);

    /**
     * For a dictionary of 128 MiB, as zstd may have one; at its highest level, xz has one of 64 MiB and lzip of 32 MiB.
     */
    private static final long LARGEST_MEMORY_BYTES = 132L << 20;

    // lzma_action and lzma_ret of lzma/base.h.
    private static final int RUN = 0;
    private static final int OK = 0;
    private static final int STREAM_END = 1;
    private static final int UNSUPPORTED_CHECK = 3;
    private static final int NO_MEMORY = 5;
    private static final int MEMORY_LIMIT = 6;
    private static final int OPTIONS_ERROR = 8;
    private static final int BUFFER_ERROR = 10;

    /** Without it, what has a check of an unknown kind is handed out unproved. */
    private static final int TELL_UNSUPPORTED_CHECK = 2;

    private final MethodHandle xzDecoder;
    private final MethodHandle lzmaDecoder;
    private final MethodHandle code;
    private final MethodHandle end;
    private final MethodHandle memoryUsage;

    private Liblzma(NativeLibrary library) {
        xzDecoder = library.function("lzma_stream_decoder", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
        lzmaDecoder = library.function("lzma_alone_decoder", JAVA_INT, ADDRESS, JAVA_LONG);
        code = library.function("lzma_code", JAVA_INT, ADDRESS, JAVA_INT);
        end = library.procedure("lzma_end", ADDRESS);
        memoryUsage = library.function("lzma_memusage", JAVA_LONG, ADDRESS);
    }

    /** One .xz stream. */
    StreamDecompressor xz(ByteSource source) {
        return new Stream(source, stream -> (int) xzDecoder.invokeExact(
                stream, LARGEST_MEMORY_BYTES, TELL_UNSUPPORTED_CHECK));
    }

    /** One .lzma stream. */
    StreamDecompressor lzma(ByteSource source) {
        return new Stream(source, stream -> (int) lzmaDecoder.invokeExact(
                stream, LARGEST_MEMORY_BYTES));
    }

    private interface Initialisation {
        int result(MemorySegment stream) throws Throwable;
    }

    private final class Stream implements StreamDecompressor {

        // Offsets in lzma_stream.
        private static final int NEXT_IN = 0;
        private static final int AVAILABLE_IN = 8;
        private static final int NEXT_OUT = 24;
        private static final int AVAILABLE_OUT = 32;
        private static final int STREAM_BYTES = 136;

        private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(0);

        private final ByteSource source;

        /** Shared, as one thread makes and closes it and another uses it. */
        private final Arena arena = Arena.ofShared();

        private final MemorySegment stream = arena.allocate(STREAM_BYTES, Long.BYTES);

        /** Whether the library may give more without being given more: the target was full. */
        private boolean holdsBack;

        private boolean ended;

        Stream(ByteSource source, Initialisation initialisation) {
            this.source = source;
            int result;
            try {
                result = initialisation.result(stream);
            } catch (Throwable failed) {
                throw NativeLibrary.unexpected(failed);
            }
            if (result != OK) {
                arena.close();
                throw new OutOfMemoryError("liblzma got no memory");
            }
        }

        @Override
        public void fill(ByteBuffer target) throws IOException {
            while (target.hasRemaining() && !ended) {
                decompress(holdsBack ? NOTHING : source.buffered(), target);
                holdsBack = !target.hasRemaining();
            }
        }

        private void decompress(ByteBuffer compressed, ByteBuffer target) throws DamagedData {
            stream.set(ADDRESS, NEXT_IN, MemorySegment.ofBuffer(compressed));
            stream.set(JAVA_LONG, AVAILABLE_IN, compressed.remaining());
            stream.set(ADDRESS, NEXT_OUT, MemorySegment.ofBuffer(target));
            stream.set(JAVA_LONG, AVAILABLE_OUT, target.remaining());
            int result;
            try {
                result = (int) code.invokeExact(stream, RUN);
            } catch (Throwable failed) {
                throw NativeLibrary.unexpected(failed);
            }
            compressed.position(compressed.limit() - (int) stream.get(JAVA_LONG, AVAILABLE_IN));
            target.position(target.limit() - (int) stream.get(JAVA_LONG, AVAILABLE_OUT));
            ended = hasEnded(result);
        }

        /** Without input that it could go on with, it says {@code BUFFER_ERROR}, and goes on once it gets some. */
        private boolean hasEnded(int result) throws DamagedData {
            return switch (result) {
                case OK, BUFFER_ERROR -> false;
                case STREAM_END -> true;
                case NO_MEMORY -> throw new OutOfMemoryError("liblzma got no memory");
                case MEMORY_LIMIT -> throw Compressors.tooLargeForLzma(needed() >> 20, LARGEST_MEMORY_BYTES >> 20);
                case OPTIONS_ERROR, UNSUPPORTED_CHECK -> throw new DamagedData("it is compressed in an unknown way");
                default -> throw new DamagedData();
            };
        }

        private long needed() {
            try {
                return (long) memoryUsage.invokeExact(stream);
            } catch (Throwable failed) {
                throw NativeLibrary.unexpected(failed);
            }
        }

        @Override
        public void close() {
            try {
                end.invokeExact(stream);
            } catch (Throwable failed) {
                throw NativeLibrary.unexpected(failed);
            }
            arena.close();
        }
    }
}
