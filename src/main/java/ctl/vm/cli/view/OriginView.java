package ctl.vm.cli.view;

import ctl.vm.cli.output.Json;
import ctl.vm.inventory.ImportedPackage;
import ctl.vm.inventory.value.PackageOrigin;
import ctl.vm.inventory.value.RootId;

/** Which VM a package was made of, as far as the package says, for people and as JSON. */
public final class OriginView {

    /** Of the identity of a root: so many tell any that one person sees. */
    private static final int SHOWN_DIGITS = 16;

    private OriginView() {}

    public static String text(PackageOrigin origin) {
        return "%s in root %s, by its event %d".formatted(origin.name(), brief(origin.root()), origin.event());
    }

    static String brief(RootId root) {
        return root.text().substring(0, SHOWN_DIGITS);
    }

    public static void write(Json json, PackageOrigin origin) {
        json.put("root", origin.root())
                .put("vm", origin.name())
                .put("vmSince", origin.vm())
                .put("event", origin.event())
                .put("hash", origin.hash());
    }

    static void write(Json json, ImportedPackage unpacked) {
        write(json, unpacked.origin());
        json.put("seal", unpacked.seal());
    }
}
