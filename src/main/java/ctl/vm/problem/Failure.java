package ctl.vm.problem;

import java.nio.file.Path;
import java.util.Optional;

/** It was tried and did not work: exit code 1. Nothing half-made is listed. */
public sealed interface Failure extends Problem {

    @Override
    default int exitCode() {
        return 1;
    }

    /** What a user is told of an error number. @param reason the system's own text, where no problem has its own */
    static Failure of(int errno, String path, String reason) {
        return switch (errno) {
            case Errno.EACCES, Errno.EPERM -> new Denied(path);
            case Errno.ENOSPC, Errno.EDQUOT -> new NoSpace(path);
            case Errno.EROFS -> new ReadOnlyDisk(path);
            case Errno.ENOENT -> new DiskTrouble(path, "no such file or folder");
            case Errno.EEXIST -> new DiskTrouble(path, "exists already");
            default -> new DiskTrouble(path, reason);
        };
    }

    /** The root folder is not there. */
    record NoSuchRoot(Path root) implements Failure {
        @Override
        public String message() {
            return "the root folder %s does not exist".formatted(root);
        }

        @Override
        public String nextStep() {
            return "create it, or name another with --root or $CTL_ROOT";
        }
    }

    /** Java could not load one of its own classes or files. */
    record JavaBroken(String reason) implements Failure {
        @Override
        public String message() {
            return "Java cannot go on: " + reason;
        }

        @Override
        public String nextStep() {
            return "see whether the disk that holds it is in order; then run the same command again";
        }
    }

    /**
     * A bug of ours ended the command, as a kill would have.
     *
     * @param error what was thrown, in a few words
     * @param report where the details are; empty where they could be written nowhere
     */
    record Crash(String error, Outcome outcome, Optional<Path> report) implements Failure {

        private static final int LONGEST_ERROR = 200;

        /** What the crash means for the VMs. */
        public enum Outcome {
            /** Before any change could begin, or while something was only read. */
            NOTHING_CHANGED("nothing was changed"),
            /** Before the first step of an operation, or after its last one. */
            DONE_OR_NOT(
                    "nothing is lost: run the same command again, unless \"ctl vm audit --limit 3\" shows it as done"),
            /** In the midst of it. */
            GOES_ON("nothing is lost: run the same command again, it goes on where it was"),
            /** In the midst of it, and what came or went through a pipe is gone. */
            BEGINS_ANEW("nothing is lost: run the whole pipeline again, it begins anew");

            private final String meaning;

            Outcome(String meaning) {
                this.meaning = meaning;
            }

            public String meaning() {
                return meaning;
            }
        }

        @Override
        public String message() {
            String shown = error.length() <= LONGEST_ERROR ? error : error.substring(0, LONGEST_ERROR) + "…";
            return "a bug in ctl vm ended the command: " + shown.strip();
        }

        @Override
        public String nextStep() {
            return outcome.meaning() + report
                    .map("; details are in %s: send that file to the maintainers"::formatted)
                    .orElse("; the details could not be written anywhere: send this line to the maintainers");
        }
    }

    /** A disk on which what is to be made has no room. Nothing was written. */
    record NotEnoughSpace(String path, String needed, String free) implements Failure {
        @Override
        public String message() {
            return "%s has %s free, and %s are needed".formatted(path, free, needed);
        }

        @Override
        public String nextStep() {
            return "free some space and run the same command again";
        }
    }

    /** A package holds more than the disk has room for, unless much of it is zeros. */
    record NoSpaceToUnpack(String path, String needed, String free) implements Failure {
        @Override
        public String message() {
            return new NotEnoughSpace(path, needed, free).message();
        }

        @Override
        public String nextStep() {
            return "free some space and run the same command again; zeros take none: if it is mostly zeros, allow more"
                    + " with --max-data";
        }
    }

    /** An interrupted operation of which the rest was to go through a pipe. It was ended. */
    record PipeIsGone(String what) implements Failure {
        @Override
        public String message() {
            return "%s cannot go on: its package went through a pipe, which is gone".formatted(what);
        }

