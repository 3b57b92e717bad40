package ctl.vm.reconcile;

import ctl.vm.inventory.FolderImage;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.drift.Finding;
import ctl.vm.inventory.value.VmName;
import ctl.vm.operation.OperationContext;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Says what new VMs are: not whole yet, back from where they had gone, copies of others, or nothing that is known. */
final class NewVmClassifier {

    private final OperationContext context;
    private final Inventory inventory;
    private final CopyInProgressDetector copyDetector;
    private final Recognition recognition;
    private final CopySource copySource;

    /** @param deep whether whole images are compared, rather than samples */
    NewVmClassifier(OperationContext context, Inventory inventory, boolean deep) {
        this.context = context;
        this.inventory = inventory;
        this.copyDetector = new CopyInProgressDetector(context, inventory);
        this.recognition = new Recognition(context, deep);
        this.copySource = new CopySource(context, inventory, recognition, deep);
    }

    /** A finding for each, in their order. */
    List<Finding> of(List<FolderVm> come) {
        Map<VmName, Vm> gone = context.journal().gone(
                come.stream().map(FolderVm::name).collect(Collectors.toSet()));
        Map<VmName, Finding.VmBeingMade> incomplete = copyDetector.of(come);
        Set<Long> back = new HashSet<>();
        List<Finding> findings = new ArrayList<>();
        for (FolderVm vm : come) {
            Optional<Finding.VmBeingMade> made = Optional.ofNullable(incomplete.get(vm.name()));
            Optional<Finding> restored = Optional.ofNullable(gone.get(vm.name()))
                    .filter(was -> !isThere(was, inventory) && !back.contains(was.since()))
                    .flatMap(was -> restored(vm, was, made));
            if (restored.isPresent()) {
                back.add(gone.get(vm.name()).since());
            }
            findings.add(restored.or(() -> made).orElseGet(() -> appeared(vm)));
        }
        return findings;
    }

    private Optional<Finding> restored(FolderVm vm, Vm former, Optional<Finding.VmBeingMade> made) {
        // Whoever gives a file its old time has filled it.
        boolean isWhole = made.isEmpty() || recognition.hasItsTimes(vm, former);
        return isWhole
                ? recognition.of(vm, former).map(
                        digests -> new Finding.VmRestored(context.store().contents().sampled(vm), former, digests))
                : Optional.empty();
    }

    /** What is to be said of a change within a VM, with samples of what the journal is to know. */
    Finding of(Finding finding) {
        return switch (finding) {
            case Finding.ImageChanged changed -> of(changed);
            case Finding.SnapshotAppeared appeared -> new Finding.SnapshotAppeared(
                    appeared.vm(), context.store().contents().sampled(appeared.vm(), appeared.snapshot()));
            case Finding.SnapshotRenamed renamed -> new Finding.SnapshotRenamed(
                    renamed.vm(), renamed.from(), context.store().contents().sampled(renamed.vm(), renamed.to()));
            case Finding.VmAppeared _, Finding.VmBeingMade _, Finding.VmRestored _, Finding.VmVanished _, Finding.VmMisnamed _,
                    Finding.VmMoved _, Finding.ImageVanished _, Finding.ImageRestored _ -> finding;
        };
    }

    /** An image that is not as the journal knew it: written to, or put back. */
    private Finding of(Finding.ImageChanged changed) {
        FolderImage now = context.store().contents().sampled(changed.vm(), changed.now());
        return changed.before()
                .flatMap(before -> recognition.of(inventory.vm(changed.vm()), changed.vm(), before, now))
                .orElseGet(() -> new Finding.ImageChanged(changed.vm(), changed.before(), now));
    }

    /** Whether a VM that was gone is there again: another one came back in its place, or it was undeleted. */
    static boolean isThere(Vm former, Inventory inventory) {
        return inventory.vms().values().stream().anyMatch(vm -> vm.since() == former.since());
    }

    private Finding appeared(FolderVm vm) {
        FolderVm sampled = context.store().contents().sampled(vm);
        return copySource.of(vm)
                .map(source -> new Finding.VmAppeared(sampled, Optional.of(source.name()), source.difference()))
                .orElseGet(() -> new Finding.VmAppeared(sampled, Optional.empty()));
    }
}
