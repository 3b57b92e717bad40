package ctl.vm.operation.plan;

import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Origin;
import ctl.vm.inventory.Request;
import ctl.vm.operation.OperationContext;
import java.util.List;

/** Makes a new VM with an empty disk image. */
final class CreateVm extends NewVmPlan {

    private final Request.Create request;

    CreateVm(OperationContext context, OpenOperation operation, Request.Create request) {
        super(new StagedInstall(context, operation, new Origin.Created(), request.replace()));
        this.request = request;
    }

    @Override
    public List<Step> steps() {
        return arrival().steps(
                () -> List.of(Step.brief("", () -> arrival().staging().createDisk(request.size().bytes()))),
                "create %s image".formatted(request.size().label()));
    }
}
