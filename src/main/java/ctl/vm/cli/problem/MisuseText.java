package ctl.vm.cli.problem;

import ctl.vm.problem.ImportLine;
import ctl.vm.problem.Misuse;
import java.nio.file.Path;

/** What is said of a {@link Misuse}. */
final class MisuseText {

    private MisuseText() {}

    static ProblemText of(Misuse problem) {
        return switch (problem) {
            case Misuse.BadName(var kind, var name, var reason) -> new ProblemText(
                    "\"%s\" cannot be the name of a %s: %s".formatted(name, kind, reason),
                    "choose a name without \"/\", \":\" and control characters, at most 255 bytes long");
            case Misuse.BadSize(var size, var reason) -> new ProblemText(
                    "\"%s\" is not a size: %s".formatted(size, reason),
                    "give a number with k, M, G, T, P or E behind it, such as 7680M, 7680MiB or 1.5G; without a letter it"
                            + " is bytes");
            case Misuse.AmbiguousSize(var size, var binary, var decimal) -> new ProblemText(
                    "\"%s\" can mean powers of 1000 or of 1024".formatted(size),
                    "write %s for powers of 1024, or %s for bytes".formatted(binary, decimal));
            case Misuse.SizeOutOfRange(var size, var reason) -> new ProblemText(
                    "no image of size %s can be made: %s".formatted(size, reason),
                    "give a size between 1 byte and what the filesystem allows, such as 7680M");
            case Misuse.NoSharing(var path) -> new ProblemText(
                    "%s cannot be shared: its filesystem and that of vm/ are not one that can (no reflink)"
                            .formatted(path),
                    "leave out --reflink=always to copy it, or keep vm/ on btrfs, or on xfs with reflink=1");
            case Misuse.SharingWithoutZeros() -> new ProblemText(
                    "--reflink=always goes with --sparse=auto only: a shared block cannot be left out",
                    "see \"ctl vm clone --help\"");
            case Misuse.BadTime(var text) -> new ProblemText(
                    "\"%s\" is not a time".formatted(text),
                    "write it like 2026-11-23, \"2026-11-23 10:15\", yesterday, 2h or \"3 days ago\"");
            case Misuse.BringsInNothing(var operation, var id) -> new ProblemText(
                    "--as names a new VM, and the %s makes none".formatted(operation),
                    "leave it out: \"ctl vm resume %s\"".formatted(id));
            case Misuse.BroughtInAlready(var name, var other, var id) -> new ProblemText(
                    "%s stands under its name already, and only its record is missing".formatted(name),
                    "type \"ctl vm resume %s && ctl vm rename %s %s\""
                            .formatted(id, ShellWord.of(name), ShellWord.of(other)));
            case Misuse.OntoItself(var name) -> new ProblemText(
                    "%s cannot be cloned onto itself".formatted(name),
                    "give the clone a name of its own");
            case Misuse.SnapshotToRename(var disk, var from, var to) -> new ProblemText(
                    "rename works on whole VMs",
                    "a snapshot is renamed by its file: \"mv -n %s %s && ctl vm reconcile\""
                            .formatted(ShellWord.of(disk + "." + from), ShellWord.of(disk + "." + to)));
            case Misuse.RenamedToItself(var name) -> new ProblemText(
                    "%s has that name already".formatted(name),
                    "give another name");
            case Misuse.BadRetention(var text) -> new ProblemText(
                    "CTL_TRASH_KEEP is \"%s\", which is no length of time".formatted(text),
                    "write it like 24h, 90m or 7d, or 0 to keep nothing");
            case Misuse.EmptyJournal(var journal) -> new ProblemText(
                    "the journal %s has no event yet, and it is its first event that identifies it".formatted(journal),
                    "create or import a VM, then run the same command again");
            case Misuse.JournalElsewhere(var url) -> new ProblemText(
                    "the journal is on another server: %s".formatted(url),
                    "take it back first: \"ctl vm journal move --embedded\"");
            case Misuse.BadServerUrl(var url, var reason) -> new ProblemText(
                    "\"%s\" cannot be used as the URL of a server: %s".formatted(url, reason),
                    "write it like postgresql://db.example.org/ctl; docs/team.md has more");
            case Misuse.PasswordInUrl(var url) -> new ProblemText(
                    "the URL %s has a password in it, which would be stored and shown; nothing was done"
                            .formatted(url),
                    "leave it out and put it into ~/.pgpass (mode 600), as HOST:PORT:DATABASE:USER:PASSWORD");
            case Misuse.BadConfig(var file, var line, var reason) -> new ProblemText(
                    "%s, line %d: %s".formatted(file, line, reason),
                    "correct the line; \"ctl vm config --help\" shows what can be set");
            case Misuse.NamedTwice(var name, var other) -> new ProblemText(
                    name.equals(other)
                            ? "%s is named twice".formatted(name)
                            : "%s is part of %s, which is named as well".formatted(name, other),
                    "name it once; nothing was deleted");
            case Misuse.ConfirmationMissing(var question) -> new ProblemText(
                    "\"%s\" cannot be asked: the input is not a terminal and holds no answer".formatted(question),
                    "add -y to answer yes beforehand");
            case Misuse.UnknownPackageEnding(var path) -> new ProblemText(
                    "%s: cannot tell from its ending what kind of package to write".formatted(path),
                    nextStep(path));
            case Misuse.PackageToTerminal() -> new ProblemText(
                    "a package is not for a terminal",
                    "send the output to a file or another program, or name a file");
            case Misuse.NotAFile(var path, var kind) -> new ProblemText(
                    "%s is %s, not a file".formatted(path, kind),
                    "name a package or, with --raw, a raw disk image");
            case Misuse.ForeignPipe(var format, var converter) -> new ProblemText(
                    "what comes from standard input is a %s image, not a raw one".formatted(format),
                    converter.map(
                            "save it as FILE, then \"%s FILE FILE.raw\" and \"ctl vm import --raw FILE.raw NAME\""::formatted)
                            .orElse("save it as FILE, and \"ctl vm import FILE NAME\" converts it"));
            case Misuse.PackedPipe(var packed, var filter) -> new ProblemText(
                    "what comes from standard input is %s, and no raw disk image".formatted(packed),
                    filter.map("unpack it on its way, \"... | %s | ctl vm import --raw - NAME\""::formatted)
                            .orElse("save and unpack it, and import the image that is in it"));
            case Misuse.UnfitContent unfit -> of(unfit);
            case Misuse.EmptyImage(var file) -> new ProblemText(
                    "%s is empty".formatted(file),
                    "nothing was imported; get the image again, or make an empty disk with \"ctl vm create NAME SIZE\"");
            case Misuse.TinyImage(var file, var bytes) -> new ProblemText(
                    "%s has %d %s, and the smallest disk has a sector of 512"
                            .formatted(file, bytes, bytes == 1 ? "byte" : "bytes"),
                    "nothing was imported; see whether it is the file that you mean");
            case Misuse.WrongFile file -> WrongFileText.of(file);
            case Misuse.VmFolder(var path, var line) -> new ProblemText(
                    "%s is a folder with a VM in it, not a package".formatted(path),
                    "import it as it is: \"tar -C %s -cSf - . | %s\"".formatted(
                            ShellWord.of(path.toString()), ProblemText.importOfPackage(line, "-")));
            case Misuse.NoDiskImage(var name, var largest) -> new ProblemText(
                    "%s: holds no disk.s2e%s".formatted(name,
                            largest.map("; the largest file in it is \"%s\""::formatted).orElse(", and no other file")),
                    largest.isPresent()
                            ? "nothing was imported; where that is a disk image, unpack it and import it"
                            : "nothing was imported; see whether it is the file that you mean");
            case Misuse.CompressedTwice(var name, var compression) -> new ProblemText(
                    "%s is compressed twice, the second time with %s".formatted(name, compression),
                    "nothing was imported; decompress it once, and import the result");
            case Misuse.EmptyPackage(var name) -> new ProblemText(
                    "%s is empty".formatted(name),
                    "nothing was imported; see whether its download, or the command that made it, has failed");
            case Misuse.OnlyZeros(var name) -> new ProblemText(
                    "%s holds nothing but zeros".formatted(name),
                    "nothing was imported; get the package again, or make an empty disk with \"ctl vm create NAME SIZE\"");
            case Misuse.ForeignCompression(var name, var compression) -> new ProblemText(
                    "%s is compressed with %s, which is not read here".formatted(name, compression),
                    "unpack it to a .tar and import that");
            case Misuse.ForeignImage(var file, var format, var converter, var line) -> new ProblemText(
                    "%s is a %s image, neither raw nor a package".formatted(file, format),
                    converter.map(command -> "convert it first: \"%s %s %s && %s\"".formatted(
                            command, ShellWord.of(file), ShellWord.of(file + ".raw"),
                            ProblemText.importOfImage(line, file + ".raw")))
                            .orElseGet(() -> "\"%s\" converts it".formatted(ProblemText.importOfPackage(line, file))));
            case Misuse.EncryptedImage(var file, var format, var line) -> new ProblemText(
                    "%s: the %s image is encrypted".formatted(file, format),
                    ("decrypt it first: \"qemu-img convert --object secret,id=key,file=KEYFILE --image-opts"
                            + " driver=%s,encrypt.key-secret=key,file.filename=%s -O raw %s && %s\"").formatted(
                                    format, ShellWord.of(file.replace(",", ",,")), ShellWord.of(file + ".raw"),
                                    ProblemText.importOfImage(line, file + ".raw")));
            case Misuse.SeveralDisks(var file, var disks, var first, var line) -> new ProblemText(
                    "%s holds several disks, and a VM here has one: %s".formatted(file, disks),
                    "take out the one that you mean: \"tar -xf %s %s && %s\"".formatted(
                            ShellWord.of(file), ShellWord.of(first), ProblemText.importOfPackage(line, first)));
            case Misuse.PackedDisk(var file, var disk, var packed, var filter, var line) -> new ProblemText(
                    "%s: its disk %s is %s".formatted(file, disk, packed),
                    "unpack it first: \"tar -xOf %s %s | %s >DISK && %s\"".formatted(
                            ShellWord.of(file), ShellWord.of(disk), filter, ProblemText.importOfPackage(line, "DISK")));
            case Misuse.PackedImage(var file, var packed, var unpacker, var isPackage, var line) -> new ProblemText(
                    "%s is %s, and no raw disk image".formatted(file, packed),
                    "unpack it on its way, \"%s %s | %s\"".formatted(
                            unpacker, ShellWord.of(file), ProblemText.importOfImage(line, "-"))
                            + (isPackage
                                    ? ", or, where it is a package, \"" + ProblemText.importOfPackage(line, file) + "\""
                                    : ""));
            case Misuse.ForeignArchive(var file, var packed, var unpacker, var line) -> new ProblemText(
                    "%s is %s, which is not read here".formatted(file, packed),
                    "unpack it on its way: \"%1$s | %2$s\" where a package is in it, \"%1$s | %3$s\" where a raw image is"
                            .formatted(
                                    unpacker + " " + ShellWord.of(file), ProblemText.importOfPackage(line, "-"),
                                    ProblemText.importOfImage(line, "-")));
            case Misuse.NotBesideTrash(var file) -> new ProblemText(
                    "%s is on another filesystem than the trash".formatted(file),
                    "bring it back to its own path, and copy it from there");
            case Misuse.NewerPackage(var name, var version) -> new ProblemText(
                    "%s was made by a newer ctl vm (format %d)".formatted(name, version),
                    "import it with a newer ctl vm");
            case Misuse.Mistyped(var kind, var word, var nearest, var help) -> new ProblemText(
                    "there is no %s %s".formatted(kind, word),
                    nearest.map("did you mean %s? "::formatted).orElse("") + help + " shows all");
            case Misuse.BadCommandLine(var reason, var help) -> new ProblemText(
                    reason,
                    "see %s".formatted(help));
            case Misuse.NotJoined(var root, var isToLeave) -> isToLeave
                    ? new ProblemText("this root has joined no team", "there is none to leave")
                    : new ProblemText("%s has joined no team".formatted(root),
                            "let it join: \"ctl vm team join postgresql://HOST/DATABASE\"");
            case Misuse.NoTeam() -> new ProblemText(
                    "nothing says where the team's server is",
                    "set CTL_TEAM to its URL, or let this root join: \"ctl vm team join postgresql://HOST/DATABASE\"");
        };
    }

