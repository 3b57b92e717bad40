package ctl.vm.inventory.drift;

import ctl.vm.inventory.Event;
import ctl.vm.inventory.FolderImage;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.ImageFacts;
import ctl.vm.inventory.Sameness;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.value.ImageDigest;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.VmName;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A difference between what the journal says and what stands in the folder: it must have been made by hand. */
public sealed interface Finding {

    /** The VM that it is about, by the name under which it stands in the folder, or stood. */
    VmName vm();

    /**
     * How it goes into the journal; none where it is too early for that. Recording it changes nothing in the folder.
     */
    List<Event> events();

    /**
     * A VM that the journal does not know.
     *
     * @param copyOf the known VM with the same disk image, where there is one
     * @param difference from that VM
     */
    record VmAppeared(FolderVm found, Optional<VmName> copyOf, CopyDifference difference) implements Finding {
        public VmAppeared(FolderVm found, Optional<VmName> copyOf) {
            this(found, copyOf, CopyDifference.NONE);
        }

        @Override
        public VmName vm() {
            return found.name();
        }

        @Override
        public List<Event> events() {
            return List.of(new Event.VmFound(
                    found.name(), found.facts(), copyOf, found.owner(), Optional.empty(), Map.of(), found.samples()));
        }
    }

    /**
     * A VM that the journal does not know and that is not whole, as far as can be seen: a copy that goes on, or that
     * has stopped a moment ago before its end. It is not recorded before it stays as it is.
     *
     * @param copyOf the known VM that it begins like, where there is one
     * @param why what shows that it is not whole
     */
    record VmBeingMade(FolderVm found, Optional<VmName> copyOf, Incomplete why) implements Finding {
        @Override
        public VmName vm() {
            return found.name();
        }

        @Override
        public List<Event> events() {
            return List.of();
        }
    }

    /**
     * A VM that the journal knew once, and that is back as it was.
     *
     * @param former what the journal said of it then
     * @param digests of images that were read and are still what was digested once
     */
    record VmRestored(FolderVm found, Vm former, Map<ImageName, ImageDigest> digests) implements Finding {
        public VmRestored {
            digests = Map.copyOf(digests);
        }

        @Override
        public VmName vm() {
            return found.name();
        }

        @Override
        public List<Event> events() {
            return List.of(new Event.VmFound(
                    found.name(), found.facts(), Optional.empty(), found.owner(), Optional.of(former), digests,
                    found.samples()));
        }
    }

    /** A VM that the journal knows and the folder does not have any more. */
    record VmVanished(Vm known) implements Finding {
        @Override
        public VmName vm() {
            return known.name();
        }

        @Override
        public List<Event> events() {
            return List.of(known.vanished());
        }
    }

    /**
     * A VM that the journal knows and that stands in a folder whose name no VM may have. It is not recorded: with an
     * allowed name it is the same VM again.
     *
     * @param fileName of the folder
     */
    record VmMisnamed(Vm known, String fileName) implements Finding {
        @Override
        public VmName vm() {
            return known.name();
        }

        @Override
        public List<Event> events() {
            return List.of();
        }
    }

    /** A VM that the journal knows by another name. */
    record VmMoved(VmName from, VmName vm, List<Event> events) implements Finding {
        public VmMoved {
            events = List.copyOf(events);
        }
    }

    /** A snapshot that the journal does not know: S²E wrote it, or it was put there by hand. */
    record SnapshotAppeared(VmName vm, FolderImage snapshot) implements Finding {
        @Override
        public List<Event> events() {
            return List.of(new Event.SnapshotFound(vm, snapshot.facts(), snapshot.owner(), snapshot.sample()));
        }
    }

    /** An image that the journal knows and the folder does not have any more. */
    record ImageVanished(VmName vm, ImageName image) implements Finding {
        @Override
        public List<Event> events() {
            return List.of(new Event.ImageVanished(vm, image));
        }
    }

    /** A snapshot that the journal knows by another name: the same size and modification time. */
    record SnapshotRenamed(VmName vm, ImageName from, FolderImage to) implements Finding {
        @Override
        public List<Event> events() {
            return List.of(new Event.ImageVanished(vm, from),
                    new Event.SnapshotFound(vm, to.facts(), to.owner(), to.sample()));
        }
    }

    /** An image of another size or modification time than the journal says; of a disk image also one that is back. */
    record ImageChanged(VmName vm, Optional<ImageFacts> before, FolderImage now) implements Finding {
        @Override
        public List<Event> events() {
            return List.of(new Event.ImageChanged(
                    vm, now.facts(), now.owner(), Optional.empty(), Optional.empty(), now.sample()));
        }
    }

    /**
     * An image that is another file than the journal knew, or has another time, and holds what that held: it was put
     * back.
     *
     * @param digest of it, where it was read and is still what was digested once
     */
    record ImageRestored(VmName vm, ImageFacts before, FolderImage now, Sameness sameness, Optional<ImageDigest> digest)
            implements
                Finding {
        @Override
        public List<Event> events() {
            return List.of(new Event.ImageChanged(
                    vm, now.facts(), now.owner(), Optional.of(sameness), digest, now.sample()));
        }
    }
}
