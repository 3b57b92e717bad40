package ctl.vm.cli.command;

import ctl.vm.cli.console.Session;
import ctl.vm.cli.output.Json;
import ctl.vm.cli.output.TimeFormat;
import ctl.vm.commandline.ArgumentType;
import ctl.vm.commandline.Arguments;
import ctl.vm.commandline.Option;
import ctl.vm.commandline.Parameter;
import ctl.vm.commandline.Syntax;
import ctl.vm.inventory.CompressionLevel;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.drift.Listing;
import ctl.vm.inventory.value.VmName;
import ctl.vm.operation.query.ListVms;
import ctl.vm.operation.query.Provenance;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** {@code ctl vm export}. */
public final class ExportCommand implements Command {

    private static final Option FORCE = Option.flag("-f, --force",
            "Replace the package if it exists; it goes to the trash, if it is on the filesystem of the VMs, when the new "
                    + "one is complete.");
    private static final Option LEVEL = Option.valued("--level", "N", ArgumentType.ANY,
            "Compression from 1 (fast) to 12 (small); by default as set by \"ctl vm config level\", otherwise as "
                    + "small as gzip's.");
    private static final Option FAST = Option.flag("--fast",
            "Compress as fast as possible; the package is a tenth larger. A qcow2 image becomes smaller, but only QEMU 5.1 "
                    + "and later can read it.");
    private static final Option INTO = Option.valued("--into", "FOLDER", ArgumentType.FOLDER,
            "Pack several VMs, each into its own package FOLDER/NAME.tar.gz. A VM that has not changed since it "
                    + "was packed there is skipped, unless -f is given.");
    private static final Option ALL = Option.flag("--all", "With --into: pack every VM.");
    private static final String USUAL_FORMAT = "tar.gz";
    private static final String QCOW2_FORMAT = "qcow2";
    private static final Option FORMAT = Option.valued("--format", "FORMAT",
            ArgumentType.of(USUAL_FORMAT, "tar.zst", "tar", QCOW2_FORMAT),
            "With --into: tar.gz (default), tar.zst, tar or qcow2.");
    private static final Option JSON = Option.flag("--json",
            "Print the packages as JSON, with the SHA-256 of each; status lines go to stderr.");
    private static final Option WHILE_IN_USE = Option.flag("--while-in-use",
            "Pack NAME even if a process has one of its images open for writing; the export fails if the image "
                    + "is written to meanwhile.");
    private static final Parameter NAME = Parameter.atMostOne("NAME", ArgumentType.VM, "VM to pack.");
    private static final Parameter PACKAGE = Parameter.any("PACKAGE", ArgumentType.FILE,
            "File to write, which ends in .tar.gz, .tgz, .tar.zst, .tzst or, uncompressed, .tar; or in .qcow2, "
                    + "for a compressed image of the disk alone, which qemu-img writes; or a folder, for NAME.tar.gz in it; or - for standard output, as .tar.gz (default: ./NAME.tar.gz).")
            .behind(INTO, ArgumentType.VM);

    /** A VM whose package is there already, and is still what an export would write. */
    private record Unchanged(VmName vm, Provenance.Package there) {}

    @Override
    public Syntax syntax() {
        return Syntax.of("export", "Pack a VM and its snapshots into a file.",
                "The package is a tar archive that \"tar xf\" unpacks, holes included.",
                "After an interruption, run the same command again: it resumes, unless the package goes to standard "
                        + "output. A qcow2 image begins anew.")
                .options(FORCE, RequestRunner.YES, RequestRunner.NOW, LEVEL, FAST, INTO, ALL, FORMAT, JSON,
                        WHILE_IN_USE)
                .parameters(NAME, PACKAGE)
                .forms("NAME [PACKAGE]", "--into FOLDER NAME...", "--into FOLDER --all")
                .exitCodes(DONE, RequestRunner.FAILED_OR_NO, USAGE, NOT_FOUND, EXISTS, BUSY, UNSAFE)
                .examples("ctl vm export MyBox", "ctl vm export MyBox /backup/box.tar.zst",
                        "ctl vm export MyBox MyBox.qcow2",
                        "ctl vm export --into /backup --all",
                        "ctl vm export --fast MyBox - | ssh host ctl vm import - MyBox");
    }

    @Override
    public int run(Arguments given, Session session) {
        return given.has(INTO) ? into(given, session) : one(given, session);
    }

    private static int one(Arguments given, Session session) {
        if (given.value(FORMAT).filter(QCOW2_FORMAT::equals).isPresent() && given.all(PACKAGE).contains(Request.PIPE)) {
            throw given
                    .wrong("a qcow2 image cannot go to standard output: qemu-img writes it out of order; name a file");
        }
        if (given.has(ALL) || given.has(FORMAT)) {
            throw given.wrong((given.has(ALL) ? "--all" : "--format") + " needs --into");
        }
        String name = given.atMostOne(NAME).orElseThrow(() -> given.wrong("NAME is missing"));
        List<String> packages = given.all(PACKAGE);
        if (packages.size() > 1) {
            throw given.wrong("%s is not expected here: several VMs are packed with --into FOLDER"
                    .formatted(packages.get(1)));
        }
        VmName source = new VmName(name);
        String target = target(given, session);
        CompressionLevel level = level(given, session, Request.Export.isQcow2(target));
        Request request = new Request.Export(source, target, given.has(FORCE), level,
                RequestRunner.freesAtOnce(given, session, FORCE));
        int exitCode = new RequestRunner(given, session, WHILE_IN_USE).run(request);
        if (given.has(JSON) && exitCode == 0) {
            session.console().raw(json(session.console().exported(), List.of()));
        }
        return exitCode;
    }

