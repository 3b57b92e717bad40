package ctl.vm.inventory;

import ctl.vm.inventory.value.ImageSize;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.SnapshotName;
import ctl.vm.inventory.value.VmName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a user can ask for that changes something. The journal holds it whole, so that an operation can be taken up
 * again from the journal alone.
 */
public sealed interface Request {

    /**
     * @param size of the new image, as typed and in bytes
     * @param replace whether a VM of that name may be replaced
     * @param now whether the space of the replaced VM is to be freed at once, rather than kept in the trash
     */
    record Create(VmName vm, ImageSize size, boolean replace, boolean now) implements Request {
        public Create(VmName vm, ImageSize size, boolean replace) {
            this(vm, size, replace, false);
        }
    }

    /** @param replace and @param now as of {@link Create} */
    record Clone(VmName source, VmName vm, CopyOptions options, boolean replace, boolean now) implements Request {
        public Clone(VmName source, VmName vm, CopyOptions options, boolean replace) {
            this(source, vm, options, replace, false);
        }
    }

    /**
     * @param file absolute path, or {@link #PIPE}
     * @param raw whether it is a disk image instead of a package
     * @param asIs whether all of a disk image's file is the image, whatever it looks like; otherwise it may be
     *     compressed
     * @param limits what a package may ask for, or a compressed disk image
     * @param replace and {@code now} as of {@link Create}
     */
    record Import(String file, VmName vm, boolean raw, boolean asIs, PackageLimits limits, boolean replace,
            boolean now) implements Request {
        public Import(String file, VmName vm, boolean raw, PackageLimits limits, boolean replace, boolean now) {
            this(file, vm, raw, false, limits, replace, now);
        }

        public Import(String file, VmName vm, boolean raw, boolean replace) {
            this(file, vm, raw, PackageLimits.USUAL, replace, false);
        }
    }

    /**
     * @param file absolute path of the package or qcow2 image, or {@link #PIPE}
     * @param replace whether a file of that name may be replaced
     * @param now whether its space is to be freed at once, rather than kept in the trash where that is possible
     */
    record Export(VmName vm, String file, boolean replace, CompressionLevel level, boolean now) implements Request {
        public Export(VmName vm, String file, boolean replace, CompressionLevel level) {
            this(vm, file, replace, level, false);
        }

        /**
         * Whether a qcow2 image of the disk alone is made, rather than a package. What is interrupted of it begins
         * anew.
         */
        public boolean isQcow2() {
            return isQcow2(file);
        }

        /** The same of a file of that name. */
        public static boolean isQcow2(String file) {
            return file.endsWith(".qcow2");
        }
    }

    /**
     * @param now whether its space is to be freed at once, rather than kept in the trash
     * @param keep how long the trash is to keep it; older programs did not say
     */
    record DeleteVm(VmName vm, boolean now, Optional<Duration> keep) implements Request {
        public DeleteVm(VmName vm) {
            this(vm, false);
        }

        public DeleteVm(VmName vm, boolean now) {
            this(vm, now, Optional.empty());
        }
    }

    /** @param now and {@code keep} as of {@link DeleteVm} */
    record DeleteSnapshot(VmName vm, SnapshotName snapshot, boolean now, Optional<Duration> keep)
            implements
                Request {
        public DeleteSnapshot(VmName vm, SnapshotName snapshot) {
            this(vm, snapshot, false);
        }

        public DeleteSnapshot(VmName vm, SnapshotName snapshot, boolean now) {
            this(vm, snapshot, now, Optional.empty());
        }
    }

    /**
     * @param deletion the operation that deleted it;
     *
     * @param from its name until then;
     * @param vm its name from now on
     */
    record UndeleteVm(OperationId deletion, VmName from, VmName vm) implements Request {}

    /** @param vm the VM that it comes back to; @param from its name until then; @param snapshot its name from now on */
    record UndeleteSnapshot(OperationId deletion, SnapshotName from, VmName vm, SnapshotName snapshot)
            implements
                Request {}

    /**
     * @param deletion the export that replaced it; @param vm the VM of that export
     * @param from its path until then; @param file its path from now on
     */
    record UndeletePackage(OperationId deletion, VmName vm, String from, String file) implements Request {}

