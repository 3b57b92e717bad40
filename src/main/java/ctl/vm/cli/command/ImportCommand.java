package ctl.vm.cli.command;

import ctl.vm.cli.console.Session;
import ctl.vm.commandline.ArgumentType;
import ctl.vm.commandline.Arguments;
import ctl.vm.commandline.Option;
import ctl.vm.commandline.Parameter;
import ctl.vm.commandline.Syntax;
import ctl.vm.inventory.PackageLimits;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageSize;
import ctl.vm.inventory.value.VmName;
import java.util.Optional;
import java.util.OptionalLong;

/** {@code ctl vm import}. */
public final class ImportCommand implements Command {

    private static final Option FORCE = Option.flag(
            "-f, --force",
            "Replace the VM if it exists; it stays until the new one is complete, and goes to the trash then.");
    private static final Option RAW = Option.flag("-r, --raw",
            "PACKAGE is a raw disk image, which becomes the VM's disk.s2e; of a compressed file, what is in it.");
    private static final Option AS_IS = Option.flag("--as-is",
            "With --raw: PACKAGE is the image, even if it begins like something else, such as a compressed file.");
    private static final Option MAX_DATA = Option.valued("--max-data", "SIZE", ArgumentType.ANY,
            "Refuse a package that holds more data, holes not counted (default: the free space of the disk).");
    private static final Option MAX_RATIO = Option.valued("--max-ratio", "N", ArgumentType.ANY,
            "Refuse a package that unpacks to more than N bytes for each byte that it takes (default: "
                    + PackageLimits.USUAL_RATIO + ").");
    private static final Option MAX_MEMBERS = Option.valued("--max-members", "N", ArgumentType.ANY,
            "Refuse a package with more members (default: " + PackageLimits.USUAL_MEMBERS + ").");
    private static final Option MAX_HEADER = Option.valued("--max-header", "SIZE", ArgumentType.ANY,
            "Refuse a package that takes more to describe a member (default: 1M; at most 8M).");
    private static final Option ACCEPT_CUT_OFF = Option.flag("--accept-cut-off",
            "Import a package that lacks the end of a tar archive, if its last member is whole.");
    private static final Option WHILE_IN_USE = Option.flag("--while-in-use",
            "Of a disk image: import PACKAGE even if a process has it open for writing; the import fails if it is "
                    + "written to meanwhile.",
            "With -f: replace NAME even if a process has its image open.");
    private static final Parameter PACKAGE = Parameter.one("PACKAGE", ArgumentType.PACKAGE,
            "File to import, or - for standard input, which cannot be resumed.");
    private static final Parameter NAME = Parameter.one("NAME", ArgumentType.ANY, "Name of the new VM.");

    @Override
    public Syntax syntax() {
        return Syntax.of("import", "Create a VM from a package, or from a disk image.",
                "The format is recognized by its content: a package, or a disk image that qemu-img converts (qcow2, VMDK,"
                        + " VDI, VHDX, VHD, an OVA with one disk). Runs of zeros become holes.",
                "After an interruption, run the same command again: it resumes.")
                .options(FORCE, RequestRunner.YES, RequestRunner.NOW, RAW, AS_IS, MAX_DATA, MAX_RATIO, MAX_MEMBERS,
                        MAX_HEADER, ACCEPT_CUT_OFF, WHILE_IN_USE)
                .parameters(PACKAGE, NAME)
                .exitCodes(DONE, RequestRunner.FAILED_OR_NO, USAGE, NOT_FOUND, EXISTS, BUSY, UNSAFE)
                .examples("ctl vm import MyBox.tar.gz AnImportedBox",
                        "curl -s https://example.org/MyBox.tar.zst | ctl vm import - Imported",
                        "ctl vm import debian.qcow2 Debian",
                        "ctl vm import --raw debian.img Debian",
                        "curl -s https://example.org/debian.img.zst | ctl vm import --raw - Debian");
    }

    @Override
    public int run(Arguments given, Session session) {
        boolean raw = given.has(RAW);
        if (given.has(AS_IS) && !raw) {
            throw given.wrong("--as-is needs --raw");
        }
        String source = source(given.one(PACKAGE), session);
        Request request = new Request.Import(
                source, new VmName(given.one(NAME)), raw, given.has(AS_IS), limits(given, raw), given.has(FORCE),
                RequestRunner.freesAtOnce(given, session, FORCE));
        return new RequestRunner(given, session, WHILE_IN_USE).run(request);
    }

    private static PackageLimits limits(Arguments given, boolean raw) {
        var limits = new PackageLimits(
                size(given, MAX_DATA), count(given, MAX_RATIO), count(given, MAX_MEMBERS), size(given, MAX_HEADER),
                given.has(ACCEPT_CUT_OFF));
        if (raw && (given.has(MAX_MEMBERS) || given.has(MAX_HEADER) || given.has(ACCEPT_CUT_OFF))) {
            throw given.wrong("--max-members, --max-header and --accept-cut-off apply to packages, not to a raw image");
        }
        if (limits.headerOrUsual().compareTo(PackageLimits.HIGHEST_HEADER) > 0) {
            throw given.wrong("--max-header must be at most " + PackageLimits.HIGHEST_HEADER.brief());
        }
        return limits;
    }

    private static Optional<ByteCount> size(Arguments given, Option option) {
        return given.value(option).map(typed -> ImageSize.parse(typed).bytes());
    }

    private static Optional<Long> count(Arguments given, Option option) {
        OptionalLong number = given.number(option);
        if (number.equals(OptionalLong.of(0))) {
            throw given.wrong(option.name() + " must be at least 1");
        }
        return number.isPresent() ? Optional.of(number.getAsLong()) : Optional.empty();
    }

    private static String source(String file, Session session) {
        return file.equals(Request.PIPE) ? file : session.existingFile(file).toString();
    }
}
