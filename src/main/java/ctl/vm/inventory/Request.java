package ctl.vm.inventory;

import java.util.Optional;

/**
 * What a user can ask for that changes something. The journal holds it whole, so that an operation can be taken up
 * again from the journal alone.
 */
public sealed interface Request {

    /** @param size of the new image, as typed and in bytes; @param replace whether a VM of that name may be replaced */
    record Create(VmName vm, ImageSize size, boolean replace) implements Request {}

    record Clone(VmName source, VmName vm, CopyOptions options, boolean replace) implements Request {}

    /**
     * @param file absolute path, or {@link #PIPE}
     * @param raw whether it is a disk image instead of a package
     */
    record Import(String file, VmName vm, boolean raw, boolean replace) implements Request {}

    /** @param file absolute path of the package, or {@link #PIPE} */
    record Export(VmName vm, String file, boolean replace, Effort effort) implements Request {}

    record DeleteVm(VmName vm) implements Request {}

    record DeleteSnapshot(VmName vm, SnapshotName snapshot) implements Request {}

    /** In the place of a file: the program's own input or output, which nobody can take up again. */
    String PIPE = "-";

    /** The VM that it is about: the new one where there are two. */
    VmName vm();

    /** What it is, for people: {@code clone of MyBox to Two}. */
    default String words() {
        return switch (this) {
            case Create request -> "creation of %s".formatted(request.vm());
            case Clone request -> "clone of %s to %s".formatted(request.source(), request.vm());
            case Import request -> "import of %s to %s".formatted(request.file(), request.vm());
            case Export request -> "export of %s to %s".formatted(request.vm(), request.file());
            case DeleteVm request -> "deletion of %s".formatted(request.vm());
            case DeleteSnapshot request -> "deletion of %s:%s".formatted(request.vm(), request.snapshot());
        };
    }

    /** Whether what it reads or writes goes through a pipe: then it goes through once. */
    default boolean isPiped() {
        return switch (this) {
            case Import request -> request.file().equals(PIPE);
            case Export request -> request.file().equals(PIPE);
            case Create _, Clone _, DeleteVm _, DeleteSnapshot _ -> false;
        };
    }

    /** The VM that must stay as it is meanwhile. */
    default Optional<VmName> reads() {
        return switch (this) {
            case Clone request -> Optional.of(request.source());
            case Export request -> Optional.of(request.vm());
            case Create _, Import _, DeleteVm _, DeleteSnapshot _ -> Optional.empty();
        };
    }

    /** The VM that nobody else may use meanwhile. */
    default Optional<VmName> changes() {
        return this instanceof Export ? Optional.empty() : Optional.of(vm());
    }
}
