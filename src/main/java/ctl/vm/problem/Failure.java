package ctl.vm.problem;

import java.nio.file.Path;
import java.util.Optional;

/** It was tried and did not work: exit code 1. Nothing half-made is listed. */
public sealed interface Failure extends Problem {

    @Override
    default int exitCode() {
        return 1;
    }

    /**
     * The problem that an error number is to a user.
     *
     * @param reason the system's own text, where no problem has its own
     */
    static Failure of(int errno, String path, String reason) {
        return switch (errno) {
            case Errno.EACCES, Errno.EPERM -> new Denied(path);
            case Errno.ENOSPC, Errno.EDQUOT -> new NoSpace(path);
            case Errno.EROFS -> new ReadOnlyDisk(path);
            case Errno.EMFILE, Errno.ENFILE -> new LimitReached(path, Limit.OPEN_FILES);
            case Errno.EFBIG -> new LimitReached(path, Limit.FILE_SIZE);
            case Errno.ENOMEM -> new LimitReached(path, Limit.MEMORY);
            case Errno.ENOTCONN, Errno.ESTALE, Errno.ENODEV, Errno.ECONNABORTED, Errno.ESHUTDOWN, Errno.ETIMEDOUT,
                    Errno.EHOSTDOWN, Errno.EHOSTUNREACH, Errno.EREMOTEIO ->
                new DiskGone(path, reason);
            case Errno.ENOLCK -> new NoLocks(path, reason);
            case Errno.ENOENT -> new DiskTrouble(path, "no such file or folder");
            case Errno.EEXIST -> new DiskTrouble(path, "exists already");
            default -> Errno.isRefusal(errno) ? new NotSupported(path, reason) : new DiskTrouble(path, reason);
        };
    }

    /** What the system, or the shell, allows a process. */
    enum Limit {
        OPEN_FILES,
        FILE_SIZE,
        MEMORY,
        THREADS
    }

    /** The system allowed no more. Nothing is wrong with the file. */
    record LimitReached(String path, Limit limit) implements Failure {}

    /** A filesystem that was there and is not: a mount that was lost, or a server that does not answer. */
    record DiskGone(String path, String reason) implements Failure {}

    /** The root folder is not there. */
    record NoSuchRoot(Path root) implements Failure {}

    /** Java could not load one of its own classes or files. */
    record JavaBroken(String reason) implements Failure {}

    /**
     * A bug of ours ended the command, as a kill would have.
     *
     * @param error what was thrown, in a few words
     * @param report where the details are; empty where they could be written nowhere
     */
    record Crash(String error, Outcome outcome, Optional<Path> report) implements Failure {

        /** What the crash means for the VMs. */
        public enum Outcome {
            /** Before any change could begin, or while something was only read. */
            NOTHING_CHANGED,
            /** Before the first step of an operation, or after its last one. */
            DONE_OR_NOT,
            /** In the midst of it. */
            GOES_ON,
            /** In the midst of it, and what came or went through a pipe is gone. */
            BEGINS_ANEW
        }
    }

    /** A disk on which what is to be made has no room. Nothing was written. */
    record NotEnoughSpace(String path, String needed, String free) implements Failure {}

    /**
     * {@code qemu-img}, which reads and writes the disk images of other programs, is not installed.
     *
     * @param file one of them
     */
    record NoQemuImg(String file, String format) implements Failure {}

    /** A package holds more than the disk has room for, unless much of it is zeros. */
    record NoSpaceToUnpack(String path, String needed, String free) implements Failure {}

    /** An interrupted operation of which the rest was to go through a pipe. It was ended. */
    record PipeGone(String what) implements Failure {}

    /** A full disk. */
    record NoSpace(String path) implements Failure {}

    /** The system refused access. */
    record Denied(String path) implements Failure {}

    /** A filesystem mounted read-only. */
    record ReadOnlyDisk(String path) implements Failure {}

    /** The folder of a VM, which is there but cannot be read. */
    record UnreadableVm(String vm, String reason) implements Failure {}

    /** A root that is something else than a folder. */
    record RootIsNoFolder(Path root) implements Failure {}

    /** The command has reached its goal, but what it was to show could not be written to stdout. */
    record ResultLost() implements Failure {}

    /** A pipe from which nothing came. */
    record EmptyInput() implements Failure {}

    /** A package that was to go to stdout could not be written there. */
    record OutputLost() implements Failure {}

    /** Anything else that the system reported about a file. */
    record DiskTrouble(String path, String reason) implements Failure {}

    /** A filesystem that does not know a call without which nothing can be done there: to try again is of no use. */
    record NotSupported(String path, String reason) implements Failure {}

    /**
     * A filesystem that keeps no locks, or whose lock service does not answer: without them no command changes
     * anything.
     */
    record NoLocks(String path, String reason) implements Failure {}

    /** Another process wrote to an image while it was being read. */
    record SourceChanged(String path) implements Failure {}

    /** The journal holds something that cannot have happened, or that cannot be read. */
    record JournalDamaged(Path journal, String reason) implements Failure {}

    /** Events that are known to have been there can be read in neither file of the journal. */
    record EventsLost(String which) implements Failure {}

    /** A newer program wrote the journal. */
    record JournalTooNew(Path journal, String found, String known) implements Failure {}

    /** The team's database holds something of a root that its journal cannot have said, or that cannot be read. */
    record TeamDamaged(String root, String reason) implements Failure {}

    /** A newer program recorded the events of a root. */
    record TeamTooNew(String root, String found) implements Failure {}
}
