package ctl.vm.compression;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/** What deflates in ISA-L: two functions. */
final class IsalDeflate {

    /** Empty where there is none. */
    static final Optional<IsalDeflate> LIBRARY = IsalLibrary.bind(IsalDeflate::new);

    private final MethodHandle initialise;
    private final MethodHandle deflate;

    @SuppressWarnings("restricted")
    private IsalDeflate(SymbolLookup library) {
        Linker linker = Linker.nativeLinker();
        this.initialise = linker.downcallHandle(
                library.findOrThrow("isal_deflate_stateless_init"), FunctionDescriptor.ofVoid(ADDRESS));
        this.deflate = linker.downcallHandle(
                library.findOrThrow("isal_deflate_stateless"), FunctionDescriptor.of(JAVA_INT, ADDRESS));
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
}
