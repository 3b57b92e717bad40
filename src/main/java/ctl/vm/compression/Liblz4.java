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
 * liblz4, as the system has it. It proves the checksums and lengths of frames.
 *
 * <p>Of the one that aircompressor brings along only blocks can be read: its functions for frames call one that is
 * missing there, which ends the whole program.
 */
final class Liblz4 {

    /** Empty where it is not installed. */
    static final Optional<Liblz4> LIBRARY = NativeLibrary.ofSystem("liblz4.so.1", Liblz4::new);

    /** {@code LZ4F_VERSION}, the same since 2015. */
    private static final int VERSION = 100;

    private final MethodHandle create;
    private final MethodHandle decompress;
    private final MethodHandle free;
    private final MethodHandle isError;

    private Liblz4(NativeLibrary library) {
        create = library.function("LZ4F_createDecompressionContext", JAVA_LONG, ADDRESS, JAVA_INT);
        decompress = library.function(
                "LZ4F_decompress", JAVA_LONG, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
        free = library.function("LZ4F_freeDecompressionContext", JAVA_LONG, ADDRESS);
        isError = library.function("LZ4F_isError", JAVA_INT, JAVA_LONG);
    }

    /** One frame. */
    StreamDecompressor frame(ByteSource source) {
        return new Frame(source);
    }

    private interface Call {
        long result() throws Throwable;
    }

    private static long called(Call call) {
        try {
            return call.result();
        } catch (Throwable failed) {
            throw NativeLibrary.unexpected(failed);
        }
    }

    private boolean failed(long result) {
        return (int) called(() -> (int) isError.invokeExact(result)) != 0;
    }

    private final class Frame implements StreamDecompressor {

        private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(0);

        private final ByteSource source;

        /** Shared, as one thread makes and closes it and another uses it. */
        private final Arena arena = Arena.ofShared();

        private final MemorySegment sourceSize = arena.allocate(JAVA_LONG);
        private final MemorySegment targetSize = arena.allocate(JAVA_LONG);
        private final MemorySegment context;

        /** Whether the library may give more without being given more: the target was full. */
        private boolean holdsBack;

        private boolean ended;

        Frame(ByteSource source) {
            this.source = source;
            MemorySegment created = arena.allocate(ADDRESS);
            if (failed(called(() -> (long) create.invokeExact(created, VERSION)))) {
                arena.close();
                throw new OutOfMemoryError("liblz4 got no memory");
            }
            this.context = created.get(ADDRESS, 0);
        }

        @Override
        public void fill(ByteBuffer target) throws IOException {
            while (target.hasRemaining() && !ended) {
                decompress(holdsBack ? NOTHING : source.buffered(), target);
                holdsBack = !target.hasRemaining();
            }
        }

        /** It takes no byte that stands behind the frame, and says that it needs none when the frame has ended. */
        private void decompress(ByteBuffer compressed, ByteBuffer target) throws DamagedData {
            sourceSize.set(JAVA_LONG, 0, compressed.remaining());
            targetSize.set(JAVA_LONG, 0, target.remaining());
            long needed = called(
                    () -> (long) decompress.invokeExact(context, MemorySegment.ofBuffer(target), targetSize,
                            MemorySegment.ofBuffer(compressed), sourceSize, MemorySegment.NULL));
            if (failed(needed)) {
                throw new DamagedData();
            }
            compressed.position(compressed.position() + (int) sourceSize.get(JAVA_LONG, 0));
            target.position(target.position() + (int) targetSize.get(JAVA_LONG, 0));
            ended = needed == 0;
        }

        @Override
        public void close() {
            called(() -> (long) free.invokeExact(context));
            arena.close();
        }
    }
}
