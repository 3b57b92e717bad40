package ctl.vm.operation;

import ctl.vm.archive.PackageTarget;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.FolderImage;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.Rules;
import ctl.vm.problem.Failure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Packs a VM into a file. The package is written beside its final name, made durable, and then renamed: who sees the
 * name sees a whole package. What was interrupted before it was whole is written anew.
 */
final class ExportVm implements Plan {

    private final Workbench workbench;
    private final OpenOperation operation;
    private final Request.Export request;
    private final PackageTarget target;

    ExportVm(Workbench workbench, OpenOperation operation, Request.Export request) {
        this.workbench = workbench;
        this.operation = operation;
        this.request = request;
        this.target = workbench.packages().target(Path.of(request.file()), operation.id(), request.replace());
    }

    @Override
    public List<Step> steps() {
        List<Step> steps = new ArrayList<>();
        if (operation.staged().isEmpty()) {
            FolderVm vm = source();
            steps.add(Step.silent(() -> begin(vm)));
            vm.images().forEach(image -> steps.add(pack(image)));
            steps.add(Step.quick("compress package", () -> finish(vm)));
        }
        steps.add(Step.quick("clean up", () -> workbench.journal().burst(this::publish)));
        return steps;
    }

    @Override
    public boolean isDone() {
        return operation.staged().filter(event -> target.isPublished(event.folderInode())).isPresent();
    }

    @Override
    public boolean canBeTakenBackWhenDone() {
        return false;
    }

    @Override
    public void undo() {
        target.discard();
    }

    @Override
    public void tidy() {
        target.discard();
    }

    private void begin(FolderVm vm) {
        workbench.narrator().info("exporting to " + request.file());
        vm.otherFiles().forEach(name -> workbench.narrator().warn("%s is no image: not packaged".formatted(name)));
        target.begin();
    }

    private Step pack(FolderImage image) {
        Path path = workbench.store().path(request.vm(), image.name());
        return new Step("package " + image.name(), image.allocated(), () -> target.add(image.name(), path, bytes -> {
            workbench.narrator().advance(bytes);
            workbench.stop().throwIfMade();
        }));
    }

    /** If we die after this, the package is whole and the journal knows it by its inode. */
    private void finish(FolderVm vm) {
        long inode = target.finish();
        if (!source().isUnchangedFrom(vm)) {
            throw new Failure.SourceChanged("vm/" + request.vm()).thrown();
        }
        workbench.journal().append(operation.id(), new Event.VmStaged(request.vm(), vm.facts(), inode));
    }

    /** If we die after the rename, the package stands under its name, whole, and only its record is missing. */
    private Event publish() {
        var journal = workbench.journal();
        Event.VmStaged staged = journal.inventory()
                .operation(operation.id())
                .flatMap(OpenOperation::staged)
                .orElseThrow();
        target.publish(staged.folderInode());
        var exported = new Event.PackageExported(request.vm(), request.file(), staged.images(), target.size());
        return journal.append(operation.id(), exported).event();
    }

    private FolderVm source() {
        return Rules.existing(request.vm(), workbench.store().look(List.of(request.vm())));
    }
}
