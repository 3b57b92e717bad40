package ctl.vm.problem;

import java.nio.file.Path;
import java.util.Optional;

/** What the user named is not there: exit code 4. Nothing was touched. */
public sealed interface NotFound extends Problem {

    @Override
    default int exitCode() {
        return 4;
    }

    /** No VM has this name; {@code nearest} is an existing one that may have been meant. */
    record NoSuchVm(String name, Optional<String> nearest) implements NotFound {
        @Override
        public String message() {
            return "%s: no such VM".formatted(name);
        }

        @Override
        public String nextStep() {
            return nearest.map("did you mean %s? \"ctl vm list\" shows all"::formatted)
                    .orElse("\"ctl vm list\" shows which VMs there are");
        }
    }

    /** The VM is there but has no such snapshot. */
    record NoSuchSnapshot(String vm, String snapshot, Optional<String> nearest) implements NotFound {
        @Override
        public String message() {
            return "%s:%s: no such snapshot".formatted(vm, snapshot);
        }

        @Override
        public String nextStep() {
            return nearest.map(name -> "did you mean %s:%s?".formatted(vm, name))
                    .orElse("\"ctl vm list %s\" shows its snapshots".formatted(ShellWord.of(vm)));
        }
    }

    /** Nothing of this name is in the trash; {@code nearest} is something that is and may have been meant. */
    record NotInTrash(String name, Optional<String> nearest) implements NotFound {
        @Override
        public String message() {
            return "%s is not in the trash".formatted(name);
        }

        @Override
        public String nextStep() {
            return nearest.map("did you mean %s? \"ctl vm trash\" shows all"::formatted)
                    .orElse("\"ctl vm trash\" shows what is, and \"ctl vm audit\" what became of it");
        }
    }

    /** {@code delete MyBox ready} where {@code MyBox:ready} was most likely meant. */
    record SnapshotWithoutVm(String snapshot, String vm) implements NotFound {
        @Override
        public String message() {
            return "%s: no such VM; nothing was deleted".formatted(snapshot);
        }

        @Override
        public String nextStep() {
            return "%s has a snapshot of that name: to delete just that, type \"ctl vm delete %s\""
                    .formatted(vm, ShellWord.of(vm + ":" + snapshot));
        }
    }

    /** The VM's folder holds no disk image. */
    record DefunctVm(String name) implements NotFound {
        @Override
        public String message() {
            return "%s is defunct: it has no disk.s2e".formatted(name);
        }

        @Override
        public String nextStep() {
            return "put its disk image back as disk.s2e, or delete the VM";
        }
    }

    /** A package or raw image to import. */
    record NoSuchFile(Path file) implements NotFound {
        @Override
        public String message() {
            return "%s: file not found".formatted(file);
        }

        @Override
        public String nextStep() {
            return "check the path; relative ones start at the current folder";
        }
    }

    /** A folder of the root, or the root itself, that a command was following. */
    record FolderGone(Path folder, boolean isReplaced) implements NotFound {
        @Override
        public String message() {
            return isReplaced
                    ? "%s was replaced by another folder".formatted(folder)
                    : "%s is gone: it was removed or renamed".formatted(folder);
        }

        @Override
        public String nextStep() {
            return isReplaced
                    ? "run the same command again to follow the new one"
                    : "run the same command again when it is back, or name the root where it is now with --root";
        }
    }

    /** No operation of this id is open. */
    record NoSuchOperation(String id) implements NotFound {
        @Override
        public String message() {
            return "%s: no such unfinished operation".formatted(id);
        }

        @Override
        public String nextStep() {
            return "\"ctl vm operations\" shows which there are";
        }
    }

    /** The folder that a package is to be written to. */
    record NoSuchFolder(Path folder) implements NotFound {
        @Override
        public String message() {
            return "%s: no such folder".formatted(folder);
        }

        @Override
        public String nextStep() {
            return "create it, or name another place for the package";
        }
    }
}
