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
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Function;

/** The C functions of a library, which stays loaded until the program ends. */
@SuppressWarnings("restricted")
final class NativeLibrary {

    private final SymbolLookup symbols;

    private NativeLibrary(SymbolLookup symbols) {
        this.symbols = symbols;
    }

    /**
     * Binds a library that one of our jars holds. It is loaded from memory: nothing is left on a disk, whatever ends
     * the program.
     *
     * @return empty where there is none for this processor, or the system does not let us load it
     */
    static <T> Optional<T> inJar(String resource, Function<NativeLibrary, T> binding) {
        try (InputStream bytes = NativeLibrary.class.getResourceAsStream(resource)) {
            return bytes == null
                    ? Optional.empty()
                    : bind("/proc/self/fd/" + memoryFile(bytes.readAllBytes()), binding);
        } catch (IOException unreadable) { // another library does the same work, only slower
            return Optional.empty();
        }
    }

    /** Binds a library of the system. @return empty where it is not installed, or lacks one of the functions */
    static <T> Optional<T> ofSystem(String name, Function<NativeLibrary, T> binding) {
        return bind(name, binding);
    }

    private static <T> Optional<T> bind(String name, Function<NativeLibrary, T> binding) {
        try {
            return Optional.of(binding.apply(new NativeLibrary(SymbolLookup.libraryLookup(name, Arena.global()))));
        } catch (IllegalArgumentException | NoSuchElementException missing) {
            return Optional.empty();
        }
    }

    /** The number of an open file that stands in no folder. It stays open, as the library does. */
    private static int memoryFile(byte[] content) throws IOException {
        var system = new NativeLibrary(Linker.nativeLinker().defaultLookup());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocateFrom(JAVA_BYTE, content);
            int closeOnExec = 1;
            int file = (int) system.function("memfd_create", JAVA_INT, ADDRESS, JAVA_INT)
                    .invokeExact(arena.allocateFrom("library"), closeOnExec);
            long written = (long) system.function("write", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG)
                    .invokeExact(file, bytes, bytes.byteSize());
            if (written < bytes.byteSize()) {
                throw new IOException("no memory for a library");
            }
            return file;
        } catch (IOException failed) {
            throw failed;
        } catch (Throwable failed) {
            throw unexpected(failed);
        }
    }

    /** @throws NoSuchElementException where the library lacks it */
    MethodHandle function(String name, MemoryLayout result, MemoryLayout... parameters) {
        return bound(name, FunctionDescriptor.of(result, parameters));
    }

    /** A function that returns nothing. @throws NoSuchElementException where the library lacks it */
    MethodHandle procedure(String name, MemoryLayout... parameters) {
        return bound(name, FunctionDescriptor.ofVoid(parameters));
    }

    private MethodHandle bound(String name, FunctionDescriptor shape) {
        return Linker.nativeLinker().downcallHandle(symbols.findOrThrow(name), shape);
    }

    /** What to throw where a C function, which throws nothing, seems to have done so. */
    static RuntimeException unexpected(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        return thrown instanceof RuntimeException known ? known : new IllegalStateException(thrown);
    }
}
