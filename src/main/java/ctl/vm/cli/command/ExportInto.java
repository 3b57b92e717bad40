package ctl.vm.cli.command;

import ctl.vm.cli.console.Session;
import ctl.vm.cli.console.Summary;
import ctl.vm.cli.output.WallClock;
import ctl.vm.inventory.CompressionLevel;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.drift.Listing;
import ctl.vm.inventory.value.VmName;
import ctl.vm.operation.run.StartOperation;
import ctl.vm.operation.query.Provenance;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;

/**
 * An export of several VMs, each into a package of its own in one folder, so that each can be imported, checked and gone on
 * with by itself. Nothing is written before all of them have been checked.
 */
final class ExportInto {

    private final Session session;
    private final Path folder;
    private final String ending;
    private final boolean replace;
    private final CompressionLevel level;
    private final boolean whileInUse;

    /** @param format ending of the packages' names, without the dot before it */
    ExportInto(Session session, Path folder, String format, boolean replace, CompressionLevel level,
            boolean whileInUse) {
        this.session = session;
        this.folder = folder;
        this.ending = "." + format;
        this.replace = replace;
        this.level = level;
        this.whileInUse = whileInUse;
    }

    /** A VM whose package is there already, and is still what an export would write. */
    record Skipped(VmName vm, Provenance.Package there) {}

    /** Every VM that can be packed; a warning for each that cannot. */
    List<VmName> all() {
        List<VmName> names = new ArrayList<>();
        for (Listing.Entry vm : session.vms().run(List.of(), false).vms()) {
            if (vm.isDefunct()) {
                session.console().warn("%s is defunct: it has no disk.s2e, and is not packed".formatted(vm.name()));
            } else {
                names.add(vm.name());
            }
        }
        if (names.isEmpty()) {
            session.console().hint("no VMs in %s: nothing to pack".formatted(session.root()));
        }
        return names;
    }

    /**
     * Packs these VMs; returns those for which there was nothing to do.
     *
     * @param confirmed whether packages that are there may be replaced
     * @return empty where they may not: nothing is packed then
     */
    Optional<List<Skipped>> run(List<VmName> names, BiPredicate<StartOperation, List<Request.Export>> confirmed) {
        List<Skipped> skipped = new ArrayList<>();
        List<Request.Export> requests = new ArrayList<>();
        StartOperation start = session.start(whileInUse);
        for (VmName name : names) {
            Optional<Provenance.Package> there = replace ? Optional.empty() : current(name);
            if (there.isPresent()) {
                skipped.add(new Skipped(name, there.get()));
            } else {
                var request = new Request.Export(name, file(name).toString(), replace, level);
                start.check(request);
                requests.add(request);
            }
        }
        if (!confirmed.test(start, requests)) {
            return Optional.empty();
        }
        skipped.forEach(one -> session.console().skip("%s has not changed since it was packed into %s (%s)"
                .formatted(one.vm(), one.there().file(), WallClock.minute(one.there().made()))));
        requests.forEach(request -> Summary.after(session, request, () -> start.run(request)));
        return Optional.of(skipped);
    }

    private Optional<Provenance.Package> current(VmName name) {
        Listing.Entry vm = session.vms().run(List.of(name), false).vms().getFirst();
        return vm.known().flatMap(known -> session.provenance().current(known, vm.folder(), file(name)));
    }

    private Path file(VmName name) {
        return folder.resolve(name + ending);
    }
}