    /**
     * @param vm what was deleted, and with it the snapshot, where it was one
     * @param file the path of the package, where it was one; then that of the VM is the name
     */
    record Purge(OperationId deletion, VmName vm, Optional<SnapshotName> snapshot, Optional<String> file)
            implements
                Request {
        public Purge(OperationId deletion, VmName vm, Optional<SnapshotName> snapshot) {
            this(deletion, vm, snapshot, Optional.empty());
        }

        /** What it frees, by the name that it had: {@code MyBox}, {@code MyBox:ready} or a path. */
        public String name() {
            return file.orElseGet(() -> vm + snapshot.map(name -> ":" + name).orElse(""));
        }
    }

    record Rename(VmName from, VmName vm) implements Request {}

    /** In the place of a file: the program's own input or output, which cannot be taken up again. */
    String PIPE = "-";

    /** The VM that it is about: the new one where there are two. */
    VmName vm();

    /** How long the trash is to keep what is deleted; empty where it is freed at once, and where that is not said. */
    default Optional<Duration> keep() {
        return Optional.empty();
    }

    /** What it is, for people: {@code clone of MyBox to Two}. */
    default String describe() {
        return switch (this) {
            case Create request -> "creation of %s".formatted(request.vm());
            case Clone request -> "clone of %s to %s".formatted(request.source(), request.vm());
            case Import request -> "import of %s to %s".formatted(request.file(), request.vm());
            case Export request -> "export of %s to %s".formatted(request.vm(), request.file());
            case DeleteVm request -> "deletion of %s".formatted(request.vm());
            case DeleteSnapshot request -> "deletion of %s:%s".formatted(request.vm(), request.snapshot());
            case UndeleteVm request -> "undeletion of %s".formatted(request.vm());
            case UndeleteSnapshot request -> "undeletion of %s:%s".formatted(request.vm(), request.snapshot());
            case UndeletePackage request -> "undeletion of %s".formatted(request.file());
            case Purge request -> "purge of %s".formatted(request.name());
            case Rename request -> "renaming of %s to %s".formatted(request.from(), request.vm());
        };
    }

    /**
     * Whether an attempt at the one goes on with an attempt at the other: how long the trash keeps something makes none
     * another.
     */
    default boolean isSameAs(Request other) {
        return withoutKeep(this).equals(withoutKeep(other));
    }

    private static Request withoutKeep(Request request) {
        return switch (request) {
            case DeleteVm delete -> new DeleteVm(delete.vm(), delete.now());
            case DeleteSnapshot delete -> new DeleteSnapshot(delete.vm(), delete.snapshot(), delete.now());
            case Create _, Clone _, Import _, Export _, UndeleteVm _, UndeleteSnapshot _, UndeletePackage _, Purge _, Rename _ ->
                request;
        };
    }

    /** Whether what it reads or writes goes through a pipe: then it goes through once. */
    default boolean isPiped() {
        return switch (this) {
            case Import request -> request.file().equals(PIPE);
            case Export request -> request.file().equals(PIPE);
            case Create _, Clone _, DeleteVm _, DeleteSnapshot _, UndeleteVm _, UndeleteSnapshot _, UndeletePackage _, Purge _,
                    Rename _ -> false;
        };
    }

    /** Whether it takes something away, which frees space at once or later. */
    default boolean frees() {
        return switch (this) {
            case DeleteVm _, DeleteSnapshot _, Purge _ -> true;
            case Create _, Clone _, Import _, Export _, UndeleteVm _, UndeleteSnapshot _, UndeletePackage _, Rename _ -> false;
        };
    }

    /** The VM that must stay as it is meanwhile. */
    default Optional<VmName> reads() {
        return switch (this) {
            case Clone request -> Optional.of(request.source());
            case Export request -> Optional.of(request.vm());
            case Create _, Import _, DeleteVm _, DeleteSnapshot _, UndeleteVm _, UndeleteSnapshot _, UndeletePackage _, Purge _,
                    Rename _ -> Optional.empty();
        };
    }

    /** The VMs that no other operation may use meanwhile. */
    default Set<VmName> changes() {
        return switch (this) {
            case Export _, UndeletePackage _, Purge _ -> Set.of();
            // Under one name it goes, under the other it comes; a set of Set.of would refuse the same name twice.
            case Rename request -> new TreeSet<>(List.of(request.from(), request.vm()));
            case Create _, Clone _, Import _, DeleteVm _, DeleteSnapshot _, UndeleteVm _, UndeleteSnapshot _ ->
                Set.of(vm());
        };
    }