        @Override
        public String nextStep() {
            return "it was ended, and what it had made was removed; begin anew";
        }
    }

    /** A full disk. */
    record NoSpace(String path) implements Failure {
        @Override
        public String message() {
            return "%s: no space left on the disk".formatted(path);
        }

        @Override
        public String nextStep() {
            return "free some space and run the same command again";
        }
    }

    /** The system refused access. */
    record Denied(String path) implements Failure {
        @Override
        public String message() {
            return "%s: permission denied".formatted(path);
        }

        @Override
        public String nextStep() {
            return "ask its owner for access, or run as a user who has it";
        }
    }

    /** A filesystem mounted read-only. */
    record ReadOnlyDisk(String path) implements Failure {
        @Override
        public String message() {
            return "%s: the filesystem is read-only".formatted(path);
        }

        @Override
        public String nextStep() {
            return "mount it writable, or name another root with --root";
        }
    }

    /** The folder of a VM, which is there but cannot be read. */
    record UnreadableVm(String vm, String reason) implements Failure {
        @Override
        public String message() {
            return "vm/%s cannot be read: %s".formatted(vm, reason);
        }

        @Override
        public String nextStep() {
            return "ask its owner for access, or run as a user who has it";
        }
    }

    /** A root that is something else than a folder. */
    record RootIsNoFolder(Path root) implements Failure {
        @Override
        public String message() {
            return "the root %s is not a folder".formatted(root);
        }

        @Override
        public String nextStep() {
            return "name the folder that holds vm/, with --root or $CTL_ROOT";
        }
    }

    /** The command has reached its goal, but what it was to show could not be written to stdout. */
    record ResultLost() implements Failure {
        @Override
        public String message() {
            return "all is done, but the output could not be written";
        }

        @Override
        public String nextStep() {
            return "see where stdout goes: its disk may be full";
        }
    }

    /** A pipe from which nothing came. */
    record EmptyInput() implements Failure {
        @Override
        public String message() {
            return "nothing came from standard input: the command before it in the pipe failed";
        }

        @Override
        public String nextStep() {
            return "see what that command says, and run both again";
        }
    }

    /** A package that was to go to stdout could not be written there. */
    record OutputLost() implements Failure {
        @Override
        public String message() {
            return "the output could not be written";
        }

        @Override
        public String nextStep() {
            return "see where stdout goes: its disk may be full, or its reader gone";
        }
    }

    /** Anything else that the system reported about a file. */
    record DiskTrouble(String path, String reason) implements Failure {
        @Override
        public String message() {
            return "%s: %s".formatted(path, reason);
        }

        @Override
        public String nextStep() {
            return "see what is wrong with that file or its disk, then run the same command again";
        }
    }

    /** Somebody wrote to an image while it was being read. */
    record SourceChanged(String path) implements Failure {
        @Override
        public String message() {
            return "%s changed while it was being read".formatted(path);
        }

        @Override
        public String nextStep() {
            return "stop what writes to it, then run the same command again";
        }
    }

    /** The journal holds something that cannot have happened, or that cannot be read. */
    record JournalDamaged(Path journal, String reason) implements Failure {
        @Override
        public String message() {
            return "the journal %s is damaged: %s".formatted(journal, reason);
        }

        @Override
        public String nextStep() {
            return "nothing was changed; \"ctl vm reconcile --rebuild\" makes it anew and keeps the broken file";
        }
    }

    /** Events that are known to have been there can be read in neither file of the journal. */
    record EventsLost(String which) implements Failure {
        @Override
        public String message() {
            return "the journal cannot be made whole: %s".formatted(which);
        }

        @Override
        public String nextStep() {
            return "nothing was changed; bring back a copy of the journal, or add --accept-loss to go on without them";
        }
    }

    /** A newer program wrote the journal. */
    record JournalTooNew(Path journal, String found, String known) implements Failure {
        @Override
        public String message() {
            return "the journal %s has version %s, and this program knows %s".formatted(journal, found, known);
        }

        @Override
        public String nextStep() {
            return "use the newer ctl that wrote it; nothing was changed";
        }
    }
}
