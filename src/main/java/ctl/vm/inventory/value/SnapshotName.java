package ctl.vm.inventory.value;

import ctl.vm.problem.VmException;
import java.util.Optional;

/** The name of a snapshot: {@code disk.s2e.NAME} must fit in the 255 bytes of a file name. */
public record SnapshotName(String text) implements Comparable<SnapshotName> {

    private static final int MAXIMUM_BYTES = 255 - "disk.s2e.".length();

    /** @throws VmException BadName */
    public SnapshotName {
        NameRules.check("snapshot", text, MAXIMUM_BYTES);
    }

    /** The name that {@code text} is, or nothing where it breaks the name rules. */
    public static Optional<SnapshotName> of(String text) {
        try {
            return Optional.of(new SnapshotName(text));
        } catch (VmException broken) {
            return Optional.empty();
        }
    }

    @Override
    public int compareTo(SnapshotName other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
