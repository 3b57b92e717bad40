package ctl.vm.operation.plan;

import ctl.vm.inventory.FolderImage;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.Rules;
import ctl.vm.inventory.audit.AuditEntry;
import ctl.vm.inventory.audit.AuditFilter;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.PackageOrigin;
import ctl.vm.inventory.value.Sha256;
import ctl.vm.inventory.value.VmName;
import ctl.vm.operation.OperationContext;
import ctl.vm.problem.Failure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A VM that is copied or packed, and must stay as it is meanwhile. */
record SourceVm(OperationContext context, VmName name) {

    /** As it is now. */
    FolderVm now() {
        return Rules.existing(name, context.store().look(List.of(name)));
    }

    Path path(FolderImage image) {
        return context.store().path(name, image.name());
    }

    /** What a package says of where it comes from. @param export which makes it, and has started */
    Optional<PackageOrigin> origin(OperationId export) {
        List<AuditEntry> entries = new ArrayList<>();
        context.journal().entries(AuditFilter.lastOf(export, AuditEntry.Action.EXPORT), entries::add);
        return entries.stream().findFirst().flatMap(entry -> entry.vm().flatMap(vm -> context.root().map(
                root -> new PackageOrigin(root, vm, entry.beginning().sequence(),
                        new Sha256(entry.beginning().hash()), name))));
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
