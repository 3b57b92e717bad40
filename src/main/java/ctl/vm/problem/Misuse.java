package ctl.vm.problem;

import java.nio.file.Path;
import java.util.Optional;

/** The command cannot mean anything as it was typed: exit code 2. Nothing was touched. */
public sealed interface Misuse extends Problem {

    @Override
    default int exitCode() {
        return 2;
    }

    /** A VM or snapshot name outside the name rules. */
    record BadName(String kind, String name, String reason) implements Misuse {
        @Override
        public String message() {
            return "\"%s\" cannot be the name of a %s: %s".formatted(name, kind, reason);
        }

        @Override
        public String nextStep() {
            return "choose a name without \"/\", \":\" and control characters, at most 255 bytes long";
        }
    }

    /** A size outside qemu-img's grammar. */
    record BadSize(String size, String reason) implements Misuse {
        @Override
        public String message() {
            return "\"%s\" is not a size: %s".formatted(size, reason);
        }

        @Override
        public String nextStep() {
            return "give a number with k, M, G, T, P or E behind it, such as 7680M, 7680MiB or 1.5G; without a letter it"
                    + " is bytes";
        }
    }

    /**
     * A size in a unit that some read as powers of 1000 and others as powers of 1024.
     *
     * @param binary the same in powers of 1024, as it can be typed
     * @param decimal the bytes that it is in powers of 1000
     */
    record AmbiguousSize(String size, String binary, String decimal) implements Misuse {
        @Override
        public String message() {
            return "\"%s\" can mean powers of 1000 or of 1024".formatted(size);
        }

        @Override
        public String nextStep() {
            return "write %s for powers of 1024, or %s for bytes".formatted(binary, decimal);
        }
    }

    /** A size that is one, but that no image here can have. */
    record SizeOutOfRange(String size, String reason) implements Misuse {
        @Override
        public String message() {
            return "no image of size %s can be made: %s".formatted(size, reason);
        }

        @Override
        public String nextStep() {
            return "give a size between 1 byte and what the filesystem allows, such as 7680M";
        }
    }

    /** Sharing was insisted on, and this filesystem has none. */
    record NoSharing(String path) implements Misuse {
        @Override
        public String message() {
            return "%s cannot be shared: its filesystem and that of vm/ are not one that can (no reflink)"
                    .formatted(path);
        }

        @Override
        public String nextStep() {
            return "leave out --reflink=always to copy it, or keep vm/ on btrfs, or on xfs with reflink=1";
        }
    }

    /** A point in time in words that we do not know. */
    record BadTime(String text) implements Misuse {
        @Override
        public String message() {
            return "\"%s\" is not a time".formatted(text);
        }

        @Override
        public String nextStep() {
            return "write it like 2026-11-23, \"2026-11-23 10:15\", yesterday, 2h or \"3 days ago\"";
        }
    }

    /** Source and target are the same VM. */
    record OntoItself(String name) implements Misuse {
        @Override
        public String message() {
            return "%s cannot be cloned onto itself".formatted(name);
        }

        @Override
        public String nextStep() {
            return "give the clone a name of its own";
        }
    }

    /**
     * A snapshot where a VM is to be renamed.
     *
     * @param disk path of the disk image whose snapshot it is
     * @param from the name of the snapshot; @param to its new name
     */
    record SnapshotToRename(String disk, String from, String to) implements Misuse {
        @Override
        public String message() {
            return "rename works on whole VMs";
        }

        @Override
        public String nextStep() {
            return "a snapshot is renamed by its file: \"mv -n %s %s && ctl vm reconcile\""
                    .formatted(ShellWord.of(disk + "." + from), ShellWord.of(disk + "." + to));
        }
    }

    /** A VM would get the name that it has. */
    record RenamedToItself(String name) implements Misuse {
        @Override
        public String message() {
            return "%s has that name already".formatted(name);
        }

