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
    record BadName(String kind, String name, String reason) implements Misuse {}

    /** A size outside qemu-img's grammar. */
    record BadSize(String size, String reason) implements Misuse {}

    /**
     * A size in a unit that some read as powers of 1000 and others as powers of 1024.
     *
     * @param binary the same in powers of 1024, as it can be typed
     * @param decimal the bytes that it is in powers of 1000
     */
    record AmbiguousSize(String size, String binary, String decimal) implements Misuse {}

    /** A size that is one, but that no image here can have. */
    record SizeOutOfRange(String size, String reason) implements Misuse {}

    /** Sharing was insisted on, and this filesystem has none. */
    record NoSharing(String path) implements Misuse {}

    /** Blocks were to be shared and zeros to be left out: a shared block is whole. */
    record SharingWithoutZeros() implements Misuse {}

    /** A point in time in words that we do not know. */
    record BadTime(String text) implements Misuse {}

    /** Another name for an operation that brings in no VM. @param operation in words */
    record BringsInNothing(String operation, String id) implements Misuse {}

    /** Another name for a VM that stands under its own already, and only its record is missing. */
    record BroughtInAlready(String name, String other, String id) implements Misuse {}

    /** Source and target are the same VM. */
    record OntoItself(String name) implements Misuse {}

    /**
     * A snapshot where a VM is to be renamed.
     *
     * @param disk path of the disk image whose snapshot it is
     * @param from the name of the snapshot; @param to its new name
     */
    record SnapshotToRename(String disk, String from, String to) implements Misuse {}

    /** A VM would get the name that it has. */
    record RenamedToItself(String name) implements Misuse {}

    /** A time for keeping trash that is none. */
    record BadRetention(String text) implements Misuse {}

    /** A line of the file config that cannot be understood. @param line from 1 */
    record BadConfig(Path file, int line, String reason) implements Misuse {}

    /** One argument was given twice, or names part of another. */
    record NamedTwice(String name, String other) implements Misuse {}

    /** A question that needs an answer, and no terminal to ask it on. */
    record ConfirmationMissing(String question) implements Misuse {}

    /** The ending of a package's name says no format that we write. */
    record UnknownPackageEnding(Path path) implements Misuse {}

    /** A package would go to the screen. */
    record PackageToTerminal() implements Misuse {}

    /** A file to import that is no regular file. */
    record NotAFile(Path path, String kind) implements Misuse {}

    /**
     * A disk image of another format through a pipe.
     *
     * @param format as {@code qemu-img} has it
     * @param converter the command that converts it, before the names of the files; empty where an import does
     */
    record ForeignPipe(String format, Optional<String> converter) implements Misuse {}

    /**
     * Something in which a raw image may be packed, through a pipe.
     *
     * @param packed what it is, such as {@code compressed with gzip}
     * @param filter the command that unpacks what it reads; empty where there is none
     */
    record PackedPipe(String packed, Optional<String> filter) implements Misuse {}

    /**
     * What is compressed, and is no raw image inside.
     *
     * @param name of the file, or what came instead of one
     * @param isPiped whether it came through a pipe
     * @param packed what the file is, such as {@code compressed with gzip}
     * @param unpacker the command that prints what is in it, before its name
     * @param content what is in it, such as {@code a tar archive}
     * @param kind of that
     * @param line how the import was typed, where that is known
     */
    record UnfitContent(String name, boolean isPiped, String packed, String unpacker, String content, Kind kind,
            Optional<ImportLine> line) implements Misuse {

        /** What is to be done with it. */
        public enum Kind {
            /** A disk image of another format, to be converted. */
            DISK,
            /** A tar archive, which may be a package. */
            PACKAGE,
            /** Anything else, to be unpacked once more. */
            OTHER
        }

        /** @param typed how the import was typed */
        public UnfitContent typed(ImportLine typed) {
            return new UnfitContent(name, isPiped, packed, unpacker, content, kind, Optional.of(typed));
        }
    }

    /**
     * A file that was given for a package, and is something else.
     *
     * @param detail of a text its first line or title, of a disk or another file what it is, with its article
     * @param line how the import was typed, where that is known
     */
    record WrongFile(String name, Kind kind, String detail, Optional<ImportLine> line) implements Misuse {

        /** What it is. */
        public enum Kind {
            /** A page for a browser. */
            HTML,
            /** Any other text. */
            TEXT,
            TORRENT,
            /** What Git keeps in the place of a file that Git LFS keeps. */
            LFS_POINTER,
            /** What git-annex keeps in the place of a file. */
            ANNEX_POINTER,
            GPG,
            AGE,
            OPENSSL,
            /** The signature of a file. */
            SIGNATURE,
            /** A CD or DVD. */
            ISO,
            /** A raw disk or filesystem. */
            DISK,
            /** A container image, or a part of one. */
            CONTAINER,
            OTHER
        }

        /** @param typed how the import was typed */
        public WrongFile typed(ImportLine typed) {
            return new WrongFile(name, kind, detail, Optional.of(typed));
        }
    }

    /** A folder with a VM in it, where a file should be. */
    record VmFolder(Path path, ImportLine line) implements Misuse {}

    /**
     * An archive that holds no disk image of a VM.
     *
     * @param largest the largest file in it; empty for none
     */
    record NoDiskImage(String name, Optional<String> largest) implements Misuse {}

    /** A package that was compressed twice. @param compression the inner one */
    record CompressedTwice(String name, String compression) implements Misuse {}

    /** A raw image with nothing in it. */
    record EmptyImage(String file) implements Misuse {}

    /** A raw image that is too short for a disk. */
    record TinyImage(String file, long bytes) implements Misuse {}

    /** A package with nothing in it: no bytes, or none when it is unpacked. */
    record EmptyPackage(String name) implements Misuse {}

    /** A package in which nothing is but zeros. */
    record OnlyZeros(String name) implements Misuse {}

    /** A package in a compression that we do not read. */
    record ForeignCompression(String name, String compression) implements Misuse {}

    /**
     * A disk image of another format where a raw one or a package should be.
     *
     * @param format as {@code qemu-img} has it
     * @param converter the command that converts it, before the names of the files; empty where an import does
     */
    record ForeignImage(String file, String format, Optional<String> converter, ImportLine line) implements Misuse {}

    /** A disk image that cannot be read without its key. */
    record EncryptedImage(String file, String format, ImportLine line) implements Misuse {}

    /** An OVA with more than one disk. @param disks all of them; @param first one of them */
    record SeveralDisks(String file, String disks, String first, ImportLine line) implements Misuse {}

    /**
     * An OVA whose disk is packed once more.
     *
     * @param packed what it is, such as {@code compressed with gzip}
     * @param filter the command that unpacks what it reads
     */
    record PackedDisk(String file, String disk, String packed, String filter, ImportLine line) implements Misuse {}

    /**
     * Something in which a raw image may be packed, where the image itself should be.
     *
     * @param packed what it is, such as {@code compressed with gzip}
     * @param unpacker the command that prints what is in it, before the name of the file
     * @param isPackage whether it may be a package
     */
    record PackedImage(String file, String packed, String unpacker, boolean isPackage, ImportLine line)
            implements
                Misuse {}

    /**
     * An archive or a compression that no package is made with.
     *
     * @param packed what it is, such as {@code a zip archive}
     * @param unpacker the command that prints what is in it, before the name of the file
     */
    record ForeignArchive(String file, String packed, String unpacker, ImportLine line) implements Misuse {}

    /** What is in the trash can be moved on its filesystem only. */
    record NotBesideTrash(Path file) implements Misuse {}

    /** A package in a format of ours that only a newer program reads. */
    record NewerPackage(String name, int version) implements Misuse {}

    /**
     * A word that stands for a command or an option, and is none.
     *
     * @param kind {@code command} or {@code option}
     * @param help the command that shows all of them
     */
    record Mistyped(String kind, String word, Optional<String> nearest, String help) implements Misuse {}

    /** The command line does not parse. */
    record BadCommandLine(String reason, String help) implements Misuse {}

    /** What should be the URL of a PostgreSQL server, and cannot be used as one. @param url without a password */
    record BadServerUrl(String url, String reason) implements Misuse {}

    /** A URL with a password in it, which nothing may store. @param url with the password masked */
    record PasswordInUrl(String url) implements Misuse {}

    /** A question to the team's server, and nothing says which server that is. */
    record NoTeam() implements Misuse {}

    /** A root that ships nothing, as it has joined no team. @param isToLeave whether it was to leave one */
    record NotJoined(Path root, boolean isToLeave) implements Misuse {}

    /** A journal is taken back from one server before it goes to another. */
    record JournalElsewhere(String url) implements Misuse {}

    /** A journal without events cannot be moved: it is its first event that identifies it. */
    record EmptyJournal(Path journal) implements Misuse {}
}
