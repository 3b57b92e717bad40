package ctl.vm.cli.console;

import ctl.vm.cli.output.DurationFormat;
import ctl.vm.inventory.DiskUsage;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.VmName;
import ctl.vm.problem.VmException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The line with which a clone, an export and an import end: what, how much, how large it has become and how long it took.
 * It is for people at a terminal, and for those who want to know all: what goes to a script or a log stays as it was.
 */
public final class Summary {

    private final Session session;
    private final long begunNanos = System.nanoTime();

    private Summary(Session session) {
        this.session = session;
    }

    /** Does the work that a request asks for, and prints the line. */
    public static void after(Session session, Request request, Runnable work) {
        Summary summary = new Summary(session);
        work.run();
        if (session.console().showsSummary()) {
            summary.line(request).ifPresent(session.console()::hint);
        }
    }

    /** Empty for other requests, and where the VM has gone again meanwhile. */
    private Optional<String> line(Request request) {
        return switch (request) {
            case Request.Clone clone -> line("cloned %s to %s".formatted(clone.source(), clone.vm()), clone.vm(), "");
            case Request.Export export -> line("exported " + export.vm(), export.vm(), ", to " + exported(export));
            case Request.Import from -> line("imported " + from.vm(), from.vm(), ", from " + imported(from));
            case Request.Create _, Request.DeleteVm _, Request.DeleteSnapshot _, Request.UndeleteVm _,
                    Request.UndeleteSnapshot _, Request.Purge _, Request.Rename _ ->
                Optional.empty();
        };
    }

    private Optional<String> line(String what, VmName vm, String where) {
        try {
            FolderVm folder = session.vms().run(List.of(vm), false).vms().getFirst().folder();
            DiskUsage usage = session.usage().ofImages(List.of(folder)).of(vm);
            String shared = usage.shared().equals(ByteCount.ZERO)
                    ? ""
                    : " (%s of it shared)".formatted(usage.shared().brief());
            return Optional.of("%s: %s, %s on disk%s%s in %s".formatted(
                    what, folder.size().brief(), usage.onDisk().brief(), shared, where,
                    DurationFormat.brief(Duration.ofNanos(System.nanoTime() - begunNanos))));
        } catch (VmException gone) {
            // The work is done, and was recorded: what cannot be looked at any more is no failure of it.
            return Optional.empty();
        }
    }

    private String exported(Request.Export request) {
        Optional<ByteCount> size = session.console().exported().stream()
                .filter(made -> made.file().equals(request.file()))
                .map(Event.PackageExported::size)
                .reduce((_, last) -> last);
        return (request.isPiped() ? "standard output" : request.file()) + inBrackets(size);
    }

    private static String imported(Request.Import request) {
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
