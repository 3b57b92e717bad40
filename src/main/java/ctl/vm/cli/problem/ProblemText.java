package ctl.vm.cli.problem;

import ctl.vm.problem.AlreadyThere;
import ctl.vm.problem.Busy;
import ctl.vm.problem.Cancelled;
import ctl.vm.problem.Failure;
import ctl.vm.problem.ImportLine;
import ctl.vm.problem.Mismatch;
import ctl.vm.problem.Misuse;
import ctl.vm.problem.NotFound;
import ctl.vm.problem.Problem;
import ctl.vm.problem.Secrets;
import ctl.vm.problem.ServerFailure;
import ctl.vm.problem.Unsafe;
import java.time.Instant;
import java.time.ZoneId;

/**
 * What a user reads about a {@link Problem}. Names stand in it as they are on disk: the console escapes what a terminal
 * must not see.
 *
 * @param message what happened and to what: one line, no full stop
 * @param nextStep what to do next: one line, no full stop
 */
public record ProblemText(String message, String nextStep) {

    /** A password that was typed in the URL of a server is shown by none of them. */
    public ProblemText {
        message = Secrets.masked(message);
        nextStep = Secrets.masked(nextStep);
    }

    public static ProblemText of(Problem problem) {
        return switch (problem) {
            case Misuse misuse -> MisuseText.of(misuse);
            case NotFound notFound -> of(notFound);
            case AlreadyThere taken -> of(taken);
            case Busy busy -> of(busy);
            case Unsafe unsafe -> UnsafeText.of(unsafe);
            case Failure failure -> FailureText.of(failure);
            case Mismatch mismatch -> MismatchText.of(mismatch);
            case ServerFailure failure -> ServerText.of(failure);
            case Cancelled(var signal) -> new ProblemText(
                    switch (signal) {
                        case INTERRUPT -> "stopped by Ctrl-C";
                        case TERMINATE -> "stopped by SIGTERM";
                    },
                    "run the same command again to go on");
        };
    }

    /** What happened, in one line: for events and warnings. */
    public static String message(Problem problem) {
        return of(problem).message();
    }

    /** What a crash means for the VMs. */
    public static String meaning(Failure.Crash.Outcome outcome) {
        return switch (outcome) {
            case NOTHING_CHANGED -> "nothing was changed";
            case DONE_OR_NOT ->
                "nothing is lost: run the same command again, unless \"ctl vm audit --limit 3\" shows it as done";
            case GOES_ON -> "nothing is lost: run the same command again, it goes on where it was";
            case BEGINS_ANEW -> "nothing is lost: run the whole pipeline again, it begins anew";
        };
    }

