package ctl.vm.durable;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Names that come and go in one instant: all of them survive a power cut, or none.
 *
 * @param first what survives wherever this does, unless a folder was synced; empty for most
 */
record NameChange(List<Edit> edits, Optional<NameChange> first) {

    static NameChange of(Edit... edits) {
        return new NameChange(List.of(edits), Optional.empty());
    }

    /** The same as two changes where it is a rename between two folders: the new name comes, then the old one goes. */
    List<NameChange> oneByOne() {
        boolean isRename = edits.size() == 2 && folders().size() == 2
                && edits.stream().anyMatch(edit -> edit.inode().isEmpty());
        if (!isRename) {
            return List.of(this);
        }
        NameChange came = of(edits.stream().filter(edit -> edit.inode().isPresent()).toArray(Edit[]::new));
        return List.of(came, new NameChange(
                edits.stream().filter(edit -> edit.inode().isEmpty()).toList(), Optional.of(came)));
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
