package ctl.vm.operation.plan;

import ctl.vm.archive.write.PackageFormat;
import ctl.vm.archive.write.PackageTarget.ImageFile;
import ctl.vm.inventory.FolderImage;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.Rules;
import ctl.vm.operation.OperationContext;
import ctl.vm.operation.ProgressReporter;
import ctl.vm.problem.Failure;
import java.nio.file.Path;
import java.util.List;

/** The VM that an export packs. */
final class ExportSource {

    private final OperationContext context;
    private final Request.Export request;

    ExportSource(OperationContext context, Request.Export request) {
        this.context = context;
        this.request = request;
    }

    /** As it is now. */
    FolderVm vm() {
        return Rules.existing(request.vm(), context.store().look(List.of(request.vm())));
    }

    ImageFile file(FolderImage image) {
        return new ImageFile(image.name(), context.store().path(request.vm(), image.name()));
    }

    /** Says where the export goes, and what will not be in it. */
    void announce(FolderVm vm) {
        ProgressReporter reporter = context.reporter();
        reporter.info("exporting to " + (request.isPiped() ? "standard output" : request.file()));
        vm.otherFiles().forEach(name -> reporter.warn("%s is no image: not packaged".formatted(name)));
        if (request.level().fast() && isGzip() && context.packages().lacksFastLibrary()) {
            reporter.hint(
                    "this system has no ISA-L (Debian: libisal2): without it, the fast compression takes twice as long");
        }
    }

    /** Each image is proved while it is packed; this proves that they belong together. */
    void requireUnchanged(FolderVm before) {
        if (!vm().isUnchangedFrom(before)) {
            throw new Failure.SourceChanged("vm/" + request.vm()).thrown();
        }
    }

    private boolean isGzip() {
        return request.isPiped() || PackageFormat.of(Path.of(request.file())) == PackageFormat.TAR_GZ;
    }
}
