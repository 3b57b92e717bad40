package ctl.vm.compression;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.NoSuchElementException;
import java.util.Optional;

/** Intel's Intelligent Storage Acceleration Library, where the system has it (Debian: libisal2). */
final class IsalLibrary {

    private static final String NAME = "libisal.so.2";

    private static final Optional<IsalLibrary> INSTALLED = find();

    private final MethodHandle initialise;
    private final MethodHandle deflate;

    @SuppressWarnings("restricted")
    private IsalLibrary(SymbolLookup library) {
        Linker linker = Linker.nativeLinker();
        this.initialise = linker.downcallHandle(
                library.findOrThrow("isal_deflate_stateless_init"), FunctionDescriptor.ofVoid(ADDRESS));
        this.deflate = linker.downcallHandle(
                library.findOrThrow("isal_deflate_stateless"), FunctionDescriptor.of(JAVA_INT, ADDRESS));
    }

    static Optional<IsalLibrary> installed() {
        return INSTALLED;
    }

    /** Puts the values into an isal_zstream that it has before its first use. */
    void initialise(MemorySegment stream) {
        try {
            initialise.invokeExact(stream);
        } catch (Throwable failed) {
            throw NativeCall.unexpected(failed);
        }
    }

    /** Compresses all that the isal_zstream points to; returns 0, or a negative error number. */
    int deflate(MemorySegment stream) {
        try {
            return (int) deflate.invokeExact(stream);
        } catch (Throwable failed) {
            throw NativeCall.unexpected(failed);
        }
    }

    @SuppressWarnings("restricted")
    private static Optional<IsalLibrary> find() {
        try {
            return Optional.of(new IsalLibrary(SymbolLookup.libraryLookup(NAME, Arena.global())));
        } catch (IllegalArgumentException | NoSuchElementException notInstalled) {
            return Optional.empty();
        }
    }
}
