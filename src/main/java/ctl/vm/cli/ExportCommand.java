package ctl.vm.cli;

import ctl.vm.commandline.Arguments;
import ctl.vm.commandline.Option;
import ctl.vm.commandline.Parameter;
import ctl.vm.commandline.Syntax;
import ctl.vm.commandline.Words;
import ctl.vm.inventory.Effort;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.VmName;
import java.util.OptionalLong;

/** {@code ctl vm export}. */
final class ExportCommand implements Command {

    private static final Option FORCE = Option.flag("-f, --force",
            "Replace the package if it exists; it stays until the new one is whole.");
    private static final Option LEVEL = Option.valued("--level", "N", Words.ANY,
            "From 1 (quick) to 12 (small); by default as small as gzip makes it, or zstd.");
    private static final Option FAST = Option.flag("--fast", "As quick as can be; the package grows by a tenth.");
    private static final Option WHILE_IN_USE = Option.flag("--while-in-use",
            "Pack NAME although a process has an image of it open for writing; the export fails if the image is written to"
                    + " meanwhile.");
    private static final Parameter NAME = Parameter.one("NAME", Words.VM, "VM to pack.");
    private static final Parameter PACKAGE = Parameter.atMostOne("PACKAGE", Words.FILE,
            "File to write: .tar.gz or .tgz, .tar.zst or .tzst, or .tar, which is not compressed; - for standard"
                    + " output, as .tar.gz (default: ./NAME.tar.gz).");

    @Override
    public Syntax syntax() {
        return Syntax.of("export", "Pack a VM and its snapshots into a file.",
                "The package is a tar archive that \"tar xf\" unpacks, holes included.",
                "After an interruption the same command goes on; but not with a package to standard output.")
                .options(FORCE, LEVEL, FAST, WHILE_IN_USE)
                .parameters(NAME, PACKAGE)
                .exitCodes(ExitCodes.DONE, ExitCodes.FAILED, ExitCodes.USAGE, ExitCodes.NOT_FOUND, ExitCodes.EXISTS,
                        ExitCodes.BUSY, ExitCodes.UNSAFE)
                .examples("ctl vm export MyBox", "ctl vm export MyBox /backup/box.tar.zst",
                        "ctl vm export --fast MyBox - | ssh host ctl vm import - MyBox");
    }

    @Override
    public int run(Arguments given, Session session) {
        VmName source = new VmName(given.one(NAME));
        Effort effort = effort(given);
        Request request = new Request.Export(source, target(given, session), given.has(FORCE), effort);
        Summary.after(session, request, () -> session.runner(given.has(WHILE_IN_USE)).run(request));
        return 0;
    }

    private static String target(Arguments given, Session session) {
        String file = given.atMostOne(PACKAGE).orElse(given.one(NAME) + ".tar.gz");
        if (Request.PIPE.equals(file)) {
            session.console().leaveOutputToPackage();
            return file;
        }
        return session.file(file).toString();
    }

    private static Effort effort(Arguments given) {
        OptionalLong level = given.number(LEVEL);
        if (level.isEmpty()) {
            return given.has(FAST) ? Effort.FAST : Effort.USUAL;
        }
        if (given.has(FAST)) {
            throw given.wrong("--fast and --level exclude each other");
        }
        if (level.getAsLong() < Effort.LOWEST || level.getAsLong() > Effort.HIGHEST) {
            throw given.wrong("--level is from %d to %d".formatted(Effort.LOWEST, Effort.HIGHEST));
        }
        return Effort.level((int) level.getAsLong());
    }
}
