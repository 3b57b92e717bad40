package ctl.vm.compression;

import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Function;

/** Intel's Intelligent Storage Acceleration Library, where the system has it (Debian: libisal2). */
final class IsalLibrary {

    private static final String NAME = "libisal.so.2";

    private IsalLibrary() {}

    /**
     * Binds some functions of it.
     *
     * @param binding throws NoSuchElementException where one of them is missing
     * @return empty where it is not installed, or is of another making
     */
    @SuppressWarnings("restricted")
    static <T> Optional<T> bind(Function<SymbolLookup, T> binding) {
        try {
            return Optional.of(binding.apply(SymbolLookup.libraryLookup(NAME, Arena.global())));
        } catch (IllegalArgumentException | NoSuchElementException missing) {
            return Optional.empty();
        }
    }
}
