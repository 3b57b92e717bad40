package ctl.vm.operation.plan;

import ctl.vm.archive.disk.DiskImage;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.operation.OperationContext;
import ctl.vm.operation.ProgressReporter;
import ctl.vm.problem.Unsafe.PackageLimit;
import ctl.vm.problem.Unsafe;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * Makes a VM from a disk image of another program, which {@code qemu-img} converts. It writes in no order that would
 * allow to go on in the middle: an attempt that was interrupted is made anew, and what the one before wrote is
 * replaced.
 */
final class ImportDisk extends NewVmPlan {

    /** So much may come out of anything: it does no harm. */
    private static final ByteCount HARMLESS = new ByteCount(64 << 20);

    private final OperationContext context;
    private final Request.Import request;

    ImportDisk(OperationContext context, OpenOperation operation, Consumer<ByteCount> freeSpace,
            Request.Import request) {
        super(context, operation, freeSpace);
        this.context = context;
        this.request = request;
    }

    @Override
    List<Step> fill() {
        return List.of(
                Step.brief("", () -> checkpoints().importing(Path.of(request.file()))),
                Step.lasting("", ByteCount.ZERO, this::convert));
    }

    private void convert() {
        try (DiskImage image = context.packages().diskImage(request)) {
            image.warnings().forEach(context.reporter()::warn);
            ByteCount data = image.data(_ -> context.stop().throwIfMade());
            requireWithinLimits(image, data);
            staging().createDisk(image.size());
            requireSpace(data);
            requireSpaceForHoles(ImageName.DISK, image.size());
            convert(image, data);
            image.requireUnchanged();
        }
    }

    private void convert(DiskImage image, ByteCount data) {
        ProgressReporter reporter = context.reporter();
        reporter.expect(data);
        reporter.begin("convert " + ImageName.DISK, data);
        long[] shown = {0};
        image.convert(staging().image(ImageName.DISK), part -> {
            context.stop().throwIfMade();
            long done = Math.round(part * data.bytes());
            reporter.advance(done - shown[0]);
            shown[0] = done;
        });
        reporter.end();
    }

    private void requireWithinLimits(DiskImage image, ByteCount data) {
        request.limits().data().filter(most -> data.compareTo(most) > 0).ifPresent(_ -> {
            throw overLimit("holds %s of data".formatted(data.brief()), PackageLimit.DATA);
        });
        long ratio = request.limits().ratioOrUsual();
        if (data.compareTo(HARMLESS) > 0 && data.compareTo(image.packedSize().times(ratio)) > 0) {
            throw overLimit("unpacks to more than %d times its size: %s of %s".formatted(
                    ratio, data.brief(), image.packedSize().brief()), PackageLimit.RATIO);
        }
    }

    private RuntimeException overLimit(String reason, PackageLimit limit) {
        return new Unsafe.PackageOverLimit(request.file(), "", reason, limit).thrown();
    }
}
