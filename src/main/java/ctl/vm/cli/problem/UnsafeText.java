package ctl.vm.cli.problem;

import ctl.vm.problem.ImportLine;
import ctl.vm.problem.Unsafe;
import java.nio.file.Path;

/** What is said of an {@link Unsafe}. */
final class UnsafeText {

    private UnsafeText() {}

    static ProblemText of(Unsafe problem) {
        return switch (problem) {
            case Unsafe.NotAnImage(var vm, var fileName, var kind) -> new ProblemText(
                    "%s of %s is %s, not an image file".formatted(fileName, vm, kind),
                    "put the image itself into the folder of %s under that name".formatted(vm));
            case Unsafe.ChangedMeanwhile(var operation, var loss, var isReplacement, var id) -> new ProblemText(
                    "%s would take %s away, which has changed since".formatted(operation, loss),
                    "\"ctl vm abandon %s\" gives it up; %sthe same command again goes on with it all the same"
                            .formatted(id, isReplacement
                                    ? "\"ctl vm resume %s --as NEWNAME\" gives the new VM another name; ".formatted(id)
                                    : ""));
            case Unsafe.StagedIsGone(var operation, var id) -> new ProblemText(
                    "what the %s has made is no longer where it was".formatted(operation),
                    "\"ctl vm abandon %s\" ends it; what it was to replace is put back".formatted(id));
            case Unsafe.WouldRemove(var loss, var id) -> new ProblemText(
                    "it would take %s away: \"ctl vm resume %s\" finishes it, \"ctl vm abandon %s\" gives it up"
                            .formatted(loss, id, id),
                    "decide on it");
            case Unsafe.LocalLocks(var folder, var how) -> new ProblemText(
                    "%s is %s: other hosts that share it do not see the locks of this one".formatted(folder, how),
                    "mount it so that they do: NFS version 4 with local_lock=none does");
            case Unsafe.OpenForWriting(var what, var holder) -> new ProblemText(
                    "%s is open for writing by %s".formatted(what, holder),
                    "stop it, or pass --while-in-use");
            case Unsafe.OpenInMachine(var what, var holder) -> new ProblemText(
                    "%s is in use by %s".formatted(what, holder),
                    "stop it, or pass --while-in-use");
            case Unsafe.LinkedVm(var vm) -> new ProblemText(
                    "vm/%s is a symbolic link, which is not followed".formatted(vm),
                    "put the folder itself there, or name another root with --root");
            case Unsafe.NotOurs(var path, var kind) -> new ProblemText(
                    "%s is a symbolic link, or something else that is not %s".formatted(path, kind),
                    "find out where it comes from, and remove it: it is not followed");
            case Unsafe.ForeignConfig(var file, var owner, var rootOwner) -> new ProblemText(
                    "%s belongs to %s, and the root to %s".formatted(file, owner, rootOwner),
                    "find out where it comes from, and remove it: it is not read");
            case Unsafe.PackageOverLimit(var name, var member, var reason, var limit) -> new ProblemText(
                    inPackage(name, member, reason),
                    "nothing was imported; if you trust it, allow more with %s".formatted(option(limit)));
            case Unsafe.NotAPackage(var name, var line) -> new ProblemText(
                    "%s: is no package: it holds no tar archive".formatted(name),
                    "nothing was imported; where it is a raw disk image: \"%s\""
                            .formatted(command(name, line.orElse(new ImportLine("NAME", false)))));
            case Unsafe.SeveralVms(var name, var member, var reason, var depth, var vms) -> new ProblemText(
                    inPackage(name, member, reason),
                    // With -k, tar replaces nothing that is there.
                    "nothing was imported; an archive of several VMs that you trust is taken in whole: \"tar -xkf %s%s -C %s"
                            .formatted(name.startsWith("/") ? ShellWord.of(name) : "FILE",
                                    depth == 0 ? "" : " --strip-components=" + depth,
                                    vms.map(Path::toString).map(ShellWord::of).orElse("vm"))
                            + " && ctl vm reconcile\"");
            case Unsafe.BadImage(var name, var reason, var packed) -> new ProblemText(
                    "%s: %s".formatted(name, reason),
                    "nothing was imported; get the whole image again"
                            + packed.map(
                                    ", or, where it is a raw disk image that only looks %s, add --as-is"::formatted)
                                    .orElse(""));
            case Unsafe.NamesAnotherFile(var file, var format, var role, var other, var line) -> new ProblemText(
                    "%s: the %s image names a %s, %s, which is not read".formatted(file, format, role, other),
                    "nothing was imported; if you made both, put them together first: \"qemu-img convert -f %s -O raw %s %s && %s\""
                            .formatted(format, ShellWord.of(file), ShellWord.of(file + ".raw"),
                                    ProblemText.importOfImage(line, file + ".raw")));
            case Unsafe.BadDisk(var file, var format, var reason) -> new ProblemText(
                    "%s: the %s image %s".formatted(file, format, reason),
                    "nothing was imported; get it again from a source you trust");
            case Unsafe.LacksEnd(var name, var line) -> new ProblemText(
                    "%s: is cut off, or was made without an end: its tar archive lacks the two empty blocks at its end"
                            .formatted(name),
                    "nothing was imported; if all of it came: \"%s\"".formatted(
                            importAccepting(name, line.orElse(new ImportLine("NAME", false)))));
            case Unsafe.AmbiguousPackage(var name, var reason) -> new ProblemText(
                    inPackage(name, "", reason),
                    "nothing was imported; have it packed again, so that all programs find the same images in it");
            case Unsafe.BadPackage(var name, var member, var reason) -> new ProblemText(
                    inPackage(name, member, reason),
                    "nothing was imported; get a whole package from a source you trust");
        };
    }

    private static String inPackage(String name, String member, String reason) {
        return "%s: %s%s".formatted(name, member.isEmpty() ? "" : "member \"" + member + "\": ", reason);
    }

    private static String importAccepting(String name, ImportLine line) {
        boolean isFile = name.startsWith("/");
        return (isFile ? "" : "... | ") + ProblemText.importOfCutOff(line, isFile ? name : "-");
    }

    private static String option(Unsafe.PackageLimit limit) {
        return switch (limit) {
            case DATA -> "--max-data";
            case HEADER -> "--max-header";
            case MEMBERS -> "--max-members";
            case RATIO -> "--max-ratio";
        };
    }

    private static String command(String name, ImportLine line) {
        return name.startsWith("/")
                ? ProblemText.importOfImage(line, name)
                : "... | " + ProblemText.importOfImage(line, "-");
    }
}
