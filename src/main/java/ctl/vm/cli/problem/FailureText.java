package ctl.vm.cli.problem;

import ctl.vm.problem.Failure;

/** What is said of a {@link Failure}. */
final class FailureText {

    private static final int LONGEST_ERROR = 200;

    private FailureText() {}

    static ProblemText of(Failure problem) {
        return switch (problem) {
            case Failure.NoSuchRoot(var root) -> new ProblemText(
                    "the root folder %s does not exist".formatted(root),
                    "create it, or name another with --root or $CTL_ROOT");
            case Failure.JavaBroken(var reason) -> new ProblemText(
                    "Java cannot go on: " + reason,
                    "see whether the disk that holds it is in order; then run the same command again");
            case Failure.Crash(var error, var outcome, var report) -> new ProblemText(
                    "a bug in ctl vm ended the command: " + shortened(error).strip(),
                    ProblemText.meaning(outcome) + report
                            .map("; details are in %s: send that file to the maintainers"::formatted)
                            .orElse("; the details could not be written anywhere: send this line to the maintainers"));
            case Failure.NotEnoughSpace(var path, var needed, var free) -> new ProblemText(
                    "%s has %s free, and %s are needed".formatted(path, free, needed),
                    "free some space and run the same command again");
            case Failure.NoQemuImg(var file, var format) -> new ProblemText(
                    "%s: %s images are read and written by qemu-img, which is not installed".formatted(file, format),
                    "install it (on Debian and Ubuntu the package qemu-utils, on Fedora qemu-img) and run the same"
                            + " command again");
            case Failure.NoSpaceToUnpack(var path, var needed, var free) -> new ProblemText(
                    of(new Failure.NotEnoughSpace(path, needed, free)).message(),
                    "free some space and run the same command again; zeros take none: if it is mostly zeros, allow more"
                            + " with --max-data");
            case Failure.PipeGone(var what) -> new ProblemText(
                    "%s cannot go on: its package went through a pipe, which is gone".formatted(what),
                    "it was ended, and what it had made was removed; begin anew");
            case Failure.NoSpace(var path) -> new ProblemText(
                    "%s: no space left on the disk".formatted(path),
                    "free some space and run the same command again");
            case Failure.LimitReached(var path, var limit) -> ofLimit(path, limit);
            case Failure.DiskGone(var path, var reason) -> new ProblemText(
                    "%s: its filesystem is gone: %s".formatted(path, reason),
                    "mount it again; then run the same command again");
            case Failure.Denied(var path) -> new ProblemText(
                    "%s: permission denied".formatted(path),
                    "ask its owner for access, or run as a user who has it");
            case Failure.ReadOnlyDisk(var path) -> new ProblemText(
                    "%s: the filesystem is read-only".formatted(path),
                    "mount it writable, or name another root with --root");
            case Failure.UnreadableVm(var vm, var reason) -> new ProblemText(
                    "vm/%s cannot be read: %s".formatted(vm, reason),
                    "ask its owner for access, or run as a user who has it");
            case Failure.RootIsNoFolder(var root) -> new ProblemText(
                    "the root %s is not a folder".formatted(root),
                    "name the folder that holds vm/, with --root or $CTL_ROOT");
            case Failure.ResultLost() -> new ProblemText(
                    "all is done, but the output could not be written",
                    "see where stdout goes: its disk may be full");
            case Failure.EmptyInput() -> new ProblemText(
                    "nothing came from standard input: the command before it in the pipe failed",
                    "see what that command says, and run both again");
            case Failure.OutputLost() -> new ProblemText(
                    "the output could not be written",
                    "see where stdout goes: its disk may be full, or its reader gone");
            case Failure.DiskTrouble(var path, var reason) -> new ProblemText(
                    "%s: %s".formatted(path, reason),
                    "see what is wrong with that file or its disk, then run the same command again");
            case Failure.NotSupported(var path, var reason) -> new ProblemText(
                    "%s: its filesystem does not support what is needed there (%s)".formatted(path, reason),
                    "use a folder on another filesystem");
            case Failure.NoLocks(var path, var reason) -> new ProblemText(
                    "%s: its filesystem keeps no locks (%s)".formatted(path, reason),
                    "start its lock service (on NFS: rpc-statd), or mount a local folder in the place of journal/ in the root");
            case Failure.SourceChanged(var path) -> new ProblemText(
                    "%s changed while it was being read".formatted(path),
                    "stop what writes to it, then run the same command again");
            case Failure.JournalDamaged(var journal, var reason) -> new ProblemText(
                    "the journal %s is damaged: %s".formatted(journal, reason),
                    "nothing was changed; \"ctl vm reconcile --rebuild\" makes it anew and keeps the broken file");
            case Failure.EventsLost(var which) -> new ProblemText(
                    "the journal cannot be made whole: %s".formatted(which),
                    "nothing was changed; bring back a copy of the journal, or add --accept-loss to go on without them");
            case Failure.JournalTooNew(var journal, var found, var known) -> new ProblemText(
                    "the journal %s has version %s, and this program knows %s".formatted(journal, found, known),
                    "use the newer ctl that wrote it; nothing was changed");
            case Failure.TeamDamaged(var root, var reason) -> new ProblemText(
                    "what the team's server has of root %s is damaged: %s".formatted(root, reason),
                    "do not rely on it; \"ctl vm verify --team\" on that root says which side is wrong");
            case Failure.TeamTooNew(var root, var found) -> new ProblemText(
                    "a newer ctl than this one recorded the events of root %s: %s".formatted(root, found),
                    "update ctl on this machine");
        };
    }

    private static ProblemText ofLimit(String path, Failure.Limit limit) {
        return switch (limit) {
            case OPEN_FILES -> new ProblemText(
                    "%s: too many open files".formatted(path),
                    "allow more with \"ulimit -n 1024\" and run the same command again");
            case FILE_SIZE -> new ProblemText(
                    "%s: the file would be larger than is allowed".formatted(path),
                    "see \"ulimit -f\", and what its filesystem allows; then run the same command again");
            case MEMORY -> new ProblemText(
                    "%s: the system gives no more memory".formatted(path),
                    "see \"ulimit -v\" and what else uses memory; then run the same command again");
            case THREADS -> new ProblemText(
                    "%s: the system allows no more threads".formatted(path),
                    "see \"ulimit -u\", \"ulimit -v\" and what else runs; then run the same command again");
        };
    }

    private static String shortened(String error) {
        return error.length() <= LONGEST_ERROR ? error : error.substring(0, LONGEST_ERROR) + "…";
    }
}
