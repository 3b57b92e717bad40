package ctl.vm.operation.plan;

import ctl.vm.inventory.CopyOptions.When;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Origin;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.Rules;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.operation.OperationContext;
import ctl.vm.problem.Failure;
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

    CloneVm(OperationContext context, OpenOperation operation, Consumer<ByteCount> freeSpace,
            Request.Clone request) {
        super(context, operation, freeSpace, new Origin.ClonedFrom(request.source()), request.replace());
        this.context = context;
        this.request = request;
    }

    @Override
    List<Step> fill() {
        FolderVm source = source();
        List<Step> steps = new ArrayList<>();
        steps.add(Step.brief("", () -> {
            staging().copyRights(request.source());
            staging().keepOnly(images(source).keySet());
        }));
        steps.addAll(
                new ImageCopies(context, this, request.options(), images(source)).steps(() -> space(source)));
        if (!source.otherFiles().isEmpty()) {
            steps.add(Step.copying(
                    "copy other files: " + String.join(", ", source.otherFiles()),
                    () -> context.store().allocatedByOthers(request.source()),
                    this::copyOthers));
        }
        steps.add(Step.brief("", () -> requireUnchanged(source)));
        return steps;
    }

    private Map<ImageName, Path> images(FolderVm source) {
        Map<ImageName, Path> images = new LinkedHashMap<>();
        source.images().forEach(
                image -> images.put(image.name(), context.store().path(request.source(), image.name())));
        return images;
    }

    private ByteCount space(FolderVm source) {
        return request.options().sparse() == When.NEVER
                ? source.size().plus(context.store().sizeOfOthers(request.source()))
                : source.allocated().plus(context.store().allocatedByOthers(request.source()));
    }

    private void copyOthers() {
        staging()
                .copyOthers(request.source(), request.options(), checkpoints().watcherOfOthers())
                .forEach(name -> context.reporter()
                        .warn("%s is a device, pipe or socket: not copied".formatted(name)));
    }

    /** Each image is proved while it is copied; this proves that they belong together. */
    private void requireUnchanged(FolderVm before) {
        if (!source().isUnchangedFrom(before)) {
            throw new Failure.SourceChanged("vm/" + request.source()).thrown();
        }
    }

    private FolderVm source() {
        return Rules.existing(request.source(), context.store().look(List.of(request.source())));
    }
}
