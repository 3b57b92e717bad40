package ctl.vm.operation;

import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Origin;
import ctl.vm.inventory.Request;
import java.util.List;

/** Makes a new VM with an empty disk image. */
final class CreateVm implements Plan {

    private final Request.Create request;
    private final Arrival arrival;

    CreateVm(Workbench workbench, OpenOperation operation, Request.Create request) {
        this.request = request;
        this.arrival = new Arrival(workbench, operation, new Origin.Created(), request.replace());
    }

    @Override
    public List<Step> steps() {
        return arrival.steps(
                () -> List.of(Step.silent(() -> arrival.staging().createDisk(request.size().bytes()))),
                "create %s image".formatted(request.size().label()));
    }

    @Override
    public boolean isDone() {
        return arrival.isDone();
    }

    @Override
    public boolean canBeTakenBackWhenDone() {
        return false;
    }

    @Override
    public void undo() {
        arrival.staging().discard();
    }

    @Override
    public void tidy() {
        arrival.staging().discard();
    }
}
