package ctl.vm.operation.plan;

import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.operation.OperationContext;
import java.util.List;
import java.util.function.Consumer;

/** Makes a new VM with an empty disk image. */
final class CreateVm extends NewVmPlan {

    private final Request.Create request;

    CreateVm(OperationContext context, OpenOperation operation, Consumer<ByteCount> freeSpace,
            Request.Create request) {
        super(context, operation, freeSpace);
        this.request = request;
    }

    @Override
    List<Step> fill() {
        return List.of(Step.brief("", () -> {
            requireSpaceForHoles(ImageName.DISK, request.size().bytes());
            staging().createDisk(request.size().bytes());
        }));
    }

    @Override
    String publishTitle() {
        return "create %s image".formatted(request.size().label());
    }
}
