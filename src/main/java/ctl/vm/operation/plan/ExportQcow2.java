package ctl.vm.operation.plan;

import ctl.vm.archive.write.Qcow2Target;
import ctl.vm.inventory.FolderImage;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.operation.OperationContext;
import java.util.List;

/**
 * Makes a compressed qcow2 image of a VM's disk image, without its snapshots, which only S²E reads. What was
 * interrupted before all is written begins anew.
 */
final class ExportQcow2 extends ExportToFile {

    private final OperationContext context;
    private final Request.Export request;
    private final Qcow2Target target;

    ExportQcow2(OperationContext context, OpenOperation operation, Request.Export request) {
        super(context, operation, request);
        this.context = context;
        this.request = request;
        this.target = context.packages().qcow2(file());
    }

    @Override
    List<Step> fill() {
        FolderVm vm = source().now();
        FolderImage image = vm.image(ImageName.DISK).orElseThrow();
        return List.of(
                Step.brief("", () -> begin(vm, image)),
                Step.lasting("convert " + image.name(), image.allocated(), () -> convert(image)),
                Step.lasting("", ByteCount.ZERO, () -> finish(image)));
    }

    private void begin(FolderVm vm, FolderImage image) {
        announce(context, request, vm);
        if (!vm.snapshots().isEmpty()) {
            context.reporter().warn("%s: not exported, as qcow2 holds the disk alone: %s".formatted(
                    request.vm(),
                    String.join(", ", vm.snapshots().stream().map(one -> one.name().fileName()).toList())));
        }
        if (image.size().bytes() % Qcow2Target.SECTOR_BYTES != 0) {
            context.reporter()
                    .warn("%s is no whole number of sectors of %d bytes: zeros fill up the last one".formatted(
                            image.name().fileName(), Qcow2Target.SECTOR_BYTES));
        }
        warnOfLoss();
        requireSpace(target.spaceNeed(source().path(image)), "image");
        target.begin();
    }

    private void convert(FolderImage image) {
        var reported = new Reported(image.allocated().bytes());
        target.convert(source().path(image), request.level().fast(), reported::at);
    }

    /**
     * Reads what is written once more: qemu-img goes back to tables, so that no digest of it can be computed on the
     * way.
     */
    private void finish(FolderImage image) {
        context.reporter().expect(target.size());
        context.reporter().begin("compute digest", target.size());
        finished(target.finish(bytes -> {
            context.reporter().advance(bytes);
            context.stop().throwIfMade();
        }), List.of(image.facts()));
        context.reporter().end();
    }

    /** What the user has been told of a conversion. */
    private final class Reported {

        private final long work;
        private long done;

        /** @param work bytes that it reads */
        Reported(long work) {
            this.work = work;
        }

        void at(double part) {
            long bytes = (long) (part * work);
            context.reporter().advance(bytes - done);
            done = bytes;
            context.stop().throwIfMade();
        }
    }
}