        @Override
        public String nextStep() {
            return "give another name";
        }
    }

    /** A time for keeping trash that is none. */
    record BadKeepTime(String text) implements Misuse {
        @Override
        public String message() {
            return "CTL_TRASH_KEEP is \"%s\", which is no length of time".formatted(text);
        }

        @Override
        public String nextStep() {
            return "write it like 24h, 90m or 7d, or 0 to keep nothing";
        }
    }

    /** A line of the file config that cannot be understood. @param line from 1 */
    record BadConfig(Path file, int line, String reason) implements Misuse {
        @Override
        public String message() {
            return "%s, line %d: %s".formatted(file, line, reason);
        }

        @Override
        public String nextStep() {
            return "correct the line; \"ctl vm config --help\" shows what can be set";
        }
    }

    /** One argument was given twice, or names part of another. */
    record NamedTwice(String name, String other) implements Misuse {
        @Override
        public String message() {
            return name.equals(other)
                    ? "%s is named twice".formatted(name)
                    : "%s is part of %s, which is named as well".formatted(name, other);
        }

        @Override
        public String nextStep() {
            return "name it once; nothing was deleted";
        }
    }

    /** A question has to be asked and nobody can answer it. */
    record NobodyToAsk(String question) implements Misuse {
        @Override
        public String message() {
            return "nobody to ask \"%s\": the input is not a terminal and holds no answer".formatted(question);
        }

        @Override
        public String nextStep() {
            return "add -y to answer yes beforehand";
        }
    }

    /** The ending of a package's name says no format that we write. */
    record UnknownPackageEnding(Path path) implements Misuse {
        @Override
        public String message() {
            return "%s: cannot tell from its ending what kind of package to write".formatted(path);
        }

        @Override
        public String nextStep() {
            return "end the name in .tar.gz, .tgz, .tar.zst, .tzst or .tar";
        }
    }

    /** A package would go to the screen. */
    record PackageToTerminal() implements Misuse {
        @Override
        public String message() {
            return "a package is not for a terminal";
        }

        @Override
        public String nextStep() {
            return "send the output to a file or another program, or name a file";
        }
    }

    /** A file to import that is no regular file. */
    record NotAFile(Path path, String kind) implements Misuse {
        @Override
        public String message() {
            return "%s is %s, not a file".formatted(path, kind);
        }

        @Override
        public String nextStep() {
            return "name a package or, with --raw, a raw disk image";
        }
    }

    /**
     * A disk image of another format through a pipe.
     *
     * @param format as {@code qemu-img} has it
     * @param converter the command that converts it, before the names of the files
     */
    record ForeignPipe(String format, String converter) implements Misuse {
        @Override
        public String message() {
            return "what comes from standard input is a %s image, not a raw one".formatted(format);
        }

        @Override
        public String nextStep() {
            return "save it as FILE, then \"%s FILE FILE.raw\" and \"ctl vm import --raw FILE.raw NAME\""
                    .formatted(converter);
        }
    }

    /**
     * Something in which a raw image may be packed, through a pipe.
     *
     * @param packed what it is, such as {@code compressed with gzip}
     * @param filter the command that unpacks what it reads; empty where there is none
     */
    record PackedPipe(String packed, Optional<String> filter) implements Misuse {
        @Override
        public String message() {
            return "what comes from standard input is %s, and no raw disk image".formatted(packed);
        }

        @Override
        public String nextStep() {
            return filter.map("unpack it on its way, \"... | %s | ctl vm import --raw - NAME\""::formatted)
                    .orElse("save and unpack it, and import the image that is in it");
        }
    }

    /** A raw image with nothing in it. */
    record EmptyImage(String file) implements Misuse {
        @Override
        public String message() {
            return "%s is empty".formatted(file);
        }

        @Override
        public String nextStep() {
            return "nothing was imported; get the image again, or make an empty disk with \"ctl vm create NAME SIZE\"";
        }
    }

