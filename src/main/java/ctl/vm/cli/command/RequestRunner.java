package ctl.vm.cli.command;

import ctl.vm.cli.console.Console;
import ctl.vm.cli.console.Session;
import ctl.vm.cli.output.Pluralizer;
import ctl.vm.cli.output.TimeFormat;
import ctl.vm.commandline.Arguments;
import ctl.vm.commandline.Option;
import ctl.vm.commandline.Syntax.ExitCode;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.DiskUsage;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.VmName;
import ctl.vm.operation.query.ListOperations.Unfinished;
import ctl.vm.operation.query.ListVms;
import ctl.vm.operation.query.MeasureUsage;
import ctl.vm.operation.run.StartOperation;
import ctl.vm.problem.VmException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Carries out the request of a command that creates a VM or a package: asks a user at a terminal before {@code --force}
 * replaces something, starts the operation, and prints a line that sums up what was done. A script is not asked, and
 * its output stays as it was.
 */
final class RequestRunner {

    static final Option YES = Option.flag("-y, --yes", "With -f at a terminal: do not ask.");

    static final Option NOW = Option.flag("--now",
            "With -f: free the space of what is replaced at once: it cannot be brought back.");

    static final ExitCode FAILED_OR_NO = new ExitCode(1, "failed, or answered no; nothing incomplete is listed");

    /** The exit code where the answer was no. */
    static final int ANSWERED_NO = 1;

    private final Session session;
    private final Console console;
    private final StartOperation start;
    private final boolean asks;

    /** @param given of a command that has the option {@link #YES} */
    RequestRunner(Arguments given, Session session, Option whileInUse) {
        this.session = session;
        this.console = session.console();
        this.start = new StartOperation(session.contextForChange(), given.has(whileInUse));
        this.asks = !given.has(YES) && console.isAttended();
    }

    /** Whether the space of what is replaced is freed at once, rather than kept in the trash. */
    static boolean freesAtOnce(Arguments given, Session session, Option force) {
        if (given.has(NOW) && !given.has(force)) {
            throw given.wrong("--now needs -f: it frees the space of what is replaced");
        }
        return given.has(force) && (given.has(NOW) || session.context().keep().isNone());
    }

    /** Asks whether a host is down that carries out what is to be taken from it; true where none does. */
    static boolean isHostDown(List<Unfinished> chosen, Session session) {
        boolean isYes = chosen.stream().flatMap(unfinished -> unfinished.elsewhere().stream())
                .allMatch(other -> session.console().confirm(
                        "Is process %d on host %s gone, or unable to reach this folder?".formatted(
                                other.pid(), other.host())));
        if (!isYes) {
            session.console().skip("nothing was taken over");
        }
        return isYes;
    }

    /** Returns the exit code. */
    int run(Request asked) {
        Request request = asStarted(asked);
        if (!isConfirmed(request)) {
            return ANSWERED_NO;
        }
        summedUp(session, request, () -> start.run(request));
        return 0;
    }

    /** What was interrupted goes on as it was started, with or without {@link #NOW}. */
    private Request asStarted(Request asked) {
        boolean replaces = asked.replaces().isPresent() || asked instanceof Request.Export export && export.replace();
        if (!replaces) {
            return asked;
        }
        Request other = asked.freeingAtOnce(!asked.freesAtOnce());
        return start.isInterrupted(other) ? other : asked;
    }

    /**
     * Checks all of these exports, asks once for all packages that they replace, and carries them out.
     *
     * @param beforehand what to do once the user has agreed
     * @return the exit code
     */
    int run(List<Request.Export> asked, Runnable beforehand) {
        List<Request> requests = asked.stream().map(this::asStarted).toList();
        requests.forEach(start::check);
        if (!areConfirmed(requests)) {
            return ANSWERED_NO;
        }
        beforehand.run();
        requests.forEach(request -> summedUp(session, request, () -> start.run(request)));
        return 0;
    }

    private boolean isConfirmed(Request request) {
        // The question about an interrupted operation was answered when it began.
        if (!asks || start.isInterrupted(request)) {
            return true;
        }
        Optional<String> goes = request instanceof Request.Export export
                ? start.replacedPackage(export).map(size -> "%s (%s)".formatted(export.file(), size.brief()))
                : start.replacedVm(request).map(RequestRunner::describe);
        if (goes.isEmpty()) {
            return true;
        }
        // What is wrong anyway is said before the question, not after the answer.
        start.check(request);
        return isAnsweredYes(
                "Replace %s%s?".formatted(goes.get(), request instanceof Request.Export export ? forGood(export) : ""),
                "%s was not replaced".formatted(
                        request instanceof Request.Export export ? export.file() : request.vm()));
    }

