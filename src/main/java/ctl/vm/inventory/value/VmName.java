package ctl.vm.inventory.value;

import ctl.vm.problem.VmException;
import java.util.Optional;

/** The name of a VM, which is also the name of its folder: 1 to 255 bytes of UTF-8. */
public record VmName(String text) implements Comparable<VmName> {

    private static final String KIND = "VM";

    /** @throws VmException BadName */
    public VmName {
        NameRules.check(KIND, text, 255);
        if (text.startsWith(".") || text.startsWith("-")) {
            throw NameRules.bad(KIND, text, "it begins with \"" + text.charAt(0) + "\"");
        }
    }

    /** The name that {@code text} is, or nothing where it breaks the name rules. */
    public static Optional<VmName> of(String text) {
        try {
            return Optional.of(new VmName(text));
        } catch (VmException broken) {
            return Optional.empty();
        }
    }

    /** Whether both look the same although their bytes differ (Unicode normalisation). */
    public boolean looksLike(VmName other) {
        return !equals(other) && NameRules.lookalikeKey(text).equals(NameRules.lookalikeKey(other.text));
    }

    /** Whether filesystems of every kind take a folder of this name. */
    public boolean isPortable() {
        return NameRules.isPortable(text);
    }

    /** BadName, for a name that the filesystem does not take. */
    public VmException refused() {
        return NameRules.bad(KIND, text, "the filesystem of vm/ does not take it");
    }

    @Override
    public int compareTo(VmName other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
