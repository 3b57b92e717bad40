package ctl.vm.operation;

import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Origin;
import ctl.vm.inventory.Request;
import java.util.List;

/** Makes a new VM with an empty disk image. */
final class CreateVm extends NewVm {

    private final Request.Create request;

    CreateVm(Workbench workbench, OpenOperation operation, Request.Create request) {
        super(new Arrival(workbench, operation, new Origin.Created(), request.replace()));
        this.request = request;
    }

    @Override
    public List<Step> steps() {
        return arrival().steps(
                () -> List.of(Step.brief("", () -> arrival().staging().createDisk(request.size().bytes()))),
                "create %s image".formatted(request.size().label()));
    }
}
