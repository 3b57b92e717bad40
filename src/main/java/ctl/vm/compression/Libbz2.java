package ctl.vm.compression;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.util.Optional;

/** libbz2, as aircompressor brings it along or else as the system has it. */
final class Libbz2 {

    /** Empty where there is none for this processor. */
    static final Optional<Libbz2> LIBRARY = NativeLibrary.inJar(
            "/aircompressor/linux-%s/libbz2.so".formatted(System.getProperty("os.arch")), Libbz2::new)
            .or(() -> NativeLibrary.ofSystem("libbz2.so.1.0", Libbz2::new));

    // Of bzlib.h.
    private static final int OK = 0;
    private static final int STREAM_END = 4;
    private static final int NO_MEMORY = -3;

    private static final int SILENT = 0;
    private static final int FAST = 0;

    private final MethodHandle open;
    private final MethodHandle decompress;
    private final MethodHandle end;

    private Libbz2(NativeLibrary library) {
        open = library.function("BZ2_bzDecompressInit", JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
        decompress = library.function("BZ2_bzDecompress", JAVA_INT, ADDRESS);
        end = library.function("BZ2_bzDecompressEnd", JAVA_INT, ADDRESS);
    }

    /**
     * @param compressed one stream, whole in memory: a direct buffer, which stays as it is until the result is closed
     */
    StreamDecompressor stream(ByteBuffer compressed) {
        return new Stream(compressed);
    }

    private static int called(MethodHandle function, MemorySegment stream) {
        try {
            return (int) function.invokeExact(stream);
        } catch (Throwable failed) {
            throw NativeLibrary.unexpected(failed);
        }
    }

    private final class Stream implements StreamDecompressor {

        // Of bz_stream, on machines with addresses of 64 bits.
        private static final int BYTES = 80;
        private static final int NEXT_IN = 0;
        private static final int AVAILABLE_IN = 8;
        private static final int NEXT_OUT = 24;
        private static final int AVAILABLE_OUT = 32;

        /** Shared, as one thread makes and closes it and another uses it. */
        private final Arena arena = Arena.ofShared();

        private final MemorySegment stream = arena.allocate(BYTES, Long.BYTES);
        private boolean ended;

        Stream(ByteBuffer compressed) {
            stream.set(ADDRESS, NEXT_IN, MemorySegment.ofBuffer(compressed));
            stream.set(JAVA_INT, AVAILABLE_IN, compressed.remaining());
            int result;
            try {
                result = (int) open.invokeExact(stream, SILENT, FAST);
            } catch (Throwable failed) {
                throw NativeLibrary.unexpected(failed);
            }
            require(result == OK);
        }

        @Override
        public void fill(ByteBuffer target) throws DamagedData {
            if (ended || !target.hasRemaining()) {
                return;
            }
            stream.set(ADDRESS, NEXT_OUT, MemorySegment.ofBuffer(target));
            stream.set(JAVA_INT, AVAILABLE_OUT, target.remaining());
            int result = called(decompress, stream);
            require(result != NO_MEMORY);
            int left = stream.get(JAVA_INT, AVAILABLE_OUT);
            target.position(target.limit() - left);
            ended = result == STREAM_END;
            // It stops where the target is full, or the input used up.
            boolean isFull = result == OK && left == 0;
            boolean isWhole = ended && stream.get(JAVA_INT, AVAILABLE_IN) == 0;
            if (!isFull && !isWhole) {
                throw new DamagedData();
            }
        }

        private static void require(boolean hasMemory) {
            if (!hasMemory) {
                throw new OutOfMemoryError("libbz2 got no memory");
            }
        }

        @Override
        public void close() {
            called(end, stream);
            arena.close();
        }
    }
}
