package ctl.vm.compression;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * libdeflate, as aircompressor brings it along.
 *
 * <p>Its own binding does not say where in the input a stream has ended, so that bytes hidden between a stream and its
 * checksum could not be refused. Hence this one.
 */
final class Libdeflate {

    /** Empty where there is none for this processor. */
    static final Optional<Libdeflate> LIBRARY = BundledLibrary.libdeflate().map(Libdeflate::new);

    private static final int SUCCESS = 0;

    private final MethodHandle allocate;
    private final MethodHandle free;
    private final MethodHandle decompress;

    @SuppressWarnings("restricted")
    private Libdeflate(SymbolLookup symbols) {
        Linker linker = Linker.nativeLinker();
        allocate = linker.downcallHandle(
                symbols.findOrThrow("libdeflate_alloc_decompressor"), FunctionDescriptor.of(ADDRESS));
        free = linker.downcallHandle(
                symbols.findOrThrow("libdeflate_free_decompressor"), FunctionDescriptor.ofVoid(ADDRESS));
        decompress = linker.downcallHandle(
                symbols.findOrThrow("libdeflate_deflate_decompress_ex"),
                FunctionDescriptor.of(
                        JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS));
    }

    /** A decompressor that lives as long as the arena. */
    @SuppressWarnings("restricted")
    MemorySegment decompressor(Arena arena) {
        try {
            MemorySegment made = (MemorySegment) allocate.invokeExact();
            if (made.address() == 0) {
                throw new OutOfMemoryError("libdeflate got no memory");
            }
            return made.reinterpret(arena, this::free);
        } catch (Throwable failed) {
            throw NativeCall.unexpected(failed);
        }
    }

    private void free(MemorySegment decompressor) {
        try {
            free.invokeExact(decompressor);
        } catch (Throwable failed) {
            throw NativeCall.unexpected(failed);
        }
    }

    /**
     * Inflates one stream.
     *
     * @param counts two longs: receive the bytes read and the bytes written
     * @return whether there was a whole stream, and room for it
     */
    boolean decompress(MemorySegment decompressor, MemorySegment source, MemorySegment target, MemorySegment counts) {
        try {
            int result = (int) decompress.invokeExact(
                    decompressor,
                    source,
                    source.byteSize(),
                    target,
                    target.byteSize(),
                    counts,
                    counts.asSlice(JAVA_LONG.byteSize()));
            return result == SUCCESS;
        } catch (Throwable failed) {
            throw NativeCall.unexpected(failed);
        }
    }
}
