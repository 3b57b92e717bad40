package ctl.vm.inventory;

import ctl.vm.inventory.value.VmName;

/** Where a VM came from. */
public sealed interface Origin {

    /** Made new, empty. */
    record Created() implements Origin {}

    record ClonedFrom(VmName source) implements Origin {}

    /** @param file absolute path of the package or raw image */
    record ImportedFrom(String file) implements Origin {}

    /** Put into the folder by hand. */
    record Found() implements Origin {}

    /** Put into the folder by hand, with the content of another VM. */
    record CopiedByHand(VmName source) implements Origin {}
}
