package ctl.vm.operation;

import ctl.vm.inventory.FolderImage;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Origin;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.Rules;
import ctl.vm.problem.Failure;
import java.util.ArrayList;
import java.util.List;

/** Makes a VM that is a copy of another, with its snapshots and whatever else stands in its folder. */
final class CloneVm extends NewVm {

    private final Workbench workbench;
    private final Request.Clone request;

    CloneVm(Workbench workbench, OpenOperation operation, Request.Clone request) {
        super(new Arrival(workbench, operation, new Origin.ClonedFrom(request.source()), request.replace()));
        this.workbench = workbench;
        this.request = request;
    }

    @Override
    public List<Step> steps() {
        return arrival().steps(this::fill, "");
    }

    private List<Step> fill() {
        FolderVm source = source();
        List<Step> steps = new ArrayList<>();
        steps.add(Step.silent(() -> prepare(source)));
        source.images().forEach(image -> steps.add(copy(image)));
        if (!source.otherFiles().isEmpty()) {
            steps.add(Step.quick("copy other files: " + String.join(", ", source.otherFiles()), this::copyOthers));
        }
        steps.add(Step.silent(() -> requireUnchanged(source)));
        return steps;
    }

    private void prepare(FolderVm source) {
        arrival().staging().keepOnly(source.images().stream().map(FolderImage::name).toList());
        arrival().requireSpace(source.allocated());
    }

    private Step copy(FolderImage image) {
        return new Step("copy " + image.name(), image.allocated(), () -> arrival().staging()
                .copyImage(
                        workbench.store().path(request.source(), image.name()),
                        image.name(),
                        arrival().checkpoints().of(image.name()),
                        arrival().checkpoints().watcher(image.name())));
    }

    private void copyOthers() {
        arrival().staging()
                .copyOthers(request.source(), arrival().checkpoints().watcherOfOthers())
                .forEach(name -> workbench.narrator()
                        .warn("%s is a device, pipe or socket: not copied".formatted(name)));
    }

    /** Each image is proved while it is copied; this proves that they belong together. */
    private void requireUnchanged(FolderVm before) {
        if (!source().isUnchangedFrom(before)) {
            throw new Failure.SourceChanged("vm/" + request.source()).thrown();
        }
    }

    private FolderVm source() {
        return Rules.existing(request.source(), workbench.store().look(List.of(request.source())));
    }
}
