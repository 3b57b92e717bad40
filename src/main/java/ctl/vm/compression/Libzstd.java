package ctl.vm.compression;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * libzstd, as aircompressor brings it along or else as the system has it.
 *
 * <p>aircompressor's own binding unpacks the library into a file in the folder for temporary files, which stays there
 * when the program ends, and does without the library where that folder is full, read-only or {@code noexec} (decision
 * 58).
 */
final class Libzstd {

    /** Empty where there is none for this processor. */
    static final Optional<Libzstd> LIBRARY = NativeLibrary.inJar(
            "/aircompressor/linux-%s/libzstd.so".formatted(System.getProperty("os.arch")), Libzstd::new)
            .or(() -> NativeLibrary.ofSystem("libzstd.so.1", Libzstd::new));

    // Of zstd.h and zstd_errors.h, where they are stable.
    private static final int COMPRESSION_LEVEL = 100;
    private static final int CHECKSUM_FLAG = 201;
    private static final int WINDOW_LOG_MAX = 100;
    private static final int WINDOW_TOO_LARGE = 16;
    private static final int NO_MEMORY = 64;

    /** Windows up to 128 MiB are read, as zstd itself does. */
    private static final int LARGEST_WINDOW_LOG = 27;

    private final MethodHandle createCompressor;
    private final MethodHandle freeCompressor;
    private final MethodHandle setCompressor;
    private final MethodHandle compress;
    private final MethodHandle bound;
    private final MethodHandle createDecompressor;
    private final MethodHandle freeDecompressor;
    private final MethodHandle setDecompressor;
    private final MethodHandle decompress;
    private final MethodHandle decompressStream;
    private final MethodHandle isError;
    private final MethodHandle errorCode;

    private Libzstd(NativeLibrary library) {
        createCompressor = library.function("ZSTD_createCCtx", ADDRESS);
        freeCompressor = library.function("ZSTD_freeCCtx", JAVA_LONG, ADDRESS);
        setCompressor = library.function("ZSTD_CCtx_setParameter", JAVA_LONG, ADDRESS, JAVA_INT, JAVA_INT);
        compress = library.function(
                "ZSTD_compress2", JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG);
        bound = library.function("ZSTD_compressBound", JAVA_LONG, JAVA_LONG);
        createDecompressor = library.function("ZSTD_createDCtx", ADDRESS);
        freeDecompressor = library.function("ZSTD_freeDCtx", JAVA_LONG, ADDRESS);
        setDecompressor = library.function("ZSTD_DCtx_setParameter", JAVA_LONG, ADDRESS, JAVA_INT, JAVA_INT);
        decompress = library.function(
                "ZSTD_decompressDCtx", JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG);
        decompressStream = library.function("ZSTD_decompressStream", JAVA_LONG, ADDRESS, ADDRESS, ADDRESS);
        isError = library.function("ZSTD_isError", JAVA_INT, JAVA_LONG);
        errorCode = library.function("ZSTD_getErrorCode", JAVA_INT, JAVA_LONG);
    }

    /** Makes frames that hold the size and a checksum of their content. */
    BlockCompressor compressor(int level) {
        return new Compressor(level);
    }

    BlockDecompressor decompressor() {
        return new Decompressor();
    }

    StreamDecompressor stream(InputStream compressed) {
        return new Stream(compressed);
    }

    /** A call of a function of the library: what it returns may be an error. */
    private interface Call {
        long result() throws Throwable;
    }

    private long run(Call call) throws DamagedData {
        long result = called(call);
        if ((int) called(() -> (int) isError.invokeExact(result)) == 0) {
            return result;
        }
        int code = (int) called(() -> (int) errorCode.invokeExact(result));
        if (code == NO_MEMORY) {
            throw new OutOfMemoryError("libzstd got no memory");
        }
        throw code == WINDOW_TOO_LARGE
                ? new DamagedData("its window is larger than 128 MiB (--long=27)")
                : new DamagedData();
    }

