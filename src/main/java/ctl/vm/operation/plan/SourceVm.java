package ctl.vm.operation.plan;

import ctl.vm.inventory.FolderImage;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.Rules;
import ctl.vm.inventory.value.VmName;
import ctl.vm.operation.OperationContext;
import ctl.vm.problem.Failure;
import java.nio.file.Path;
import java.util.List;

/** A VM that is copied or packed, and must stay as it is meanwhile. */
record SourceVm(OperationContext context, VmName name) {

    /** As it is now. */
    FolderVm now() {
        return Rules.existing(name, context.store().look(List.of(name)));
    }

    Path path(FolderImage image) {
        return context.store().path(name, image.name());
    }

    /**
     * Each image is proved while it is read; this proves that they belong together.
     *
     * @throws ctl.vm.problem.VmException SourceChanged
     */
    void requireUnchanged(FolderVm before) {
        if (!now().isUnchangedFrom(before)) {
            throw new Failure.SourceChanged("vm/" + name).thrown();
        }
    }
}
