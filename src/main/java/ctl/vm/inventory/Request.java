package ctl.vm.inventory;

/**
 * What a user can ask for that changes something. The journal holds it whole, so that an operation can be taken up
 * again from the journal alone.
 */
public sealed interface Request {

    /** @param size of the new image, as typed and in bytes; @param replace whether a VM of that name may be replaced */
    record Create(VmName vm, ImageSize size, boolean replace) implements Request {}

    record Clone(VmName source, VmName vm, boolean replace) implements Request {}

    /** @param file absolute path; @param raw whether it is a disk image instead of a package */
    record Import(String file, VmName vm, boolean raw, boolean replace) implements Request {}

    /** @param file absolute path of the package */
    record Export(VmName vm, String file, boolean replace) implements Request {}

    record DeleteVm(VmName vm) implements Request {}

    record DeleteSnapshot(VmName vm, SnapshotName snapshot) implements Request {}

    /** The VM that it is about: the new one where there are two. */
    VmName vm();
}
