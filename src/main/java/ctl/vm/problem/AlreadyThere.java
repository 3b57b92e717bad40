package ctl.vm.problem;

import java.nio.file.Path;

/** A name that should be new is taken: exit code 5. What has the name is as it was. */
public sealed interface AlreadyThere extends Problem {

    @Override
    default int exitCode() {
        return 5;
    }

    /** A VM has the name. */
    record VmExists(String name) implements AlreadyThere {
        @Override
        public String message() {
            return "%s already exists".formatted(name);
        }

        @Override
        public String nextStep() {
            return "choose another name, or replace it with -f/--force";
        }
    }

    /** A VM has the name, and what would come to stand there cannot replace it. */
    record VmInTheWay(String name) implements AlreadyThere {
        @Override
        public String message() {
            return "%s already exists".formatted(name);
        }

        @Override
        public String nextStep() {
            return "choose another name, or rename or delete the VM that has this one";
        }
    }

    /**
     * What has been deleted cannot come back under its name.
     *
     * @param taken what has the name, as another problem of this family says it
     * @param target what was to come back, as typed
     */
    record UndeletedInTheWay(AlreadyThere taken, String target) implements AlreadyThere {
        @Override
        public String message() {
            return taken.message();
        }

        @Override
        public String nextStep() {
            return "bring it back under another name: \"ctl vm undelete %s --as NEWNAME\""
                    .formatted(ShellWord.of(target));
        }
    }

    /** The VM has a snapshot of the name. */
    record SnapshotExists(String vm, String snapshot) implements AlreadyThere {
        @Override
        public String message() {
            return "%s:%s already exists".formatted(vm, snapshot);
        }

        @Override
        public String nextStep() {
            return "give another name with --as, or delete the snapshot that has this one";
        }
    }

    /** A VM has a name that looks the same but has other bytes (Unicode normalisation). */
    record VmLooksAlike(String name, String existing) implements AlreadyThere {
        @Override
        public String message() {
            return "%s differs from the existing VM %s only in how its letters are encoded".formatted(name, existing);
        }

        @Override
        public String nextStep() {
            return "choose a name that can be told apart";
        }
    }

    /** Something that is not a VM has the name: a file or a link. */
    record NameTaken(String name, String kind) implements AlreadyThere {
        @Override
        public String message() {
            return "vm/%s is in the way: it is %s, not a VM".formatted(name, kind);
        }

        @Override
        public String nextStep() {
            return "move it away, or choose another name";
        }
    }

    /** A folder has the name of the package to be written. */
    record FolderInTheWay(Path path) implements AlreadyThere {
        @Override
        public String message() {
            return "%s is a folder".formatted(path);
        }

        @Override
        public String nextStep() {
            return "name a file in it, such as %s/MyBox.tar.gz".formatted(path);
        }
    }

    /** The package to be written is there. */
    record PackageExists(Path path) implements AlreadyThere {
        @Override
        public String message() {
            return "%s: package already exists".formatted(path);
        }

        @Override
        public String nextStep() {
            return "choose another name, or replace it with -f/--force";
        }
    }
}
