package ctl.vm.compression;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * libdeflate, as aircompressor brings it along. It is made for whole blocks: smaller than zlib, in a third of its time.
 *
 * <p>aircompressor's own binding does not say where in the input a stream has ended, so that bytes hidden between a
 * stream and its checksum could not be refused; it gives memory back when the collector comes by, and unpacks the
 * library into a file that a killed program leaves behind. Hence this one (decision 58).
 */
final class Libdeflate {

    /** Empty where there is none for this processor. */
    static final Optional<Libdeflate> LIBRARY = NativeLibrary.inJar(
            "/aircompressor/linux-%s/libdeflate.so".formatted(System.getProperty("os.arch")), Libdeflate::new);

    private static final int SUCCESS = 0;

    private final MethodHandle allocateCompressor;
    private final MethodHandle freeCompressor;
    private final MethodHandle bound;
    private final MethodHandle compress;
    private final MethodHandle allocateDecompressor;
    private final MethodHandle freeDecompressor;
    private final MethodHandle decompress;

    private Libdeflate(NativeLibrary library) {
        allocateCompressor = library.function("libdeflate_alloc_compressor", ADDRESS, JAVA_INT);
        freeCompressor = library.procedure("libdeflate_free_compressor", ADDRESS);
        bound = library.function("libdeflate_deflate_compress_bound", JAVA_LONG, ADDRESS, JAVA_LONG);
        compress = library.function(
                "libdeflate_deflate_compress", JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG);
        allocateDecompressor = library.function("libdeflate_alloc_decompressor", ADDRESS);
        freeDecompressor = library.procedure("libdeflate_free_decompressor", ADDRESS);
        decompress = library.function(
                "libdeflate_deflate_decompress_ex",
                JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS);
    }

    /** @param level 1 to 12 */
    BlockCompressor compressor(int level) {
        return new Compressor(level);
    }

    BlockDecompressor decompressor() {
        return new Decompressor();
    }

    private final class Compressor implements BlockCompressor {

        private final MemorySegment state;

        Compressor(int level) {
            try {
                state = allocated((MemorySegment) allocateCompressor.invokeExact(level));
            } catch (Throwable failed) {
                throw NativeLibrary.unexpected(failed);
            }
        }

        @Override
        public int maximumBytes(int blockBytes) {
            try {
                return (int) (long) bound.invokeExact(state, (long) blockBytes);
            } catch (Throwable failed) {
                throw NativeLibrary.unexpected(failed);
            }
        }

        @Override
        public void compress(ByteBuffer block, ByteBuffer target) {
            long count;
            try {
                count = (long) compress.invokeExact(state, MemorySegment.ofBuffer(block), (long) block.remaining(),
                        MemorySegment.ofBuffer(target), (long) target.remaining());
            } catch (Throwable failed) {
                throw NativeLibrary.unexpected(failed);
            }
            if (count == 0) {
                throw new IllegalStateException("a deflated block is larger than it can be");
            }
            target.position(target.position() + (int) count);
            block.position(block.limit());
        }

        @Override
        public void close() {
            free(freeCompressor, state);
        }
    }

    private final class Decompressor implements BlockDecompressor {

        /** Shared, as one thread makes and closes it and others use it. */
        private final Arena arena = Arena.ofShared();

        private final MemorySegment state;

        /** Receives the bytes read and the bytes written. */
        private final MemorySegment counts = arena.allocate(JAVA_LONG, 2);

        Decompressor() {
            try {
                state = allocated((MemorySegment) allocateDecompressor.invokeExact());
            } catch (Throwable failed) {
                throw NativeLibrary.unexpected(failed);
            }
        }

        @Override
        public void decompress(ByteBuffer compressed, ByteBuffer target) throws DamagedData {
            int result;
            try {
                result = (int) decompress.invokeExact(
                        state, MemorySegment.ofBuffer(compressed), (long) compressed.remaining(),
                        MemorySegment.ofBuffer(target), (long) target.remaining(),
                        counts, counts.asSlice(JAVA_LONG.byteSize()));
            } catch (Throwable failed) {
                throw NativeLibrary.unexpected(failed);
            }
            if (result != SUCCESS || counts.getAtIndex(JAVA_LONG, 0) != compressed.remaining()) {
                throw new DamagedData();
            }
            target.position(target.position() + (int) counts.getAtIndex(JAVA_LONG, 1));
        }

        @Override
        public void close() {
            free(freeDecompressor, state);
            arena.close();
        }
    }

    private static MemorySegment allocated(MemorySegment state) {
        if (state.equals(MemorySegment.NULL)) {
            throw new OutOfMemoryError("libdeflate got no memory");
        }
        return state;
    }

    private static void free(MethodHandle function, MemorySegment state) {
        try {
            function.invokeExact(state);
        } catch (Throwable failed) {
            throw NativeLibrary.unexpected(failed);
        }
    }
}