    private static ProblemText of(Misuse.UnfitContent unfit) {
        ImportLine line = unfit.line().orElse(new ImportLine("NAME", false));
        String source = unfit.isPiped()
                ? "... | " + unfit.unpacker()
                : unfit.unpacker() + " " + ShellWord.of(unfit.name());
        String unpacked = unfit.isPiped() ? "FILE" : unfit.name() + ".unpacked";
        String unpacking = "unpack it first: \"%s >%s && %s\"";
        return new ProblemText(
                "%s is %s, and what is in it is %s, no raw disk image".formatted(unfit.name(), unfit.packed(),
                        unfit.content()),
                switch (unfit.kind()) {
                    case DISK -> unpacking.formatted(source, ShellWord.of(unpacked),
                            ProblemText.importOfPackage(line, unpacked));
                    case OTHER ->
                        unpacking.formatted(source, ShellWord.of(unpacked), ProblemText.importOfImage(line, unpacked));
                    case PACKAGE -> "where it is a package, leave --raw out: \"%s\"".formatted(
                            ProblemText.importOfPackage(line, unfit.isPiped() ? "-" : unfit.name()));
                });
    }

    /** How to get to a file of this name. */
    private static String nextStep(Path named) {
        String file = named.toString();
        return switch (file.substring(file.lastIndexOf('.') + 1)) {
            case "vmdk", "vdi", "vhdx" -> conversion(file, file.substring(file.lastIndexOf('.') + 1));
            case "vhd" -> conversion(file, "vpc");
            case "img", "raw" -> "disk.s2e in the folder of the VM is a raw image: copy it with \"cp --sparse=always\"";
            default ->
                "end the name in .tar.gz, .tgz, .tar.zst, .tzst or .tar, or in .qcow2 for an image of the disk alone";
        };
    }

    private static String conversion(String file, String format) {
        String qcow2 = file.substring(0, file.lastIndexOf('.')) + ".qcow2";
        return "export to %1$s, and convert that: \"qemu-img convert -O %2$s %1$s %3$s\"".formatted(
                ShellWord.of(qcow2), format, ShellWord.of(file));
    }
}
