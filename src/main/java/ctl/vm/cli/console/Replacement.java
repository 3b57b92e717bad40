package ctl.vm.cli.console;

import ctl.vm.cli.output.Pluralizer;
import ctl.vm.commandline.Arguments;
import ctl.vm.commandline.Option;
import ctl.vm.commandline.Syntax.ExitCode;
import ctl.vm.inventory.FolderImage;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.operation.run.StartOperation;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The question before {@code --force} replaces something: at a terminal the user is asked first, as
 * before a deletion. A script is not: there {@code --force} says all.
 */
public final class Replacement {

    public static final Option YES = Option.flag("-y, --yes", "With -f at a terminal: do not ask.");

    public static final ExitCode FAILED_OR_NO = new ExitCode(1, "failed, or answered no; nothing half-made is listed");

    /** The exit code where the answer was no. */
    public static final int ANSWERED_NO = 1;

    private Replacement() {}

    /**
     * Whether the request may be carried out: always, unless the user is asked and says no.
     *
     * @param given of a command that has the option {@link #YES}
     */
    public static boolean isConfirmed(Arguments given, Session session, StartOperation start, Request request) {
        // What was interrupted goes on: the question was answered when it began.
        if (given.has(YES) || !session.console().isAttended() || start.isInterrupted(request)) {
            return true;
        }
        Optional<String> replaced = replaced(session, request);
        if (replaced.isEmpty()) {
            return true;
        }
        // What is wrong anyway is said before the question, not after the answer.
        start.check(request);
        boolean confirmed = session.console().ask("Replace %s?".formatted(replaced.get())).orElse(false);
        if (!confirmed) {
            session.console().skip("%s was not replaced".formatted(name(request)));
        }
        return confirmed;
    }

    /** As {@link #isConfirmed(Arguments, Session, StartOperation, Request)}, of several packages, which are asked for once. */
    public static boolean isConfirmed(Arguments given, Session session, StartOperation start,
            List<Request.Export> requests) {
        if (given.has(YES) || !session.console().isAttended()) {
            return true;
        }
        List<Request.Export> replacing = requests.stream()
                .filter(request -> !start.isInterrupted(request))
                .filter(request -> session.replaced().packageFile(request).isPresent())
                .toList();
        if (replacing.size() < 2) {
            return replacing.isEmpty() || isConfirmed(given, session, start, replacing.getFirst());
        }
        ByteCount size = replacing.stream()
                .flatMap(request -> session.replaced().packageFile(request).stream())
                .reduce(ByteCount.ZERO, ByteCount::plus);
        boolean confirmed = session.console()
                .ask("Replace %d packages (%s): %s?".formatted(replacing.size(), size.brief(),
                        replacing.stream().map(request -> request.vm().text()).collect(Collectors.joining(", "))))
                .orElse(false);
        if (!confirmed) {
            session.console().skip("nothing was packed");
        }
        return confirmed;
    }

    private static Optional<String> replaced(Session session, Request request) {
        return request instanceof Request.Export export
                ? session.replaced().packageFile(export).map(size -> "%s (%s)".formatted(export.file(), size.brief()))
                : session.replaced().vm(request).map(Replacement::describe);
    }

    private static String describe(FolderVm vm) {
        String size = vm.image(ImageName.DISK).map(FolderImage::size).map(bytes -> bytes.brief())
                .orElse("no disk image");
        String snapshots = vm.snapshots().isEmpty()
                ? "no snapshots"
                : Pluralizer.of(vm.snapshots().size(), "snapshot");
        String others = vm.otherFiles().isEmpty() ? "" : ", " + Pluralizer.of(vm.otherFiles().size(), "other file");
        return "VM %s (%s, %s%s)".formatted(vm.name(), size, snapshots, others);
    }

    private static String name(Request request) {
        return request instanceof Request.Export export ? export.file() : request.vm().text();
    }
}