    /** A raw image that is too short for a disk. */
    record TinyImage(String file, long bytes) implements Misuse {
        @Override
        public String message() {
            return "%s has %d %s, and the smallest disk has a sector of 512"
                    .formatted(file, bytes, bytes == 1 ? "byte" : "bytes");
        }

        @Override
        public String nextStep() {
            return "nothing was imported; see whether it is the file that you mean";
        }
    }

    /** A package in a compression that we do not read. */
    record ForeignCompression(String name, String compression) implements Misuse {
        @Override
        public String message() {
            return "%s is compressed with %s, which is not read here".formatted(name, compression);
        }

        @Override
        public String nextStep() {
            return "unpack it to a .tar and import that";
        }
    }

    /**
     * A disk image of another format where a raw one or a package should be.
     *
     * @param format as {@code qemu-img} has it
     * @param converter the command that converts it, before the names of the files
     */
    record ForeignImage(String file, String format, String converter, ImportLine line) implements Misuse {
        @Override
        public String message() {
            return "%s is a %s image, neither raw nor a package".formatted(file, format);
        }

        @Override
        public String nextStep() {
            String raw = file + ".raw";
            return "convert it first: \"%s %s %s && %s\""
                    .formatted(converter, ShellWord.of(file), ShellWord.of(raw), line.raw(raw));
        }
    }

    /**
     * Something in which a raw image may be packed, where the image itself should be.
     *
     * @param packed what it is, such as {@code compressed with gzip}
     * @param unpacker the command that prints what is in it, before the name of the file
     * @param isPackage whether it may be a package
     */
    record PackedImage(String file, String packed, String unpacker, boolean isPackage, ImportLine line)
            implements
                Misuse {
        @Override
        public String message() {
            return "%s is %s, and no raw disk image".formatted(file, packed);
        }

        @Override
        public String nextStep() {
            String unpack = "unpack it on its way, \"%s %s | %s\""
                    .formatted(unpacker, ShellWord.of(file), line.raw("-"));
            return isPackage ? unpack + ", or, where it is a package, \"" + line.packed(file) + "\"" : unpack;
        }
    }

    /**
     * An archive or a compression that no package is made with.
     *
     * @param packed what it is, such as {@code a zip archive}
     * @param unpacker the command that prints what is in it, before the name of the file
     */
    record ForeignArchive(String file, String packed, String unpacker, ImportLine line) implements Misuse {
        @Override
        public String message() {
            return "%s is %s, which is not read here".formatted(file, packed);
        }

        @Override
        public String nextStep() {
            String unpack = unpacker + " " + ShellWord.of(file) + " | ";
            return "unpack it on its way: \"%s%s\" where a package is in it, \"%s%s\" where a raw image is"
                    .formatted(unpack, line.packed("-"), unpack, line.raw("-"));
        }
    }

    /** A package in a format of ours that only a newer program reads. */
    record NewerPackage(String name, int version) implements Misuse {
        @Override
        public String message() {
            return "%s was made by a newer ctl vm (format %d)".formatted(name, version);
        }

        @Override
        public String nextStep() {
            return "import it with a newer ctl vm";
        }
    }

    /**
     * A word that stands for a command or an option, and is none.
     *
     * @param kind {@code command} or {@code option}
     * @param help the command that shows all of them
     */
    record Mistyped(String kind, String word, Optional<String> nearest, String help) implements Misuse {
        @Override
        public String message() {
            return "there is no %s %s".formatted(kind, word);
        }

        @Override
        public String nextStep() {
            return nearest.map("did you mean %s? "::formatted).orElse("") + help + " shows all";
        }
    }

    /** The command line does not parse. */
    record BadCommandLine(String reason, String help) implements Misuse {
        @Override
        public String message() {
            return reason;
        }

        @Override
        public String nextStep() {
            return "see %s".formatted(help);
        }
    }
}
