package ctl.vm.operation;

import ctl.vm.inventory.FolderImage;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.OperationId;
import ctl.vm.inventory.Origin;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.Rules;
import java.util.ArrayList;
import java.util.List;

/** Makes a VM that is a copy of another, with its snapshots and whatever else stands in its folder. */
final class CloneVm implements Plan {

    private final Workbench workbench;
    private final Request.Clone request;
    private final Arrival arrival;

    CloneVm(Workbench workbench, OperationId id, Request.Clone request) {
        this.workbench = workbench;
        this.request = request;
        var origin = new Origin.ClonedFrom(request.source());
        this.arrival = new Arrival(workbench, id, request, origin, request.replace());
    }

    @Override
    public void check() {}

    @Override
    public List<Step> steps() {
        FolderVm source = Rules.existing(request.source(), workbench.store().look(List.of(request.source())));
        List<Step> steps = new ArrayList<>();
        steps.add(arrival.initialise());
        source.images().forEach(image -> steps.add(copy(image)));
        if (!source.otherFiles().isEmpty()) {
            steps.add(Step.quick("copy other files: " + String.join(", ", source.otherFiles()), this::copyOthers));
        }
        steps.add(Step.silent(arrival::publish));
        return steps;
    }

    @Override
    public void tidy() {
        arrival.staging().discard();
    }

    private Step copy(FolderImage image) {
        return new Step("copy " + image.name(), image.allocated(), () -> arrival.staging()
                .copyImage(request.source(), image.name(), workbench.narrator()::advance));
    }

    private void copyOthers() {
        arrival.staging()
                .copyOthers(request.source(), workbench.narrator()::advance)
                .forEach(name -> workbench.narrator()
                        .warn("%s is a device, pipe or socket: not copied".formatted(name)));
    }
}
