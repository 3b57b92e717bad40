package ctl.vm.inventory.drift;

import ctl.vm.inventory.value.SnapshotName;
import java.util.List;

/**
 * How a copy that was made by hand differs from the VM that has the same disk image: one of the two went on.
 *
 * @param isEarlier whether its disk image is that of the source before the source was last written to
 * @param missing snapshots that only the source has
 * @param added snapshots that only the copy has
 * @param different snapshots that both have, with other content
 */
public record CopyDifference(
        boolean isEarlier, List<SnapshotName> missing, List<SnapshotName> added, List<SnapshotName> different) {

    public static final CopyDifference NONE = new CopyDifference(false, List.of(), List.of(), List.of());

    public CopyDifference {
        missing = List.copyOf(missing);
        added = List.copyOf(added);
        different = List.copyOf(different);
    }

    public boolean isNone() {
        return equals(NONE);
    }
}
