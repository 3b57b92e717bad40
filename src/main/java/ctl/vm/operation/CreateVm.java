package ctl.vm.operation;

import ctl.vm.inventory.OperationId;
import ctl.vm.inventory.Origin;
import ctl.vm.inventory.Request;
import java.util.List;

/** Makes a new VM with an empty disk image. */
final class CreateVm implements Plan {

    private final Request.Create request;
    private final Arrival arrival;

    CreateVm(Workbench workbench, OperationId id, Request.Create request) {
        this.request = request;
        this.arrival = new Arrival(workbench, id, request, new Origin.Created(), request.replace());
    }

    @Override
    public void check() {}

    @Override
    public List<Step> steps() {
        return List.of(
                arrival.initialise(),
                Step.quick("create %s image".formatted(request.size().label()), this::create));
    }

    @Override
    public void tidy() {
        arrival.staging().discard();
    }

    private void create() {
        arrival.staging().createDisk(request.size().bytes());
        arrival.publish();
    }
}
