package ctl.vm.compression;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Deflates with libdeflate, which is made for whole blocks: smaller than zlib, in a third of its time.
 *
 * <p>aircompressor's own binding gives the memory of a compressor back when the collector comes by, and unpacks the library
 * into a file that a killed program leaves behind. Hence this one.
 */
final class LibdeflateCompressor implements BlockCompressor {

    private final MemorySegment compressor;
    private final Functions functions;

    /** @param level 1 to 12 */
    LibdeflateCompressor(int level) {
        this.functions = Functions.LOADED.orElseThrow();
        this.compressor = functions.allocate(level);
    }

    static boolean isAvailable() {
        return Functions.LOADED.isPresent();
    }

    @Override
    public int maximumBytes(int blockBytes) {
        return (int) functions.bound(compressor, blockBytes);
    }

    @Override
    public void compress(ByteBuffer block, ByteBuffer target) {
        long count = functions.compress(compressor, MemorySegment.ofBuffer(block), MemorySegment.ofBuffer(target));
        if (count == 0) {
            throw new IllegalStateException("a deflated block is larger than it can be");
        }
        target.position(target.position() + (int) count);
        block.position(block.limit());
    }

    @Override
    public void close() {
        functions.free(compressor);
    }

    /** The functions of the library. */
    private record Functions(MethodHandle allocation, MethodHandle bound, MethodHandle compression,
            MethodHandle release) {

        /** Empty where there is none for this processor. */
        static final Optional<Functions> LOADED = BundledLibrary.libdeflate().map(Functions::of);

        static Functions of(SymbolLookup symbols) {
            return new Functions(
                    function(symbols, "libdeflate_alloc_compressor", FunctionDescriptor.of(ADDRESS, JAVA_INT)),
                    function(symbols, "libdeflate_deflate_compress_bound", size(ADDRESS, JAVA_LONG)),
                    function(
                            symbols,
                            "libdeflate_deflate_compress",
                            size(ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG)),
                    function(symbols, "libdeflate_free_compressor", FunctionDescriptor.ofVoid(ADDRESS)));
        }

        private static FunctionDescriptor size(MemoryLayout... parameters) {
            return FunctionDescriptor.of(JAVA_LONG, parameters);
        }

        @SuppressWarnings("restricted")
        private static MethodHandle function(SymbolLookup symbols, String name, FunctionDescriptor shape) {
            return Linker.nativeLinker().downcallHandle(symbols.findOrThrow(name), shape);
        }

        MemorySegment allocate(int level) {
            try {
                MemorySegment made = (MemorySegment) allocation.invokeExact(level);
                if (made.equals(MemorySegment.NULL)) {
                    throw new OutOfMemoryError("libdeflate got no memory");
                }
                return made;
            } catch (Throwable failed) {
                throw NativeCall.unexpected(failed);
            }
        }

        long bound(MemorySegment compressor, long blockBytes) {
            try {
                return (long) bound.invokeExact(compressor, blockBytes);
            } catch (Throwable failed) {
                throw NativeCall.unexpected(failed);
            }
        }

        /** Returns the bytes written, or 0 where they have no room. */
        long compress(MemorySegment compressor, MemorySegment block, MemorySegment target) {
            try {
                return (long) compression.invokeExact(
                        compressor, block, block.byteSize(), target, target.byteSize());
            } catch (Throwable failed) {
                throw NativeCall.unexpected(failed);
            }
        }

        void free(MemorySegment compressor) {
            try {
                release.invokeExact(compressor);
            } catch (Throwable failed) {
                throw NativeCall.unexpected(failed);
            }
        }
    }
}
