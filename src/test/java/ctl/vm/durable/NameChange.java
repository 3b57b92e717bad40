package ctl.vm.durable;

import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/** Names that come and go in one instant: all of them survive a power cut, or none. */
record NameChange(List<Edit> edits) {

    static NameChange of(Edit... edits) {
        return new NameChange(List.of(edits));
    }

    Set<Long> folders() {
        return edits.stream().map(Edit::folder).collect(Collectors.toSet());
    }

    /** @param inode what the name stands for from now on; empty: nothing, it is gone */
    record Edit(long folder, String name, OptionalLong inode) {

        static Edit gone(Place place) {
            return new Edit(place.folder(), place.name(), OptionalLong.empty());
        }

        static Edit stands(Place place, long inode) {
            return new Edit(place.folder(), place.name(), OptionalLong.of(inode));
        }
    }

    /** Where a name stands or could stand. */
    record Place(long folder, String name) {}
}