    /** What no data can make fail. */
    private long require(Call call) {
        try {
            return run(call);
        } catch (DamagedData impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static long called(Call call) {
        try {
            return call.result();
        } catch (Throwable failed) {
            throw NativeLibrary.unexpected(failed);
        }
    }

    private static MemorySegment created(MethodHandle function) {
        MemorySegment state;
        try {
            state = (MemorySegment) function.invokeExact();
        } catch (Throwable failed) {
            throw NativeLibrary.unexpected(failed);
        }
        if (state.equals(MemorySegment.NULL)) {
            throw new OutOfMemoryError("libzstd got no memory");
        }
        return state;
    }

    private final class Compressor implements BlockCompressor {

        private final MemorySegment state = created(createCompressor);

        Compressor(int level) {
            require(() -> (long) setCompressor.invokeExact(state, COMPRESSION_LEVEL, level));
            require(() -> (long) setCompressor.invokeExact(state, CHECKSUM_FLAG, 1));
        }

        @Override
        public int maximumBytes(int blockBytes) {
            // With the checksum, which the bound does not count.
            return (int) called(() -> (long) bound.invokeExact((long) blockBytes)) + Integer.BYTES;
        }

        @Override
        public void compress(ByteBuffer block, ByteBuffer target) {
            long count = require(() -> (long) compress.invokeExact(state,
                    MemorySegment.ofBuffer(target), (long) target.remaining(),
                    MemorySegment.ofBuffer(block), (long) block.remaining()));
            target.position(target.position() + (int) count);
            block.position(block.limit());
        }

        @Override
        public void close() {
            called(() -> (long) freeCompressor.invokeExact(state));
        }
    }

    private final class Decompressor implements BlockDecompressor {

        private final MemorySegment state = created(createDecompressor);

        @Override
        public void decompress(ByteBuffer compressed, ByteBuffer target) throws DamagedData {
            long count = run(() -> (long) decompress.invokeExact(state,
                    MemorySegment.ofBuffer(target), (long) target.remaining(),
                    MemorySegment.ofBuffer(compressed), (long) compressed.remaining()));
            target.position(target.position() + (int) count);
        }

        @Override
        public void close() {
            called(() -> (long) freeDecompressor.invokeExact(state));
        }
    }

    /** A stream of frames, to its very end. */
    private final class Stream implements StreamDecompressor {

        private static final int BUFFER_BYTES = 1 << 17;
        private static final int END = -1;

        /** Of {@code ZSTD_inBuffer} and {@code ZSTD_outBuffer}: address, size and position. */
        private static final int POSITION = 2;

        private final InputStream frames;
        private final byte[] bytes = new byte[BUFFER_BYTES];

        /** Shared, as one thread makes and closes it and another uses it. */
        private final Arena arena = Arena.ofShared();

        private final MemorySegment state = created(createDecompressor);
        private final MemorySegment content = arena.allocate(BUFFER_BYTES);
        private final MemorySegment source = arena.allocate(JAVA_LONG, POSITION + 1);
        private final MemorySegment result = arena.allocate(JAVA_LONG, POSITION + 1);

        /** Whether all frames so far are whole. */
        private boolean isWhole = true;

        Stream(InputStream compressed) {
            this.frames = compressed;
            require(() -> (long) setDecompressor.invokeExact(state, WINDOW_LOG_MAX, LARGEST_WINDOW_LOG));
            set(source, content, 0);
        }

        /** @throws DamagedData where it is not zstd, is cut off, or would take more than 128 MiB of memory */
        @Override
        public void fill(ByteBuffer target) throws IOException {
            MemorySegment space = MemorySegment.ofBuffer(target);
            int start = target.position();
            set(result, space, space.byteSize());
            boolean isFull = !target.hasRemaining();
            while (!isFull) {
                long before = position(result);
                // Also without further input: it may hold back what did not fit before.
                boolean hasInput = refill();
                long left = hasInput || !isWhole ? decompressed() : 0;
                isFull = position(result) == space.byteSize();
                if (!isFull && !hasInput && position(result) == before) {
                    requireEnd();
                    isFull = true;
                } else {
                    isWhole = left == 0;
                }
            }
            target.position(start + (int) position(result));
        }

        private long decompressed() throws DamagedData {
            return run(() -> (long) decompressStream.invokeExact(state, result, source));
        }

        private void requireEnd() throws DamagedData {
            if (!isWhole) {
                throw new DamagedData("it is cut off");
            }
        }

        /** Whether there is input that is not decompressed yet. */
        private boolean refill() throws IOException {
            if (position(source) < source.getAtIndex(JAVA_LONG, 1)) {
                return true;
            }
            int count = frames.read(bytes, 0, bytes.length);
            if (count == END) {
                return false;
            }
            content.asByteBuffer().put(bytes, 0, count);
            set(source, content, count);
            return true;
        }

        private static void set(MemorySegment buffer, MemorySegment bytes, long size) {
            buffer.setAtIndex(JAVA_LONG, 0, bytes.address());
            buffer.setAtIndex(JAVA_LONG, 1, size);
            buffer.setAtIndex(JAVA_LONG, POSITION, 0);
        }

        private static long position(MemorySegment buffer) {
            return buffer.getAtIndex(JAVA_LONG, POSITION);
        }

        @Override
        public void close() {
            called(() -> (long) freeDecompressor.invokeExact(state));
            arena.close();
        }
    }
}
