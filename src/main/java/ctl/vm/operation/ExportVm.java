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
 * name sees a whole package. After an interruption it is written anew.
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
        FolderVm vm = source();
        List<Step> steps = new ArrayList<>();
        steps.add(Step.silent(() -> begin(vm)));
        vm.images().forEach(image -> steps.add(pack(image)));
        steps.add(Step.quick("compress package", target::finish));
        steps.add(Step.quick("clean up", () -> publish(vm)));
        return steps;
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

    /** If we die after the rename, the package is whole and the journal holds an export that has not ended. */
    private void publish(FolderVm vm) {
        if (!source().isUnchangedFrom(vm)) {
            throw new Failure.SourceChanged("vm/" + request.vm()).thrown();
        }
        target.publish();
        workbench.journal().append(
                operation.id(),
                new Event.PackageExported(request.vm(), request.file(), vm.facts(), target.size()));
    }

    private FolderVm source() {
        return Rules.existing(request.vm(), workbench.store().look(List.of(request.vm())));
    }
}
