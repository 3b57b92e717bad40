package ctl.vm.cli;

import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.ImageName;
import ctl.vm.inventory.SnapshotName;
import ctl.vm.operation.Runner;
import ctl.vm.problem.Misuse;
import ctl.vm.problem.NotFound;
import ctl.vm.problem.VmException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code ctl vm delete}. */
@Command(
        name = "delete",
        header = "Delete VMs and snapshots.",
        description = "All arguments are checked before anything is touched. For a VM you are asked first.",
        exitCodeListHeading = ExitCodes.HEADING,
        exitCodeList = {
            ExitCodes.DONE,
            "1:failed, or answered no; nothing half-deleted is listed",
            ExitCodes.USAGE,
            ExitCodes.NOT_FOUND,
            ExitCodes.BUSY,
            ExitCodes.UNSAFE
        },
        footer = {"", "Examples:", "  ctl vm delete MyBox:ready", "  ctl vm delete -y MyBox Scratch"})
final class DeleteCommand implements Callable<Integer> {

    @ParentCommand
    private VmCommand vm;

    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask.")
    private boolean yes;

    @Parameters(arity = "1..*", paramLabel = "NAME[:SNAPSHOT]", description = "VM or snapshot to delete.")
    private List<String> arguments;

    private final Session session;

    DeleteCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        List<Target> targets = arguments.stream().map(Target::parse).toList();
        requireNamedOnce(targets);
        Runner runner = session.runner(vm);
        targets.forEach(target -> check(runner, target, targets));
        List<Target> confirmed = targets.stream()
                .filter(target -> runner.isInterrupted(target.deletion()) || isConfirmed(target))
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

    private void check(Runner runner, Target target, List<Target> targets) {
        try {
            runner.check(target.deletion());
        } catch (VmException failed) {
            if (failed.problem() instanceof NotFound.NoSuchVm missing) {
                blameMissingColon(missing.name(), targets);
            }
            throw failed;
        }
    }

    /** {@code delete MyBox ready} most likely means {@code MyBox:ready}, and must not delete {@code MyBox}. */
    private void blameMissingColon(String missing, List<Target> targets) {
        for (Target target : targets) {
            if (target.snapshot().isEmpty() && !target.vm().text().equals(missing) && hasSnapshot(target, missing)) {
                throw new NotFound.SnapshotWithoutVm(missing, target.vm().text()).thrown();
            }
        }
    }

    private boolean hasSnapshot(Target target, String name) {
        return SnapshotName.of(name).map(ImageName::of).flatMap(folder(target)::image).isPresent();
    }

    private boolean isConfirmed(Target target) {
        if (target.snapshot().isPresent()) {
            return true;
        }
        mentionOtherFiles(folder(target));
        String question = "Delete VM %s?".formatted(target);
        boolean confirmed = yes || session.console()
                .ask(question)
                .orElseThrow(() -> new Misuse.NobodyToAsk(question).thrown());
        if (!confirmed) {
            session.console().skip("%s was not deleted".formatted(target));
        }
        return confirmed;
    }

    private void mentionOtherFiles(FolderVm folder) {
        if (!folder.otherFiles().isEmpty()) {
            session.console()
                    .warn("%s holds files that are no images and go with it: %s"
                            .formatted(folder.name(), String.join(", ", folder.otherFiles())));
        }
    }

    private FolderVm folder(Target target) {
        return session.vms(vm).run(List.of(target.vm())).vms().getFirst().folder();
    }
}