    private boolean areConfirmed(List<Request> requests) {
        List<Request.Export> replacing = requests.stream()
                .map(Request.Export.class::cast)
                .filter(request -> asks && !start.isInterrupted(request) && start.replacedPackage(request).isPresent())
                .toList();
        if (replacing.size() < 2) {
            return replacing.isEmpty() || isConfirmed(replacing.getFirst());
        }
        ByteCount size = replacing.stream()
                .flatMap(request -> start.replacedPackage(request).stream())
                .reduce(ByteCount.ZERO, ByteCount::plus);
        return isAnsweredYes("Replace %d packages (%s)%s: %s?".formatted(replacing.size(), size.brief(),
                forGood(replacing.getFirst()),
                replacing.stream().map(request -> request.vm().text()).collect(Collectors.joining(", "))),
                "nothing was packed");
    }

    private String forGood(Request.Export request) {
        return start.mayKeepReplaced(request) ? "" : " for good";
    }

    private boolean isAnsweredYes(String question, String otherwise) {
        boolean isYes = console.ask(question).orElse(false);
        if (!isYes) {
            console.skip(otherwise);
        }
        return isYes;
    }

    private static String describe(FolderVm vm) {
        String size = vm.image(ImageName.DISK).map(disk -> disk.size().brief()).orElse("no disk image");
        String snapshots = vm.snapshots().isEmpty()
                ? "no snapshots"
                : Pluralizer.of(vm.snapshots().size(), "snapshot");
        String others = vm.otherFiles().isEmpty() ? "" : ", " + Pluralizer.of(vm.otherFiles().size(), "other file");
        return "VM %s (%s, %s%s)".formatted(vm.name(), size, snapshots, others);
    }

    /** Does the work of a request, and prints a line about what was done, how large it is and how long it took. */
    static void summedUp(Session session, Request request, Runnable work) {
        long begunNanos = System.nanoTime();
        work.run();
        if (session.console().showsSummary()) {
            Duration took = Duration.ofNanos(System.nanoTime() - begunNanos);
            summary(session, request, took).ifPresent(session.console()::hint);
        }
    }

    /** Empty for requests that make neither a VM with content nor a package, and where the VM has gone meanwhile. */
    private static Optional<String> summary(Session session, Request request, Duration took) {
        return switch (request) {
            case Request.Clone clone ->
                summary(session, "cloned %s to %s".formatted(clone.source(), clone.vm()), clone.vm(), "", took);
            case Request.Export export ->
                summary(session, "exported " + export.vm(), export.vm(), ", to " + target(session, export), took);
            case Request.Import from ->
                summary(session, "imported " + from.vm(), from.vm(), ", from " + source(from), took);
            case Request.Create _, Request.DeleteVm _, Request.DeleteSnapshot _, Request.UndeleteVm _,
                    Request.UndeleteSnapshot _, Request.UndeletePackage _, Request.Purge _, Request.Rename _ ->
                Optional.empty();
        };
    }

    private static Optional<String> summary(Session session, String what, VmName vm, String where, Duration took) {
        try {
            FolderVm folder = new ListVms(session.context()).run(List.of(vm), false).vms().getFirst().folder();
            DiskUsage usage = new MeasureUsage(session.context()).ofImages(List.of(folder)).of(vm);
            String shared = usage.shared().equals(ByteCount.ZERO)
                    ? ""
                    : " (%s of it shared)".formatted(usage.shared().brief());
            return Optional.of("%s: %s, %s on disk%s%s in %s".formatted(what, folder.size().brief(),
                    usage.onDisk().brief(), shared, where, TimeFormat.brief(took)));
        } catch (VmException gone) {
            // The work is done, and was recorded: that the VM cannot be looked at any more is no failure of it.
            return Optional.empty();
        }
    }

    private static String target(Session session, Request.Export request) {
        Optional<ByteCount> size = session.console().exported().stream()
                .filter(made -> made.file().equals(request.file()))
                .map(Event.PackageExported::size)
                .reduce((_, last) -> last);
        return (request.isPiped() ? "standard output" : request.file()) + inBrackets(size);
    }

    private static String source(Request.Import request) {
        return request.isPiped() ? "standard input" : request.file() + inBrackets(size(Path.of(request.file())));
    }

    private static Optional<ByteCount> size(Path file) {
        try {
            return Optional.of(new ByteCount(Files.size(file)));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    private static String inBrackets(Optional<ByteCount> size) {
        return size.map(bytes -> " (%s)".formatted(bytes.brief())).orElse("");
    }
}
