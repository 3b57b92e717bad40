package ctl.vm.inventory;

import ctl.vm.inventory.value.VmName;

/** Where a VM came from. */
public sealed interface Origin {

    /** Where the VM comes from that the request {@linkplain Request#bringsIn brings in}. */
    static Origin of(Request request) {
        return switch (request) {
            case Request.Create _ -> new Created();
            case Request.Clone clone -> new ClonedFrom(clone.source());
            case Request.Import from -> new ImportedFrom(from.file());
            case Request.Export _, Request.DeleteVm _, Request.DeleteSnapshot _, Request.UndeleteVm _,
                    Request.UndeleteSnapshot _, Request.UndeletePackage _, Request.Purge _, Request.Rename _ ->
                throw new IllegalArgumentException("it brings in no VM: " + request.describe());
        };
    }

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