    /** All of these VMs. */
    default Set<VmName> vms() {
        Set<VmName> vms = new TreeSet<>(changes());
        reads().ifPresent(vms::add);
        return vms;
    }

    /** The VM that is replaced, where it is there. */
    default Optional<VmName> replaces() {
        boolean replaces = switch (this) {
            case Create request -> request.replace();
            case Clone request -> request.replace();
            case Import request -> request.replace();
            case Export _, DeleteVm _, DeleteSnapshot _, UndeleteVm _, UndeleteSnapshot _, UndeletePackage _, Purge _, Rename _ ->
                false;
        };
        return replaces ? Optional.of(vm()) : Optional.empty();
    }

    /** Whether it brings in a VM that was not there before. */
    default boolean bringsIn() {
        return switch (this) {
            case Create _, Clone _, Import _ -> true;
            case Export _, DeleteVm _, DeleteSnapshot _, UndeleteVm _, UndeleteSnapshot _, UndeletePackage _, Purge _, Rename _ ->
                false;
        };
    }

    /** The name that a VM gets by it. */
    default Optional<VmName> gives() {
        return switch (this) {
            case Create _, Clone _, Import _, UndeleteVm _, Rename _ -> Optional.of(vm());
            case Export _, DeleteVm _, DeleteSnapshot _, UndeleteSnapshot _, UndeletePackage _, Purge _ -> Optional.empty();
        };
    }

    /**
     * The same under another name, which nothing has.
     *
     * @throws IllegalArgumentException where it does not {@linkplain #bringsIn bring in} a VM
     */
    default Request under(VmName name) {
        return switch (this) {
            case Create request -> new Create(name, request.size(), false);
            case Clone request -> new Clone(request.source(), name, request.options(), false);
            case Import request -> new Import(
                    request.file(), name, request.raw(), request.asIs(), request.limits(), false, false);
            case Export _, DeleteVm _, DeleteSnapshot _, UndeleteVm _, UndeleteSnapshot _, UndeletePackage _, Purge _, Rename _ ->
                throw new IllegalArgumentException("it brings in no VM: " + describe());
        };
    }

    /**
     * The same, but with the space of what is replaced freed at once or not.
     *
     * @throws IllegalArgumentException where it can replace nothing
     */
    default Request freeingAtOnce(boolean now) {
        return switch (this) {
            case Create request -> new Create(request.vm(), request.size(), request.replace(), now);
            case Clone request -> new Clone(
                    request.source(), request.vm(), request.options(), request.replace(), now);
            case Import request -> new Import(
                    request.file(), request.vm(), request.raw(), request.asIs(), request.limits(), request.replace(),
                    now);
            case Export request -> new Export(
                    request.vm(), request.file(), request.replace(), request.level(), now);
            case DeleteVm _, DeleteSnapshot _, UndeleteVm _, UndeleteSnapshot _, UndeletePackage _, Purge _, Rename _ ->
                throw new IllegalArgumentException("it replaces nothing: " + describe());
        };
    }

    /** Whether the space of what it deletes or replaces is freed at once, rather than kept in the trash. */
    default boolean freesAtOnce() {
        return switch (this) {
            case Create request -> request.now();
            case Clone request -> request.now();
            case Import request -> request.now();
            case Export request -> request.now();
            case DeleteVm request -> request.now();
            case DeleteSnapshot request -> request.now();
            case UndeleteVm _, UndeleteSnapshot _, UndeletePackage _, Purge _, Rename _ -> false;
        };
    }

    /** The deletion whose trash no other operation may use meanwhile. */
    default Optional<OperationId> takesFromTrash() {
        return switch (this) {
            case UndeleteVm request -> Optional.of(request.deletion());
            case UndeleteSnapshot request -> Optional.of(request.deletion());
            case UndeletePackage request -> Optional.of(request.deletion());
            case Purge request -> Optional.of(request.deletion());
            case Create _, Clone _, Import _, Export _, DeleteVm _, DeleteSnapshot _, Rename _ -> Optional.empty();
        };
    }
}
