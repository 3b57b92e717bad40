package ctl.vm.inventory;

import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.DecompressedFile;
import ctl.vm.inventory.value.ContentSample;
import ctl.vm.inventory.value.FolderId;
import ctl.vm.inventory.value.ImageDigest;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.RootId;
import ctl.vm.inventory.value.Sha256;
import ctl.vm.inventory.value.SnapshotName;
import ctl.vm.inventory.value.VmName;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that can happen to the inventory: past tense, values only, and never renamed once journalled. How each is
 * called and written in the journal stands in {@code docs/events.md}.
 */
public sealed interface Event {

    /**
     * An operation was promised; from here on it may have left something in staging.
     *
     * @param replaces the folder of the VM that it replaces, where one was there; older programs did not say
     */
    record OperationStarted(Request request, Optional<FolderId> replaces) implements Event {
        public OperationStarted(Request request) {
            this(request, Optional.empty());
        }
    }

    /**
     * An operation that was to bring in a VM goes on under another name, or replaces another VM than the one that was
     * there when it started, because the user has asked for that.
     *
     * @param vm the name from now on
     * @param replaces the folder of the VM that it replaces; empty where it replaces none
     */
    record TargetChosen(VmName vm, Optional<FolderId> replaces) implements Event {}

    /**
     * A VM stands whole and durable in staging, or a package of it under a temporary name, and only the rename is
     * missing.
     *
     * @param folderInode inode of the staged folder, or of the package: after an exchange it distinguishes the new one
     *     from the one that it replaced
     * @param digests of the images that were digested on the way
     * @param decompressed the compressed file that its image was in, where it was in one
     * @param unpacked the package that it was in, where that says where it comes from; older programs did not look
     */
    record VmStaged(VmName vm, List<ImageFacts> images, long folderInode, Map<ImageName, ImageDigest> digests,
            Optional<DecompressedFile> decompressed, Optional<ImportedPackage> unpacked)
            implements
                Event {
        public VmStaged {
            images = List.copyOf(images);
            digests = Map.copyOf(digests);
        }

        public VmStaged(VmName vm, List<ImageFacts> images, long folderInode, Map<ImageName, ImageDigest> digests) {
            this(vm, images, folderInode, digests, Optional.empty(), Optional.empty());
        }

        public VmStaged(VmName vm, List<ImageFacts> images, long folderInode) {
            this(vm, images, folderInode, Map.of());
        }
    }

    /** So much of an image is durable in staging: an interrupted operation goes on from here. */
    record CheckpointReached(VmName vm, Checkpoint checkpoint) implements Event {}

    /** So much of a package is durable under its temporary name: an interrupted export goes on from here. */
    record PackageCheckpointReached(VmName vm, PackageCheckpoint checkpoint) implements Event {}

    /**
     * A VM stands durable under its name. Ends a create, clone or import.
     *
     * @param digests of the images that were digested on the way
     * @param samples of the images; older programs took none, and an empty image needs none
     * @param replaced what the journal said of the VM that it replaced, so that this can come back from the trash;
     *     empty where there was none, or it was freed at once
     * @param retention of that one; older programs did not say
     * @param decompressed and {@code unpacked} as of {@link VmStaged}
     */
    record VmArrived(VmName vm, Origin origin, List<ImageFacts> images, Map<ImageName, ImageDigest> digests,
            Map<ImageName, ContentSample> samples, Optional<Vm> replaced, Optional<Retention> retention,
            Optional<DecompressedFile> decompressed, Optional<ImportedPackage> unpacked)
            implements
                Event {
        public VmArrived {
            images = List.copyOf(images);
            digests = Map.copyOf(digests);
            samples = Map.copyOf(samples);
        }

        public VmArrived(VmName vm, Origin origin, List<ImageFacts> images, Map<ImageName, ImageDigest> digests,
                Map<ImageName, ContentSample> samples, Optional<Vm> replaced, Optional<Retention> retention) {
            this(vm, origin, images, digests, samples, replaced, retention, Optional.empty(), Optional.empty());
        }

        public VmArrived(VmName vm, Origin origin, List<ImageFacts> images, Map<ImageName, ImageDigest> digests,
                Map<ImageName, ContentSample> samples) {
            this(vm, origin, images, digests, samples, Optional.empty(), Optional.empty());
        }

        public VmArrived(VmName vm, Origin origin, List<ImageFacts> images) {
            this(vm, origin, images, Map.of(), Map.of());
        }
    }