    private static String target(Arguments given, Session session) {
        String usual = given.atMostOne(NAME).orElseThrow() + ".tar.gz";
        String file = given.all(PACKAGE).stream().findFirst()
                .map(named -> session.isFolder(named) ? named + "/" + usual : named)
                .orElse(usual);
        if (Request.PIPE.equals(file)) {
            if (given.has(JSON)) {
                throw given.wrong("--json cannot be used when the package goes to standard output");
            }
            session.console().leaveOutputToPackage();
            return file;
        }
        if (given.has(JSON)) {
            session.console().leaveOutputToResult();
        }
        return session.file(file).toString();
    }

    /** Each VM has a package of its own. Nothing is written before all of them have been checked. */
    private static int into(Arguments given, Session session) {
        List<VmName> names = names(given);
        if (given.has(JSON)) {
            session.console().leaveOutputToResult();
        }
        Path folder = session.file(given.value(INTO).orElseThrow());
        String format = given.value(FORMAT).orElse(USUAL_FORMAT);
        CompressionLevel level = level(given, session, format.equals(QCOW2_FORMAT));
        boolean now = RequestRunner.freesAtOnce(given, session, FORCE);
        List<Unchanged> unchanged = new ArrayList<>();
        List<Request.Export> requests = new ArrayList<>();
        for (VmName name : given.has(ALL) ? all(session) : names) {
            Path file = folder.resolve(name + "." + format);
            Optional<Provenance.Package> current = given.has(FORCE) ? Optional.empty() : current(session, name, file);
            current.ifPresentOrElse(
                    there -> unchanged.add(new Unchanged(name, there)),
                    () -> requests.add(new Request.Export(
                            name, file.toString(), given.has(FORCE), level, now)));
        }
        int exitCode = new RequestRunner(given, session, WHILE_IN_USE).run(requests, () -> unchanged.forEach(
                one -> session.console().skip("%s has not changed since it was packed into %s (%s)".formatted(
                        one.vm(), one.there().file(), TimeFormat.minute(one.there().made())))));
        if (given.has(JSON) && exitCode == 0) {
            session.console().raw(json(session.console().exported(), unchanged));
        }
        return exitCode;
    }

    private static List<VmName> names(Arguments given) {
        List<VmName> names = new ArrayList<>();
        given.atMostOne(NAME).map(VmName::new).ifPresent(names::add);
        given.all(PACKAGE).stream().map(VmName::new).forEach(names::add);
        if (given.has(ALL) == !names.isEmpty()) {
            throw given
                    .wrong(names.isEmpty()
                            ? "NAME is missing; --all packs every VM"
                            : "--all packs every VM: give no NAME");
        }
        names.stream().filter(name -> names.indexOf(name) != names.lastIndexOf(name)).findFirst().ifPresent(name -> {
            throw given.wrong(name + " is given twice");
        });
        return names;
    }

    /** Every VM that can be packed; a warning for each that cannot. */
    private static List<VmName> all(Session session) {
        List<VmName> names = new ArrayList<>();
        for (Listing.Entry vm : new ListVms(session.context()).run(List.of(), false).vms()) {
            if (vm.isDefunct()) {
                session.console().warn("%s is defunct and is not packed: it has no disk.s2e".formatted(vm.name()));
            } else {
                names.add(vm.name());
            }
        }
        if (names.isEmpty()) {
            session.console().hint("no VMs in %s: nothing to pack".formatted(session.root()));
        }
        return names;
    }

    private static Optional<Provenance.Package> current(Session session, VmName name, Path file) {
        Listing.Entry vm = new ListVms(session.context()).run(List.of(name), false).vms().getFirst();
        return vm.known().flatMap(known -> new Provenance(session.context()).current(known, vm.folder(), file));
    }

    /** What is set for all packages must not make a qcow2 image that many programs cannot read. */
    private static CompressionLevel level(Arguments given, Session session, boolean isQcow2) {
        OptionalLong level = given.number(LEVEL);
        if (level.isEmpty()) {
            CompressionLevel usual = isQcow2 ? CompressionLevel.USUAL : session.config().level();
            return given.has(FAST) ? CompressionLevel.FAST : usual;
        }
        if (isQcow2) {
            throw given.wrong("--level is for packages: qemu-img compresses a qcow2 image at one level");
        }
        if (given.has(FAST)) {
            throw given.wrong("--fast and --level cannot be used together");
        }
        if (level.getAsLong() < CompressionLevel.LOWEST || level.getAsLong() > CompressionLevel.HIGHEST) {
            throw given.wrong(
                    "--level must be from %d to %d".formatted(CompressionLevel.LOWEST, CompressionLevel.HIGHEST));
        }
        return CompressionLevel.level((int) level.getAsLong());
    }

    private static String json(List<Event.PackageExported> made, List<Unchanged> unchanged) {
        return Json.pretty(json -> json
                .list("packages", made, ExportCommand::write)
                .list("unchanged", unchanged, (one, vm) -> one
                        .put("vm", vm.vm())
                        .put("file", vm.there().file())
                        .put("created", vm.there().made())
                        .put("sizeBytes", vm.there().size())
                        .put("sha256", vm.there().sha256())));
    }

    private static void write(Json json, Event.PackageExported made) {
        json.put("vm", made.vm())
                .put("file", made.file())
                .put("sizeBytes", made.size())
                .put("sha256", made.sha256())
                .put("seal", made.seal())
                .list("images", made.images(), (one, image) -> one
                        .put("file", image.name().fileName())
                        .put("sizeBytes", image.size())
                        .put("modified", image.modified())
                        .put("digest", Optional.ofNullable(made.digests().get(image.name()))));
    }
}
