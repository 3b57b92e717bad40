package ctl.vm.operation.plan;

import ctl.vm.archive.write.PackageFormat;
import ctl.vm.archive.write.PackageTarget.ImageFile;
import ctl.vm.archive.write.PackageTarget;
import ctl.vm.inventory.FolderImage;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.PackageCheckpoint;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.PackageOrigin;
import ctl.vm.operation.OperationContext;
import ctl.vm.operation.ProgressReporter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Packs a VM into a package file. What was interrupted goes on at its last checkpoint, if the images are as they were.
 */
final class ExportPackage extends ExportToFile {

    private final OperationContext context;
    private final OpenOperation operation;
    private final Request.Export request;
    private final PackageTarget target;
    private final Checkpoints checkpoints;

    ExportPackage(OperationContext context, OpenOperation operation, Request.Export request) {
        super(context, operation, request);
        this.context = context;
        this.operation = operation;
        this.request = request;
        this.target = context.packages().target(file());
        this.checkpoints = new Checkpoints(context, operation);
    }

    @Override
    List<Step> fill() {
        FolderVm vm = source().now();
        PackageCheckpoint start = start(vm);
        List<Step> steps = new ArrayList<>();
        steps.add(new Step("", () -> readAgain(start), () -> true, () -> begin(vm, start)));
        vm.images().forEach(image -> steps.add(pack(image, start)));
        steps.add(Step.brief("compress package", () -> finish(vm)));
        return steps;
    }

    @Override
    void close() {
        target.close();
    }

    /** Says where a package goes, what will not be in it, and why making it may take long here. */
    static void announcePackage(OperationContext context, Request.Export request, FolderVm vm) {
        announce(context, request, vm);
        ProgressReporter reporter = context.reporter();
        if (!request.isPiped() && PackageFormat.of(Path.of(request.file())) == PackageFormat.TAR_ZST
                && context.packages().lacksZstd()) {
            reporter.detail("libzstd cannot be loaded here (Debian: libzstd1): .tar.zst takes several times as long");
        }
        boolean isGzip = request.isPiped() || PackageFormat.of(Path.of(request.file())) == PackageFormat.TAR_GZ;
        if (request.level().fast() && isGzip && context.packages().lacksFastLibrary()) {
            reporter.hint(
                    "this system has no ISA-L (Debian: libisal2): without it, the fast compression takes twice as long");
        }
    }

    private void begin(FolderVm vm, PackageCheckpoint start) {
        announcePackage(context, request, vm);
        warnOfLoss();
        if (start.written().equals(ByteCount.ZERO) && operation.packed().isPresent()) {
            context.reporter().warn("%s has changed since: the package is written anew".formatted(request.vm()));
        }
        boolean isReadAgain = !readAgain(start).equals(ByteCount.ZERO);
        if (isReadAgain) {
            context.reporter().expect(readAgain(start));
            context.reporter().begin("read the package so far", readAgain(start));
        }
        Optional<PackageOrigin> origin = source().origin(operation.id());
        requireSpace(target.spaceNeed(start, vm.images().stream().map(this::image).toList(), origin), "package");
        target.begin(start, request.level(), origin, this::readAgain);
        if (isReadAgain) {
            context.reporter().expect(vm.allocated());
        }
    }

    /** What is written already, for the digest of the whole file: that cannot be kept in the journal. */
    private static ByteCount readAgain(PackageCheckpoint start) {
        return start.complete() ? ByteCount.ZERO : start.written();
    }

    private void readAgain(long bytes) {
        context.reporter().advance(bytes);
        context.stop().throwIfMade();
    }

    /** Where to go on: at the last checkpoint, if package and images are what it was about. */
    private PackageCheckpoint start(FolderVm vm) {
        return operation.packed()
                .filter(packed -> target.canGoOn(packed, vm.images().stream().map(this::image).toList()))
                .orElse(PackageCheckpoint.NOTHING);
    }

    private Step pack(FolderImage image, PackageCheckpoint start) {
        ImageFile file = image(image);
        return Step.copying("package " + image.name(), image::allocated, () -> {
            start.image(image.name()).ifPresent(packed -> context.reporter().alreadyDone(Math.max(0,
                    image.allocated().bytes() - context.store().data(file.path(), packed.packed().bytes()).bytes())));
            target.add(file, checkpoints.packing());
        });
    }

    private ImageFile image(FolderImage image) {
        return new ImageFile(image.name(), source().path(image));
    }

    private void finish(FolderVm vm) {
        PackageCheckpoint whole = target.finish();
        source().requireUnchanged(vm);
        finished(whole, vm.facts());
    }
}