    /**
     * A package stands durable under its name, or has gone out as a stream. Ends an export.
     *
     * @param digests of the images, as far as they are known: packages of older programs have none
     * @param seal the chain over its members, which its last member holds, where its format has one
     * @param sha256 digest of the package file as it was written; older programs did not record it
     * @param retention of the package that it replaced; empty where the trash has got none
     */
    record PackageExported(
            VmName vm,
            String file,
            List<ImageFacts> images,
            ByteCount size,
            Map<ImageName, ImageDigest> digests,
            Optional<Sha256> seal,
            Optional<Sha256> sha256,
            Optional<Retention> retention)
            implements
                Event {
        public PackageExported {
            images = images.stream().map(ImageFacts::ofAnyFile).toList();
            digests = Map.copyOf(digests);
        }

        public PackageExported(VmName vm, String file, List<ImageFacts> images, ByteCount size,
                Map<ImageName, ImageDigest> digests, Optional<Sha256> seal, Optional<Sha256> sha256) {
            this(vm, file, images, size, digests, seal, sha256, Optional.empty());
        }
    }

    /**
     * A VM has left the inventory. Ends its deletion.
     *
     * @param former what the journal said of it, so that it can come back; older programs did not say
     * @param retention empty where it was freed at once; older programs did not say
     */
    record VmDeleted(VmName vm, Optional<Vm> former, Optional<Retention> retention) implements Event {
        public VmDeleted(VmName vm) {
            this(vm, Optional.empty());
        }

        public VmDeleted(VmName vm, Optional<Vm> former) {
            this(vm, former, Optional.empty());
        }
    }

    /**
     * A snapshot has left its VM. Ends its deletion.
     *
     * @param vmSince what identifies its VM, under whatever name: see {@link Vm}; older programs did not say
     * @param retention empty where it was freed at once; older programs did not say
     */
    record SnapshotDeleted(VmName vm, SnapshotName snapshot, Optional<Long> vmSince, Optional<Retention> retention)
            implements
                Event {
        public SnapshotDeleted(VmName vm, SnapshotName snapshot) {
            this(vm, snapshot, Optional.empty());
        }

        public SnapshotDeleted(VmName vm, SnapshotName snapshot, Optional<Long> vmSince) {
            this(vm, snapshot, vmSince, Optional.empty());
        }
    }

    /**
     * A VM is back from the trash, as what it was. Ends its undeletion.
     *
     * @param former as {@link VmDeleted} had it; empty where the journal does not know of the deletion
     */
    record VmUndeleted(VmName vm, OperationId deletion, Optional<Vm> former, List<ImageFacts> images)
            implements
                Event {
        public VmUndeleted {
            images = List.copyOf(images);
        }
    }

    /** A snapshot is back from the trash. Ends its undeletion. */
    record SnapshotUndeleted(VmName vm, OperationId deletion, ImageFacts image) implements Event {}

    /**
     * A package that an export replaced is back from the trash. Ends its undeletion.
     *
     * @param file where it stands now
     */
    record PackageUndeleted(VmName vm, String file, OperationId deletion) implements Event {}

    /** What a deletion put into the trash is there no more. Ends its purge. @param file as of {@link Request.Purge} */
    record TrashPurged(VmName vm, Optional<SnapshotName> snapshot, Optional<String> file, OperationId deletion)
            implements
                Event {
        public TrashPurged(VmName vm, Optional<SnapshotName> snapshot, OperationId deletion) {
            this(vm, snapshot, Optional.empty(), deletion);
        }
    }

    /** A VM has another name. Ends its renaming. */
    record VmRenamed(VmName from, VmName vm) implements Event {}

    /** An operation ended without reaching its goal; the inventory is as it was before. */
    record OperationFailed(String reason, int exitCode) implements Event {}

    /** An operation stopped half-way; what it has made so far is kept in staging, and it can go on. */
    record OperationInterrupted(String reason, int exitCode) implements Event {}

    /** An operation was given up by the user; what it had made is gone, and the inventory is as it was before. */
    record OperationAbandoned() implements Event {}

    /**
     * A VM that the journal did not know stands in the folder: it was put there by hand.
     *
     * @param copyOf the known VM that it has the content of, where one was looked for and found
     * @param owner whom its first image belonged to then; empty where that was not looked up
     * @param former what the journal said of it before it was gone, where it is one that was there before; it may have
     *     had another name then
     * @param digests of images that were read and are still what was digested once
     * @param samples of the images; older programs took none
     */
    record VmFound(VmName vm, List<ImageFacts> images, Optional<VmName> copyOf, Optional<String> owner,
            Optional<Vm> former, Map<ImageName, ImageDigest> digests, Map<ImageName, ContentSample> samples)
            implements
                Event {
        public VmFound {
            images = List.copyOf(images);
            digests = Map.copyOf(digests);
            samples = Map.copyOf(samples);
        }

        public VmFound(VmName vm, List<ImageFacts> images, Optional<VmName> copyOf, Optional<String> owner,
                Optional<Vm> former) {
            this(vm, images, copyOf, owner, former, Map.of(), Map.of());
        }

        public VmFound(VmName vm, List<ImageFacts> images, Optional<VmName> copyOf, Optional<String> owner) {
            this(vm, images, copyOf, owner, Optional.empty());
        }

        public VmFound(VmName vm, List<ImageFacts> images) {
            this(vm, images, Optional.empty(), Optional.empty());
        }
    }

