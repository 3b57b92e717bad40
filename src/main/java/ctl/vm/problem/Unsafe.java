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
    record NotAnImage(String vm, String fileName, String kind) implements Unsafe {
        @Override
        public String message() {
            return "%s of %s is %s, not an image file".formatted(fileName, vm, kind);
        }

        @Override
        public String nextStep() {
            return "put the image itself into the folder of %s under that name".formatted(vm);
        }
    }

    /**
     * What an interrupted operation would take away is not what it was to take away.
     *
     * @param operation in words
     * @param loss the VM or snapshot that would go
     */
    record ChangedMeanwhile(String operation, String loss, String id) implements Unsafe {
        @Override
        public String message() {
            return "%s would take %s away, which has changed since".formatted(operation, loss);
        }

        @Override
        public String nextStep() {
            return "\"ctl vm abandon %s\" gives it up; the same command again goes on with it all the same"
                    .formatted(id);
        }
    }

    /** What was interrupted would take something away, and nobody has asked for that just now. */
    record WouldTakeAway(String loss, String id) implements Unsafe {
        @Override
        public String message() {
            return "it would take %s away: \"ctl vm resume %s\" finishes it, \"ctl vm abandon %s\" gives it up"
                    .formatted(loss, id, id);
        }

        @Override
        public String nextStep() {
            return "decide on it";
        }
    }

    /** Copied now, it could be torn. @param what a VM, snapshot or file; @param who a process with its pid */
    record OpenForWriting(String what, String who) implements Unsafe {
        @Override
        public String message() {
            return "%s is open for writing by %s".formatted(what, who);
        }

        @Override
        public String nextStep() {
            return "stop it, or pass --while-in-use";
        }
    }

    /** A virtual machine would lose the image that it reads. */
    record OpenInMachine(String what, String who) implements Unsafe {
        @Override
        public String message() {
            return "%s is in use by %s".formatted(what, who);
        }

        @Override
        public String nextStep() {
            return "stop it, or pass --while-in-use";
        }
    }

    /** The folder of a VM is a link. */
    record LinkedVm(String vm) implements Unsafe {
        @Override
        public String message() {
            return "vm/%s is a symbolic link, which is not followed".formatted(vm);
        }

        @Override
        public String nextStep() {
            return "put the folder itself there, or name another root with --root";
        }
    }

    /** Something stands where we write that we have not put there. @param kind what there should be, with its article */
    record NotOurs(Path path, String kind) implements Unsafe {
        @Override
        public String message() {
            return "%s is a symbolic link, or something else that is not %s".formatted(path, kind);
        }

        @Override
        public String nextStep() {
            return "find out who put it there, and take it away: it is not followed";
        }
    }

    /** A file config that neither the owner of the root nor this user has written. */
    record ForeignConfig(Path file, String owner, String rootOwner) implements Unsafe {
        @Override
        public String message() {
            return "%s belongs to %s, and the root to %s".formatted(file, owner, rootOwner);
        }

        @Override
        public String nextStep() {
            return "find out who put it there, and take it away: it is not read";
        }
    }

    /**
     * A package that asks for so much that it may be an attack; {@code member} is empty where it is about the whole.
     *
     * @param option allows more
     */
    record PackageOverLimit(String name, String member, String reason, String option) implements Unsafe {
        @Override
        public String message() {
            return new BadPackage(name, member, reason).message();
        }

        @Override
        public String nextStep() {
            return "nothing was imported; if you trust it, allow more with %s".formatted(option);
        }
    }

    /**
     * Something that is no package, and may be a raw disk image.
     *
     * @param unpacker the command that unpacks what it is compressed with, before the name of the file
     * @param line how the import was typed, where that is known
     */
    record NotAPackage(String name, Optional<String> unpacker, Optional<ImportLine> line) implements Unsafe {

        /** @param typed how the import was typed */
        public NotAPackage typed(ImportLine typed) {
            return new NotAPackage(name, unpacker, Optional.of(typed));
        }

        @Override
        public String message() {
            return "%s: is neither a .tar.gz, a .tar.zst nor a .tar package".formatted(name);
        }

        @Override
        public String nextStep() {
            return "nothing was imported; where it is a raw disk image: \"%s\""
                    .formatted(command(line.orElse(new ImportLine("NAME", false))));
        }

        private String command(ImportLine typed) {
            boolean isFile = name.startsWith("/");
            if (isFile && unpacker.isEmpty()) {
                return typed.raw(name);
            }
            String source = isFile
                    ? unpacker.get() + " " + ShellWord.of(name)
                    : "..." + unpacker.map(" | "::concat)
                            .orElse("");
            return source + " | " + typed.raw("-");
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

        @Override
        public String message() {
            return new BadPackage(name, member, reason).message();
        }

        @Override
        public String nextStep() {
            // With -k, tar replaces nothing that is there.
            return "nothing was imported; an archive of several VMs that you trust is taken in whole: \"tar -xkf %s%s -C %s"
                    .formatted(name.startsWith("/") ? ShellWord.of(name) : "FILE",
                            depth == 0 ? "" : " --strip-components=" + depth,
                            vms.map(Path::toString).map(ShellWord::of).orElse("vm"))
                    + " && ctl vm reconcile\"";
        }
    }

    /** A package that must not be unpacked; {@code member} is empty where it is about the whole. */
    record BadPackage(String name, String member, String reason) implements Unsafe {
        @Override
        public String message() {
            return "%s: %s%s".formatted(name, member.isEmpty() ? "" : "member \"" + member + "\": ", reason);
        }

        @Override
        public String nextStep() {
            return "nothing was imported; get a whole package from a source you trust";
        }
    }
}
