package ctl.vm.cli.view;

import ctl.vm.inventory.Origin;
import ctl.vm.inventory.Vm;
import java.util.Optional;

/** Says where a VM came from. */
final class OriginText {

    static final String UNKNOWN = "not in the journal";

    private OriginText() {}

    static String describe(Optional<Vm> known) {
        return known.map(vm -> switch (vm.origin()) {
            case Origin.Created _ -> "created";
            case Origin.ClonedFrom from -> "cloned from " + from.source();
            case Origin.ImportedFrom from -> "imported from " + from.file();
            case Origin.Found _ -> "made by hand";
            case Origin.CopiedByHand from -> "copied by hand from " + from.source();
        })
                .orElse(UNKNOWN);
    }
}
