package ctl.vm.cli;

import ctl.vm.commandline.Arguments;
import ctl.vm.commandline.Option;
import ctl.vm.commandline.Parameter;
import ctl.vm.commandline.Syntax;
import ctl.vm.commandline.Syntax.ExitCode;
import ctl.vm.commandline.Words;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.ImageName;
import ctl.vm.inventory.SnapshotName;
import ctl.vm.operation.Runner;
import ctl.vm.problem.Misuse;
import ctl.vm.problem.NotFound;
import ctl.vm.problem.VmException;
import java.util.ArrayList;
import java.util.List;

/** {@code ctl vm delete}. */
final class DeleteCommand implements Command {

    private static final Option YES = Option.flag("-y, --yes", "Do not ask.");
    private static final Parameter TARGETS = Parameter.atLeastOne("NAME[:SNAPSHOT]", Words.TARGET,
            "VM or snapshot to delete.");

    @Override
    public Syntax syntax() {
        return Syntax.of("delete", "Delete VMs and snapshots.",
                "All arguments are checked before anything is touched. For a VM you are asked first.")
                .options(YES, WhileInUse.OPTION)
                .parameters(TARGETS)
                .exitCodes(ExitCodes.DONE,
                        new ExitCode(1, "failed, or answered no; nothing half-deleted is listed"), ExitCodes.USAGE,
                        ExitCodes.NOT_FOUND, ExitCodes.BUSY, ExitCodes.UNSAFE)
                .examples("ctl vm delete MyBox:ready", "ctl vm delete -y MyBox Scratch");
    }

    @Override
    public int run(Arguments given, Session session) {
        List<Target> targets = given.all(TARGETS).stream().map(Target::parse).toList();
        requireNamedOnce(targets);
        targets.forEach(target -> check(session, given, target, targets));
        Runner runner = session.runner(given);
        List<Target> confirmed = targets.stream()
                .filter(target -> runner.isInterrupted(target.deletion())
                        || isConfirmed(session, target, given.has(YES)))
                .toList();
        confirmed.forEach(target -> runner.run(target.deletion()));
        return confirmed.size() == targets.size() ? 0 : 1;
    }

    private static void requireNamedOnce(List<Target> targets) {
        for (Target target : targets) {
            List<Target> others = new ArrayList<>(targets);
            others.remove(target);
            others.stream().filter(other -> other.covers(target)).findFirst().ifPresent(other -> {
                throw new Misuse.NamedTwice(target.toString(), other.toString()).thrown();
            });
        }
    }

    private static void check(Session session, Arguments given, Target target, List<Target> targets) {
        try {
            session.runner(given).check(target.deletion());
        } catch (VmException failed) {
            if (failed.problem() instanceof NotFound.NoSuchVm missing) {
                blameMissingColon(session, missing.name(), targets);
            }
            throw failed;
        }
    }

    /** {@code delete MyBox ready} most likely means {@code MyBox:ready}, and must not delete {@code MyBox}. */
    private static void blameMissingColon(Session session, String missing, List<Target> targets) {
        for (Target target : targets) {
            if (target.snapshot().isEmpty() && !target.vm().text().equals(missing)
                    && hasSnapshot(session, target, missing)) {
                throw new NotFound.SnapshotWithoutVm(missing, target.vm().text()).thrown();
            }
        }
    }

    private static boolean hasSnapshot(Session session, Target target, String name) {
        return SnapshotName.of(name).map(ImageName::of).flatMap(folder(session, target)::image).isPresent();
    }

    private static boolean isConfirmed(Session session, Target target, boolean yes) {
        if (target.snapshot().isPresent()) {
            return true;
        }
        mentionOtherFiles(session, folder(session, target));
        String question = "Delete VM %s?".formatted(target);
        boolean confirmed = yes || session.console()
                .ask(question)
                .orElseThrow(() -> new Misuse.NobodyToAsk(question).thrown());
        if (!confirmed) {
            session.console().skip("%s was not deleted".formatted(target));
        }
        return confirmed;
    }

    private static void mentionOtherFiles(Session session, FolderVm folder) {
        if (!folder.otherFiles().isEmpty()) {
            session.console()
                    .warn("%s holds files that are no images and go with it: %s"
                            .formatted(folder.name(), String.join(", ", folder.otherFiles())));
        }
    }

    private static FolderVm folder(Session session, Target target) {
        return session.vms().run(List.of(target.vm()), false).vms().getFirst().folder();
    }
}
