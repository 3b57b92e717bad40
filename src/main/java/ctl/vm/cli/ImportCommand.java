package ctl.vm.cli;

import ctl.vm.commandline.Arguments;
import ctl.vm.commandline.Option;
import ctl.vm.commandline.Parameter;
import ctl.vm.commandline.Syntax;
import ctl.vm.commandline.Words;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.VmName;

/** {@code ctl vm import}. */
final class ImportCommand implements Command {

    private static final Option FORCE = Option.flag(
            "-f, --force", "Replace the VM if there is one of that name; it stays until the new one is whole.");
    private static final Option RAW = Option.flag("-r, --raw",
            "PACKAGE is a raw disk image, which becomes the VM's disk.s2e.");
    private static final Parameter PACKAGE = Parameter.one("PACKAGE", Words.FILE,
            "File to import, or - for standard input, which cannot go on when interrupted.");
    private static final Parameter NAME = Parameter.one("NAME", Words.ANY, "Name of the new VM.");

    @Override
    public Syntax syntax() {
        return Syntax.of("import", "Create a VM from a package, or from a raw disk image.",
                "What kind of package it is, its content tells. Runs of zeros become holes.",
                "After an interruption the same command goes on.")
                .options(FORCE, RAW, WhileInUse.OPTION)
                .parameters(PACKAGE, NAME)
                .exitCodes(ExitCodes.DONE, ExitCodes.FAILED, ExitCodes.USAGE, ExitCodes.NOT_FOUND, ExitCodes.EXISTS,
                        ExitCodes.BUSY, ExitCodes.UNSAFE)
                .examples("ctl vm import MyBox.tar.gz AnImportedBox",
                        "curl -s https://example.org/MyBox.tar.zst | ctl vm import - Imported",
                        "ctl vm import --raw debian.img Debian",
                        "xz -dc debian.img.xz | ctl vm import --raw - Debian");
    }

    @Override
    public int run(Arguments given, Session session) {
        boolean raw = given.has(RAW);
        String source = source(given.one(PACKAGE), session);
        session.runner(given).run(new Request.Import(source, new VmName(given.one(NAME)), raw, given.has(FORCE)));
        return 0;
    }

    private static String source(String file, Session session) {
        return file.equals(Request.PIPE) ? file : session.existingFile(file).toString();
    }
}