    private static ProblemText of(NotFound problem) {
        return switch (problem) {
            case NotFound.NoSuchVm(var name, var nearest, var fate) -> fate.isPresent()
                    ? FateText.of("%s: no such VM".formatted(name), name, fate.get())
                    : new ProblemText("%s: no such VM".formatted(name),
                            nearest.map("did you mean %s? \"ctl vm list\" shows all"::formatted)
                                    .orElse("\"ctl vm list\" shows which VMs there are"));
            case NotFound.NoSuchSnapshot(var vm, var snapshot, var nearest, var fate) -> fate.isPresent()
                    ? FateText.of("%s:%s: no such snapshot".formatted(vm, snapshot), vm + ":" + snapshot, fate.get())
                    : new ProblemText("%s:%s: no such snapshot".formatted(vm, snapshot),
                            nearest.map(name -> "did you mean %s:%s?".formatted(vm, name))
                                    .orElse("\"ctl vm list %s\" shows its snapshots".formatted(ShellWord.of(vm))));
            case NotFound.NotInTrash(var name, var nearest, var fate) -> fate.isPresent()
                    ? FateText.of("%s is not in the trash".formatted(name), name, fate.get())
                    : new ProblemText("%s is not in the trash".formatted(name),
                            nearest.map("did you mean %s? \"ctl vm trash\" shows all"::formatted)
                                    .orElse("\"ctl vm trash\" shows what is, and \"ctl vm audit\" what became of it"));
            case NotFound.SnapshotWithoutVm(var snapshot, var vm) -> new ProblemText(
                    "%s: no such VM; nothing was deleted".formatted(snapshot),
                    "%s has a snapshot of that name: to delete just that, type \"ctl vm delete %s\""
                            .formatted(vm, ShellWord.of(vm + ":" + snapshot)));
            case NotFound.DefunctVm(var name) -> new ProblemText(
                    "%s is defunct: it has no disk.s2e".formatted(name),
                    "put its disk image back as disk.s2e, or delete the VM");
            case NotFound.NoSuchFile(var file) -> new ProblemText(
                    "%s: file not found".formatted(file),
                    "check the path; relative ones start at the current folder");
            case NotFound.FolderGone(var folder, var isReplaced) -> new ProblemText(
                    isReplaced
                            ? "%s was replaced by another folder".formatted(folder)
                            : "%s is gone: it was removed or renamed".formatted(folder),
                    isReplaced
                            ? "run the same command again to follow the new one"
                            : "run the same command again when it is back, or name the root where it is now with --root");
            case NotFound.NoSuchOperation(var id) -> new ProblemText(
                    "%s: no such unfinished operation".formatted(id),
                    "\"ctl vm operations\" shows which there are");
            case NotFound.NoSuchTeamRoot(var name, var nearest) -> new ProblemText(
                    "%s: no root of the team has this name".formatted(name),
                    nearest.map("did you mean %s? \"ctl vm team\" shows all"::formatted)
                            .orElse("\"ctl vm team\" shows which roots there are"));
            case NotFound.NotInTeam(var name, var nearest) -> new ProblemText(
                    "%s: the team's server knows no such VM or snapshot".formatted(name),
                    nearest.map("did you mean %s?"::formatted)
                            .orElse("\"ctl vm audit --team %s\" shows what became of it, if it was there"
                                    .formatted(ShellWord.of(name))));
            case NotFound.NotHere(var name) -> new ProblemText(
                    "%s: file not found".formatted(name),
                    "if the VM of another root is meant, type \"ctl vm info --team %s\"".formatted(
                            ShellWord.of(name)));
            case NotFound.NoSuchFolder(var folder) -> new ProblemText(
                    "%s: no such folder".formatted(folder),
                    "create it, or name another place for the package");
        };
    }

    private static ProblemText of(AlreadyThere problem) {
        return switch (problem) {
            case AlreadyThere.VmExists(var name) -> new ProblemText(
                    "%s already exists".formatted(name),
                    "choose another name, or replace it with -f/--force");
            case AlreadyThere.VmInTheWay(var name) -> new ProblemText(
                    "%s already exists".formatted(name),
                    "choose another name, or rename or delete the VM that has this one");
            case AlreadyThere.NotTheReplaced(var name) -> new ProblemText(
                    "%s is not the VM that was to be replaced".formatted(name),
                    "choose another name, or rename or delete the VM that has this one");
            case AlreadyThere.TakenMeanwhile(var taken, var operation, var isVm, var id) -> new ProblemText(
                    "%s: it came there after the %s had begun".formatted(of(taken).message(), operation),
                    isVm
                            ? "the new VM is whole and kept: \"ctl vm resume %s --as NEWNAME\" gives it another name"
                                    .formatted(id)
                            : ("the new package is whole and kept: move that one away and type \"ctl vm resume %s\","
                                    + " or give it up with \"ctl vm abandon %<s\"").formatted(id));
            case AlreadyThere.UndeletedInTheWay(var taken, var target) -> new ProblemText(
                    of(taken).message(),
                    "bring it back under another name: \"ctl vm undelete %s --as NEWNAME\""
                            .formatted(ShellWord.of(target)));
            case AlreadyThere.SnapshotExists(var vm, var snapshot) -> new ProblemText(
                    "%s:%s already exists".formatted(vm, snapshot),
                    "give another name with --as, or delete the snapshot that has this one");
            case AlreadyThere.VmLooksAlike(var name, var existing) -> new ProblemText(
                    "%s differs from the existing VM %s only in how its letters are encoded".formatted(name, existing),
                    "choose a name that can be distinguished");
            case AlreadyThere.SameToTheFilesystem(var name, var existing) -> new ProblemText(
                    "to this filesystem %s and the existing %s are one name: it does not distinguish upper and lower case"
                            .formatted(name, existing),
                    "choose another name");
            case AlreadyThere.NameTaken(var name, var kind) -> new ProblemText(
                    "vm/%s is in the way: it is %s, not a VM".formatted(name, kind),
                    "move it away, or choose another name");
            case AlreadyThere.FolderInTheWay(var path) -> new ProblemText(
                    "%s is a folder".formatted(path),
                    "name a file in it, such as %s/MyBox.tar.gz".formatted(path));
            case AlreadyThere.JoinedAnother(var server) -> new ProblemText(
                    "this root has joined the team at %s".formatted(server),
                    "let it leave that one first: \"ctl vm team leave\"");
            case AlreadyThere.RootNameTaken(var name) -> new ProblemText(
                    "another root of the team is called %s".formatted(name),
                    "choose another name with --name");
            case AlreadyThere.RootKnownAs(var name) -> new ProblemText(
                    "the team knows this root as %s".formatted(name),
                    "if it is that root, add \"--name %s\"; if it is a copy of that root, add --copied"
                            .formatted(ShellWord.of(name)));
            case AlreadyThere.PackageExists(var path) -> new ProblemText(
                    "%s: package already exists".formatted(path),
                    "choose another name, or replace it with -f/--force");
        };
    }

