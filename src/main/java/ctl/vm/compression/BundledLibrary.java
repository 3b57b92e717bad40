package ctl.vm.compression;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/** A native library that lies in a jar. It is loaded from memory: nothing is left on a disk, whatever ends the program. */
final class BundledLibrary {

    private BundledLibrary() {}

    /** libdeflate, which aircompressor brings along; loaded once. Empty where there is none for this processor. */
    static Optional<SymbolLookup> libdeflate() {
        return OnFirstUse.LIBDEFLATE;
    }

    /** The JVM loads it, and so the library, when it is first asked for. */
    private static final class OnFirstUse {
        static final Optional<SymbolLookup> LIBDEFLATE = load(
                "/aircompressor/linux-%s/libdeflate.so".formatted(System.getProperty("os.arch")));
    }

    /** Empty where there is none, or where the system does not let us load one. */
    @SuppressWarnings("restricted")
    private static Optional<SymbolLookup> load(String resource) {
        try (InputStream bytes = BundledLibrary.class.getResourceAsStream(resource)) {
            if (bytes == null) {
                return Optional.empty();
            }
            int file = inMemory(bytes.readAllBytes());
            return Optional.of(SymbolLookup.libraryLookup("/proc/self/fd/" + file, Arena.global()));
        } catch (IOException | IllegalArgumentException refused) {
            // Java's own inflater does the same work, only slower.
            return Optional.empty();
        }
    }

    /** The number of an open file that stands in no folder. It stays open, as the library does. */
    private static int inMemory(byte[] content) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocateFrom(JAVA_BYTE, content);
            int closeOnExec = 1;
            int file = (int) function("memfd_create", JAVA_INT, ADDRESS, JAVA_INT)
                    .invokeExact(arena.allocateFrom("library"), closeOnExec);
            long written = (long) function("write", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG)
                    .invokeExact(file, bytes, bytes.byteSize());
            if (written < bytes.byteSize()) {
                throw new IllegalArgumentException("no memory for a library");
            }
            return file;
        } catch (Throwable failed) {
            throw NativeCall.unexpected(failed);
        }
    }

    @SuppressWarnings("restricted")
    private static MethodHandle function(String name, MemoryLayout result, MemoryLayout... parameters) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(result, parameters));
    }
}
