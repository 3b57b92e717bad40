package ctl.vm.cli.command;

import ctl.vm.cli.console.Session;
import ctl.vm.commandline.ArgumentType;
import ctl.vm.commandline.Arguments;
import ctl.vm.commandline.Option;
import ctl.vm.commandline.Parameter;
import ctl.vm.commandline.Syntax;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.ImageSize;
import ctl.vm.inventory.value.VmName;

/** {@code ctl vm create}. */
public final class CreateCommand implements Command {

    private static final Option FORCE = Option.flag("-f, --force",
            "Replace the VM if it exists; the old one goes to the trash.");
    private static final Option WHILE_IN_USE = Option.flag("--while-in-use",
            "With -f: replace the VM even if a process has its image open; that process keeps the old image.");
    private static final Parameter NAME = Parameter.one("NAME", ArgumentType.ANY, "Name of the new VM.");
    private static final Parameter SIZE = Parameter.atMostOne("SIZE", ArgumentType.ANY,
            "Size of its disk: bytes, or a number followed by k, M, G, T, P or E, such as 7680M or 7.5GiB "
                    + "(default: 5120M).");

    @Override
    public Syntax syntax() {
        return Syntax.of("create", "Create a new, empty VM.",
                "The disk image is one large hole: it takes no space until something is written to it.")
                .options(FORCE, RequestRunner.YES, RequestRunner.NOW, WHILE_IN_USE)
                .parameters(NAME, SIZE)
                .exitCodes(DONE, RequestRunner.FAILED_OR_NO, USAGE, EXISTS, BUSY, UNSAFE)
                .examples("ctl vm create MyBox", "ctl vm create MyBox 7680M", "ctl vm create -f MyBox 1.5G");
    }

    @Override
    public int run(Arguments given, Session session) {
        ImageSize size = given.atMostOne(SIZE).map(ImageSize::parse).orElse(ImageSize.DEFAULT);
        Request request = new Request.Create(new VmName(given.one(NAME)), size, given.has(FORCE),
                RequestRunner.freesAtOnce(given, session, FORCE));
        return new RequestRunner(given, session, WHILE_IN_USE).run(request);
    }
}