    /** A VM that the journal knew stands under another name: it was moved by hand. */
    record VmMoved(VmName from, VmName vm) implements Event {}

    /**
     * A VM that the journal knew is gone from the folder: it was removed by hand.
     *
     * @param former what the journal said of it, so that it is known when it comes back; older programs did not say
     */
    record VmVanished(VmName vm, Optional<Vm> former) implements Event {
        public VmVanished(VmName vm) {
            this(vm, Optional.empty());
        }
    }

    /**
     * A snapshot that the journal did not know stands in a VM's folder: S²E wrote it, or it was put there by hand.
     *
     * @param owner whom the file belonged to then; empty where that was not looked up
     * @param sample of it; older programs took none
     */
    record SnapshotFound(VmName vm, ImageFacts image, Optional<String> owner, Optional<ContentSample> sample)
            implements
                Event {
        public SnapshotFound(VmName vm, ImageFacts image, Optional<String> owner) {
            this(vm, image, owner, Optional.empty());
        }

        public SnapshotFound(VmName vm, ImageFacts image) {
            this(vm, image, Optional.empty());
        }
    }

    /** An image that the journal knew is gone from its VM's folder: it was removed by hand. */
    record ImageVanished(VmName vm, ImageName image) implements Event {}

    /**
     * An image is not as the journal knew it: something wrote to it, or put it back. Of a disk image that is what
     * running the VM does.
     *
     * @param owner whom the file belonged to then; empty where that was not looked up
     * @param sameness of its content with what it held before, where it was put back rather than written to
     * @param digest of its content, where it was read and is still what was digested once
     * @param sample of it; older programs took none
     */
    record ImageChanged(VmName vm, ImageFacts image, Optional<String> owner, Optional<Sameness> sameness,
            Optional<ImageDigest> digest, Optional<ContentSample> sample)
            implements
                Event {
        public ImageChanged(VmName vm, ImageFacts image, Optional<String> owner) {
            this(vm, image, owner, Optional.empty(), Optional.empty(), Optional.empty());
        }

        public ImageChanged(VmName vm, ImageFacts image) {
            this(vm, image, Optional.empty());
        }
    }

    /**
     * An image that the journal knew was read from end to end, unchanged meanwhile: this is its content.
     *
     * @param image as it was then
     */
    record ImageDigested(VmName vm, ImageFacts image, ImageDigest digest) implements Event {}

    /**
     * The root ships its events to a team's database from here on, this one included.
     *
     * @param server its URL, without a password
     * @param name of the root there
     * @param copy what identifies the root there, where it is a copy of another one
     */
    record TeamJoined(String server, String name, Optional<RootId> copy) implements Event {}

    /** The root ships no more events. @param server as it was joined; @param name of the root there */
    record TeamLeft(String server, String name) implements Event {}

    /**
     * How long the trash keeps what this event has put there; empty where it has put nothing there, or does not say.
     */
    default Optional<Retention> retention() {
        return Optional.empty();
    }

    /** What some events say of the content of images. */
    record Contents(List<ImageFacts> images, Map<ImageName, ImageDigest> digests,
            Map<ImageName, ContentSample> samples) {

        public static Optional<Contents> of(Event event) {
            return switch (event) {
                case VmArrived arrived ->
                    Optional.of(new Contents(arrived.images(), arrived.digests(), arrived.samples()));
                case VmFound found -> Optional.of(new Contents(found.images(), found.digests(), found.samples()));
                case PackageExported exported ->
                    Optional.of(new Contents(exported.images(), exported.digests(), Map.of()));
                case SnapshotFound found ->
                    Optional.of(of(found.image(), Optional.empty(), found.sample()));
                case ImageDigested digested ->
                    Optional.of(of(digested.image(), Optional.of(digested.digest()), Optional.empty()));
                case ImageChanged changed -> Optional.of(of(changed.image(), changed.digest(), changed.sample()));
                case VmUndeleted undeleted -> Optional.of(new Contents(undeleted.images(), Map.of(), Map.of()));
                case SnapshotUndeleted undeleted ->
                    Optional.of(of(undeleted.image(), Optional.empty(), Optional.empty()));
                case OperationStarted _, TargetChosen _, VmStaged _, CheckpointReached _, PackageCheckpointReached _, VmDeleted _,
                        SnapshotDeleted _, PackageUndeleted _, TrashPurged _, VmRenamed _, OperationFailed _, OperationInterrupted _,
                        OperationAbandoned _, VmMoved _, VmVanished _, ImageVanished _, TeamJoined _, TeamLeft _ ->
                    Optional.empty();
            };
        }

        private static Contents of(ImageFacts image, Optional<ImageDigest> digest, Optional<ContentSample> sample) {
            return new Contents(
                    List.of(image),
                    digest.map(known -> Map.of(image.name(), known)).orElse(Map.of()),
                    sample.map(known -> Map.of(image.name(), known)).orElse(Map.of()));
        }
    }
}
