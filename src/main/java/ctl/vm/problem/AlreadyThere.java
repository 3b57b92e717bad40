package ctl.vm.problem;

import java.nio.file.Path;

/** A name that should be new is taken: exit code 5. What has the name is as it was. */
public sealed interface AlreadyThere extends Problem {

    @Override
    default int exitCode() {
        return 5;
    }

    /** A VM has the name. */
    record VmExists(String name) implements AlreadyThere {}

    /** A VM has the name, and what would come to stand there cannot replace it. */
    record VmInTheWay(String name) implements AlreadyThere {}

    /** Not the VM that was to be replaced has the name, but another. */
    record NotTheReplaced(String name) implements AlreadyThere {}

    /**
     * The name of a VM or package that is whole was taken while that was made.
     *
     * @param taken what has the name, as another problem says it
     * @param operation what was made, in words
     * @param isVm whether it can get another name
     */
    record TakenMeanwhile(AlreadyThere taken, String operation, boolean isVm, String id) implements AlreadyThere {}

    /**
     * What has been deleted cannot come back under its name.
     *
     * @param taken what has the name, as another problem of this family says it
     * @param target what was to come back, as typed
     */
    record UndeletedInTheWay(AlreadyThere taken, String target) implements AlreadyThere {}

    /** The VM has a snapshot of the name. */
    record SnapshotExists(String vm, String snapshot) implements AlreadyThere {}

    /** A VM has a name that looks the same but has other bytes (Unicode normalisation). */
    record VmLooksAlike(String name, String existing) implements AlreadyThere {}

    /**
     * The filesystem takes the name for that of something that stands there: it does not distinguish upper and lower
     * case.
     */
    record SameToTheFilesystem(String name, String existing) implements AlreadyThere {}

    /** Something that is not a VM has the name: a file or a link. */
    record NameTaken(String name, String kind) implements AlreadyThere {}

    /** A folder has the name of the package to be written. */
    record FolderInTheWay(Path path) implements AlreadyThere {}

    /** The package to be written is there. */
    record PackageExists(Path path) implements AlreadyThere {}

    /** The root ships to another server already. */
    record JoinedAnother(String server) implements AlreadyThere {}

    /** Another root of the team has the name. */
    record RootNameTaken(String name) implements AlreadyThere {}

    /** The team's database knows the root under another name: it may be a copy of that root. */
    record RootKnownAs(String name) implements AlreadyThere {}
}
