package ctl.vm.problem;

import java.nio.file.Path;
import java.util.Optional;

/** Done as asked, it could do harm: exit code 7. Nothing was left behind. */
public sealed interface Unsafe extends Problem {

    @Override
    default int exitCode() {
        return 7;
    }

    /** An image that is not a regular file. */
    record NotAnImage(String vm, String fileName, String kind) implements Unsafe {}

    /**
     * What an interrupted operation would take away is not what it was to take away.
     *
     * @param operation in words
     * @param loss the VM or snapshot that would go
     * @param isReplacement whether a new VM would take its place, which can get another name
     */
    record ChangedMeanwhile(String operation, String loss, boolean isReplacement, String id) implements Unsafe {}

    /** What an interrupted operation has made is no longer where it was. @param operation in words */
    record StagedIsGone(String operation, String id) implements Unsafe {}

    /** What was interrupted would take something away, and the user has not asked for that just now. */
    record WouldRemove(String loss, String id) implements Unsafe {}

    /** Copied now, it could be torn. @param what a VM, snapshot or file; @param holder a process with its pid */
    record OpenForWriting(String what, String holder) implements Unsafe {}

    /** A virtual machine would lose the image that it reads. */
    record OpenInMachine(String what, String holder) implements Unsafe {}

    /** The folder of a VM is a link. */
    record LinkedVm(String vm) implements Unsafe {}

    /**
     * Something stands where we write that we have not put there.
     *
     * @param kind what there should be, with its article
     */
    record NotOurs(Path path, String kind) implements Unsafe {}

    /** A folder that several hosts share, where a lock of this host is not seen by the others. @param how it is mounted */
    record LocalLocks(Path folder, String how) implements Unsafe {}

    /** A file config that neither the owner of the root nor this user has written. */
    record ForeignConfig(Path file, String owner, String rootOwner) implements Unsafe {}

    /**
     * A package that asks for so much that it may be an attack; {@code member} is empty where it is about the whole.
     *
     * @param limit can be raised
     */
    record PackageOverLimit(String name, String member, String reason, PackageLimit limit) implements Unsafe {}

    /** What a package may not exceed unless the user allows it. */
    enum PackageLimit {
        DATA,
        HEADER,
        MEMBERS,
        RATIO
    }

    /**
     * Something that is no package, and may be a raw disk image.
     *
     * @param line how the import was typed, where that is known
     */
    record NotAPackage(String name, Optional<ImportLine> line) implements Unsafe {

        /** @param typed how the import was typed */
        public NotAPackage typed(ImportLine typed) {
            return new NotAPackage(name, Optional.of(typed));
        }
    }

    /**
     * An archive that holds more than one VM, or one too deep in folders.
     *
     * @param depth folders above those of the VMs
     * @param vms the folder of VMs, where it is known
     */
    record SeveralVms(String name, String member, String reason, int depth, Optional<Path> vms) implements Unsafe {

        public SeveralVms into(Path folder) {
            return new SeveralVms(name, member, reason, depth, Optional.of(folder));
        }
    }

    /**
     * A raw image that did not come whole.
     *
     * @param name of its file, or what came instead of one
     * @param packed what the file is, such as {@code compressed with gzip}; empty where it is the image itself
     */
    record BadImage(String name, String reason, Optional<String> packed) implements Unsafe {}

    /**
     * A disk image that is not all in one file. What it names is not read: it may be any file of this machine.
     *
     * @param format as {@code qemu-img} has it
     * @param role such as {@code backing file}; @param other the file, as the image names it
     */
    record NamesAnotherFile(String file, String format, String role, String other, ImportLine line) implements Unsafe {}

    /** A disk image that is damaged, or made to do harm. @param reason to go on after what it is */
    record BadDisk(String file, String format, String reason) implements Unsafe {}

    /**
     * A tar archive that ends without an end, behind a whole member: part of it may be missing.
     *
     * @param line how the import was typed, where that is known
     */
    record LacksEnd(String name, Optional<ImportLine> line) implements Unsafe {

        /** @param typed how the import was typed */
        public LacksEnd typed(ImportLine typed) {
            return new LacksEnd(name, Optional.of(typed));
        }
    }

    /** A package that programs read in different ways, so that each may find other images. */
    record AmbiguousPackage(String name, String reason) implements Unsafe {}

    /** A package that must not be unpacked; {@code member} is empty where it is about the whole. */
    record BadPackage(String name, String member, String reason) implements Unsafe {}
}
