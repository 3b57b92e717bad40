package ctl.vm.cli;

import ctl.vm.commandline.Arguments;
import ctl.vm.commandline.Option;
import ctl.vm.commandline.Parameter;
import ctl.vm.commandline.Syntax;
import ctl.vm.commandline.Words;
import ctl.vm.inventory.Listing;
import ctl.vm.inventory.VmName;
import ctl.vm.operation.Lineage.Descendants;
import ctl.vm.operation.MeasureUsage;
import java.util.List;

/** {@code ctl vm info}. */
final class InfoCommand implements Command {

    private static final Option JSON = Option.flag("--json", "Print JSON.");
    private static final Parameter NAME = Parameter.one("NAME", Words.VM, "VM to tell of.");

    @Override
    public Syntax syntax() {
        return Syntax.of("info", "Tell all about one VM.",
                "Its sizes and snapshots, the space it shares with other files, who made it, when and from what, and which clones and packages came from it.")
                .options(JSON)
                .parameters(NAME)
                .exitCodes(ExitCodes.DONE, ExitCodes.FAILED, ExitCodes.USAGE, ExitCodes.NOT_FOUND)
                .examples("ctl vm info MyBox", "ctl vm info MyBox --json");
    }

    @Override
    public boolean isPaged(Arguments given) {
        return true;
    }

    @Override
    public int run(Arguments given, Session session) {
        VmName name = new VmName(given.one(NAME));
        Listing listing = session.vms().run(List.of(name), true);
        Listing.Entry vm = listing.vms().getFirst();
        Descendants descendants = vm.known()
                .map(session.lineage()::of)
                .orElse(new Descendants(List.of(), List.of()));
        MeasureUsage.Images usage = session.usage().ofImages(List.of(vm.folder()));
        if (given.has(JSON)) {
            session.console().raw(InfoJson.of(vm, listing.drift(), usage, descendants));
        } else {
            InfoText.of(vm, usage.of(vm.name()).shared(), descendants, session.layout())
                    .forEach(session.console()::line);
        }
        return 0;
    }
}