    private static ProblemText of(Busy problem) {
        return switch (problem) {
            case Busy.JournalInUse(var journal, var waited, var lockOwner) -> new ProblemText(
                    "the journal %s is in use by %s; nobody else has had a turn for %d s".formatted(
                            journal,
                            lockOwner.map("process %d"::formatted).orElse("another process"),
                            waited.toSeconds()),
                    "try again when that process is done");
            case Busy.JournalChanged(var journal) -> new ProblemText(
                    "another host has written to the journal %s meanwhile, and this command must decide anew"
                            .formatted(journal),
                    "run the same command again");
            case Busy.VmInUse(var vm, var lockOwner) -> new ProblemText(
                    "%s is in use by %s".formatted(vm, lockOwner),
                    "try again when that is done; \"ctl vm operations\" shows how far it is");
            case Busy.HeldElsewhere held -> new ProblemText(
                    "%s is in use on host %s: operation %s, process %d, since %s; %s".formatted(
                            held.what(), held.host(), held.id(), held.pid(), time(held.since()), heldUntil(held)),
                    "try again then; if that host is down, \"ctl vm resume %s --host-is-down\" takes it over at once"
                            .formatted(held.id()));
            case Busy.TakenOver(var id) -> new ProblemText(
                    "interrupted: another host has taken over operation %s".formatted(id),
                    "\"ctl vm audit --operation %s\" shows what became of it".formatted(id));
            case Busy.OpenedMeanwhile(var what, var holder) -> new ProblemText(
                    "%s was opened for writing meanwhile, by %s".formatted(what, holder),
                    "stop it and run the same command again");
            case Busy.ServerUnreachable(var server, var reason) -> new ProblemText(
                    "the server %s does not answer: %s".formatted(server, reason),
                    "try again when it runs and can be reached from here");
            case Busy.ServerFull(var server) -> new ProblemText(
                    "the server %s takes no more connections".formatted(server),
                    "try again later, or let its administrator raise max_connections");
            case Busy.ConnectionLost(var server) -> new ProblemText(
                    "the connection to the server %s was lost".formatted(server),
                    "run the same command again: what was done already is not done twice");
            case Busy.ServerTooSlow(var server, var reason) -> new ProblemText(
                    "the server %s did not do it in time: %s".formatted(server, reason),
                    "try again when it has less to do");
        };
    }

    private static String heldUntil(Busy.HeldElsewhere held) {
        return held.isExpired()
                ? "its lease ran out at %s; it can be taken over when the server has closed its connection"
                        .formatted(time(held.until()))
                : "it can be taken over after %s, unless it is renewed".formatted(time(held.until()));
    }

    /** By the clock of this machine. */
    private static String time(Instant time) {
        return "%tF %<tT".formatted(time.atZone(ZoneId.systemDefault()));
    }

    /** The command that imports a raw image, as it was typed. @param source a path, or {@code -} */
    static String importOfImage(ImportLine line, String source) {
        return command("--raw ", line, source);
    }

    /** The command that imports a package. */
    static String importOfPackage(ImportLine line, String source) {
        return command("", line, source);
    }

    /** The command that imports a package without an end. */
    static String importOfCutOff(ImportLine line, String source) {
        return command("--accept-cut-off ", line, source);
    }

    private static String command(String option, ImportLine line, String source) {
        return "ctl vm import " + option + (line.replace() ? "-f " : "") + ShellWord.of(source) + " "
                + ShellWord.of(line.vm());
    }
}
