package ctl.vm.operation.plan;

import ctl.vm.inventory.CopyOptions.When;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.operation.OperationContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Makes a VM that is a copy of another, with its snapshots and whatever else stands in its folder. */
final class CloneVm extends NewVmPlan {

    private final OperationContext context;
    private final Request.Clone request;
    private final SourceVm source;

    CloneVm(OperationContext context, OpenOperation operation, Consumer<ByteCount> freeSpace,
            Request.Clone request) {
        super(context, operation, freeSpace);
        this.context = context;
        this.request = request;
        this.source = new SourceVm(context, request.source());
    }

    @Override
    void prepare() {
        staging().prepareLike(request.source());
    }

    @Override
    List<Step> fill() {
        FolderVm vm = source.now();
        Map<ImageName, Path> images = new LinkedHashMap<>();
        vm.images().forEach(image -> images.put(image.name(), source.path(image)));
        List<Step> steps = new ArrayList<>();
        steps.add(Step.brief("", () -> staging().keepOnly(images.keySet())));
        steps.addAll(
                new ImageCopies(context, this, request.options(), images).steps(() -> space(vm)));
        if (!vm.otherFiles().isEmpty()) {
            steps.add(Step.copying(
                    "copy other files: " + String.join(", ", vm.otherFiles()),
                    () -> context.store().sizeOfOthers(request.source(), true),
                    this::copyOthers));
        }
        steps.add(Step.brief("", () -> {
            source.requireUnchanged(vm);
            staging().keepTime(request.source());
        }));
        return steps;
    }

    private ByteCount space(FolderVm vm) {
        return request.options().sparse() == When.NEVER
                ? vm.size().plus(context.store().sizeOfOthers(request.source(), false))
                : vm.allocated().plus(context.store().sizeOfOthers(request.source(), true));
    }

    private void copyOthers() {
        staging()
                .copyOthers(request.source(), request.options(), checkpoints().copyingOther())
                .forEach(name -> context.reporter()
                        .warn("%s is a device, pipe or socket: not copied".formatted(name)));
    }
}
