package ctl.vm.problem;

import java.nio.file.Path;

/** It was tried and did not work: exit code 1. Nothing half-made is listed. */
public sealed interface Failure extends Problem {

    @Override
    default int exitCode() {
        return 1;
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
