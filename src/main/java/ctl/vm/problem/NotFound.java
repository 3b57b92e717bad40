package ctl.vm.problem;

import java.nio.file.Path;
import java.util.Optional;

/** What the user named is not there: exit code 4. Nothing was touched. */
public sealed interface NotFound extends Problem {

    @Override
    default int exitCode() {
        return 4;
    }

    /** No VM has this name; {@code nearest} is an existing one that may have been meant. */
    record NoSuchVm(String name, Optional<String> nearest, Optional<Fate> fate) implements NotFound {
        public NoSuchVm(String name, Optional<String> nearest) {
            this(name, nearest, Optional.empty());
        }
    }

    /** The VM is there but has no such snapshot. */
    record NoSuchSnapshot(String vm, String snapshot, Optional<String> nearest, Optional<Fate> fate)
            implements
                NotFound {
        public NoSuchSnapshot(String vm, String snapshot, Optional<String> nearest) {
            this(vm, snapshot, nearest, Optional.empty());
        }
    }

    /** Nothing of this name is in the trash; {@code nearest} is something that is and may have been meant. */
    record NotInTrash(String name, Optional<String> nearest, Optional<Fate> fate) implements NotFound {
        public NotInTrash(String name, Optional<String> nearest) {
            this(name, nearest, Optional.empty());
        }
    }

    /** {@code delete MyBox ready} where {@code MyBox:ready} was most likely meant. */
    record SnapshotWithoutVm(String snapshot, String vm) implements NotFound {}

    /** The VM's folder holds no disk image. */
    record DefunctVm(String name) implements NotFound {}

    /** A package or raw image to import. */
    record NoSuchFile(Path file) implements NotFound {}

    /** What became of it, where it was there once. */
    default Optional<Fate> fate() {
        return Optional.empty();
    }

    /** A folder of the root, or the root itself, that a command was following. */
    record FolderGone(Path folder, boolean isReplaced) implements NotFound {}

    /** No such package, where a VM of the team may be meant. @param name {@code ROOT/VM} */
    record NotHere(String name) implements NotFound {}

    /** No operation of this id is open. */
    record NoSuchOperation(String id) implements NotFound {}

    /** No root of the team has this name; {@code nearest} is one that may have been meant. */
    record NoSuchTeamRoot(String name, Optional<String> nearest) implements NotFound {}

    /**
     * No root that was asked about has such a VM or snapshot, as far as the team's database knows.
     *
     * @param name {@code ROOT/VM}, {@code ROOT/VM:SNAPSHOT}, or without the root
     * @param nearest in the same form, one that may have been meant
     */
    record NotInTeam(String name, Optional<String> nearest) implements NotFound {}

    /** The folder that a package is to be written to. */
    record NoSuchFolder(Path folder) implements NotFound {}
}
