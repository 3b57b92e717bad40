package ctl.vm.operation.run;

import ctl.vm.inventory.FolderImage;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.ImageFacts;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.audit.AuditEntry;
import ctl.vm.inventory.audit.AuditFilter;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.SnapshotName;
import ctl.vm.inventory.value.VmName;
import ctl.vm.operation.OperationContext;
import ctl.vm.problem.Unsafe;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What an operation that was interrupted would take away if it went on: a VM that it replaces, or what it deletes. By
 * then that may be something else than what it was to take away.
 */
final class OverwriteCheck {

    private final OperationContext context;

    OverwriteCheck(OperationContext context) {
        this.context = context;
    }

    /** A VM of which all goes, or a snapshot of one. */
    private record Loss(FolderVm vm, Optional<SnapshotName> snapshot) {

        String describe() {
            return snapshot.map(name -> "%s:%s".formatted(vm.name(), name)).orElse(vm.name().text());
        }

        List<FolderImage> images() {
            return snapshot.map(name -> vm.image(ImageName.of(name)).stream().toList()).orElse(vm.images());
        }
    }

    /** Its name; empty where nothing that stands there now would go. */
    Optional<String> of(Request request) {
        return loss(request).map(Loss::describe);
    }

    /**
     * Makes sure that what would go is what would have gone when it began: the same VM, and either its images are as
     * the journal knows them, or no one has touched them since then. The journal need not know of every use of a VM.
     *
     * @throws ctl.vm.problem.VmException ChangedMeanwhile
     */
    void requireSame(OpenOperation operation) {
        loss(operation.request()).ifPresent(loss -> {
            Optional<Vm> known = context.journal().inventory().vm(loss.vm().name());
            boolean isSame = known.isPresent()
                    && vmOf(operation).equals(known.map(Vm::since))
                    && (hasImagesOf(loss, known.get()) || !isTouchedSince(operation.started(), loss));
            if (!isSame) {
                throw new Unsafe.ChangedMeanwhile(
                        operation.request().describe(), loss.describe(), operation.request().bringsIn(),
                        operation.id().text()).thrown();
            }
        });
    }

    private Optional<Loss> loss(Request request) {
        return switch (request) {
            case Request.Create _, Request.Clone _, Request.Import _ ->
                request.replaces().flatMap(this::there).map(vm -> new Loss(vm, Optional.empty()));
            case Request.DeleteVm delete -> there(delete.vm()).map(vm -> new Loss(vm, Optional.empty()));
            case Request.DeleteSnapshot delete -> there(delete.vm())
                    .filter(vm -> vm.image(ImageName.of(delete.snapshot())).isPresent())
                    .map(vm -> new Loss(vm, Optional.of(delete.snapshot())));
            case Request.Export _, Request.UndeleteVm _, Request.UndeleteSnapshot _, Request.UndeletePackage _, Request.Purge _, Request.Rename _ ->
                Optional.empty();
        };
    }

    private Optional<FolderVm> there(VmName name) {
        return context.store().look(List.of(name)).vm(name);
    }

    /** The VM that had the name when the operation began, by the number that tells it from any other. */
    private Optional<Long> vmOf(OpenOperation operation) {
        AuditEntry[] begun = new AuditEntry[1];
        context.journal().entries(AuditFilter.of(Set.of(operation.id())), entry -> {
            if (entry.request().isPresent()) {
                begun[0] = entry;
            }
            return begun[0] == null;
        });
        return Optional.ofNullable(begun[0]).flatMap(AuditEntry::vm);
    }

    private boolean isTouchedSince(Instant time, Loss loss) {
        VmName vm = loss.vm().name();
        boolean isFolder = loss.snapshot().isEmpty() && context.store().changed(vm).isAfter(time);
        return isFolder || loss.images().stream()
                .anyMatch(image -> context.store().changed(vm, image.name()).isAfter(time));
    }

    /** By size and time: a root that was copied has other inodes. */
    private static boolean hasImagesOf(Loss loss, Vm known) {
        boolean isAll = loss.snapshot().isPresent() || loss.images().size() == known.images().size();
        return isAll && loss.images().stream()
                .allMatch(image -> known.image(image.name()).filter(facts -> isSame(image, facts)).isPresent());
    }

    private static boolean isSame(FolderImage image, ImageFacts facts) {
        return image.size().equals(facts.size()) && image.modified().equals(facts.modified());
    }
}
