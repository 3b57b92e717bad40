package ctl.vm.operation.plan;

import ctl.vm.inventory.CopyOptions;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Origin;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.operation.OperationContext;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Makes a VM from a raw disk image. */
final class ImportRaw extends NewVmPlan {

    private final OperationContext workbench;
    private final Request.Import request;

    ImportRaw(OperationContext workbench, OpenOperation operation, Request.Import request) {
        super(new StagedInstall(workbench, operation, new Origin.ImportedFrom(request.file()), request.replace()));
        this.workbench = workbench;
        this.request = request;
    }

    @Override
    public List<Step> steps() {
        return arrival().steps(this::fill, "");
    }

    private List<Step> fill() {
        if (request.isPiped()) {
            return List.of(Step.quick("copy " + ImageName.DISK, this::copyStandardInput));
        }
        Path file = Path.of(request.file());
        workbench.packages().oddities(file, request.file()).forEach(workbench.narrator()::warn);
        return new ImageCopies(workbench, arrival(), CopyOptions.USUAL, Map.of(ImageName.DISK, file))
                .steps(() -> workbench.packages().allocated(file));
    }

    private void copyStandardInput() {
        Path image = arrival().staging().image(ImageName.DISK);
        arrival().digested(ImageName.DISK, workbench.packages().copyStandardInput(
                image, arrival().checkpoints().watcherOfOthers()));
        workbench.packages().oddities(image, "what came from standard input").forEach(workbench.narrator()::warn);
    }
}
