package ctl.vm.operation.plan;

import ctl.vm.inventory.CopyOptions;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.operation.OperationContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Makes a VM from a raw disk image. */
final class ImportRaw extends NewVmPlan {

    private final OperationContext context;
    private final Request.Import request;

    ImportRaw(OperationContext context, OpenOperation operation, Consumer<ByteCount> freeSpace,
            Request.Import request) {
        super(context, operation, freeSpace);
        this.context = context;
        this.request = request;
    }

    @Override
    List<Step> fill() {
        if (request.isPiped()) {
            return List.of(Step.lasting("copy " + ImageName.DISK, ByteCount.ZERO, this::copyStandardInput));
        }
        Path file = Path.of(request.file());
        context.packages().oddities(file, request.file()).forEach(context.reporter()::warn);
        List<Step> steps = new ArrayList<>(List.of(
                Step.brief("", () -> checkpoints().importing(file)),
                Step.takingSpace(
                        () -> isFree(context.packages().size(file)),
                        () -> requireSpaceForHoles(ImageName.DISK, context.packages().size(file)))));
        steps.addAll(new ImageCopies(context, this, CopyOptions.USUAL, Map.of(ImageName.DISK, file))
                .steps(() -> context.packages().allocated(file)));
        return steps;
    }

    private void copyStandardInput() {
        Path image = staging().image(ImageName.DISK);
        digested(ImageName.DISK, context.packages().copyStandardInput(
                image, checkpoints().copyingOther()));
        context.packages().oddities(image, "what came from standard input").forEach(context.reporter()::warn);
    }
}
