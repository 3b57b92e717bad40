package ctl.vm.reconcile;

import ctl.vm.inventory.Finding;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.ImageFacts;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.VmName;
import ctl.vm.operation.Workbench;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Says what new VMs are: not whole yet, back from where they had gone, copies of others, or nothing that is known. */
final class Judgement {

    private final Workbench workbench;
    private final Inventory inventory;
    private final boolean deep;
    private final HalfMade halfMade;

    /** @param deep whether whole images are compared, rather than samples */
    Judgement(Workbench workbench, Inventory inventory, boolean deep) {
        this.workbench = workbench;
        this.inventory = inventory;
        this.deep = deep;
        this.halfMade = new HalfMade(workbench, inventory);
    }

    /** A finding for each, in their order. */
    List<Finding> of(List<FolderVm> come) {
        Map<VmName, Vm> gone = workbench.journal().gone(
                come.stream().map(FolderVm::name).collect(Collectors.toSet()));
        Set<Long> back = new HashSet<>();
        List<Finding> findings = new ArrayList<>();
        for (FolderVm vm : come) {
            Optional<Vm> former = Optional.ofNullable(gone.get(vm.name()))
                    .filter(was -> isAsItWas(vm, was) && !isThere(was, inventory) && back.add(was.since()));
            findings.add(former.<Finding>map(was -> new Finding.VmRestored(vm, was)).orElseGet(() -> of(vm)));
        }
        return findings;
    }

    /** Whether a VM that was gone is there again: another one came back in its place, or it was undeleted. */
    static boolean isThere(Vm former, Inventory inventory) {
        return inventory.vms().values().stream().anyMatch(vm -> vm.since() == former.since());
    }

    private Finding of(FolderVm vm) {
        return halfMade.is(vm)
                ? new Finding.VmBeingMade(vm, halfMade.source(vm))
                : new Finding.VmAppeared(vm, origin(vm));
    }

    /** To the byte of the sizes and the nanosecond of the times of its images: whatever keeps these has kept all. */
    private static boolean isAsItWas(FolderVm vm, Vm former) {
        return !former.images().isEmpty() && looks(vm.facts()).equals(looks(former.images().values()));
    }

    private static Set<ImageFacts> looks(Collection<ImageFacts> images) {
        return images.stream().map(ImageFacts::ofAnyFile).collect(Collectors.toSet());
    }

    /** The oldest of the known VMs with all its images, and the same content in each. */
    private Optional<VmName> origin(FolderVm copy) {
        return inventory.vms().values().stream()
                .filter(vm -> hasTheSizes(vm, copy))
                .sorted(Comparator.comparingLong(Vm::since))
                .map(Vm::name)
                .filter(source -> copy.images().stream()
                        .allMatch(image -> workbench.store().isAlike(source, copy.name(), image.name(), deep)))
                .findFirst();
    }

    private static boolean hasTheSizes(Vm vm, FolderVm copy) {
        return !copy.images().isEmpty() && copy.images().stream()
                .allMatch(
                        image -> vm.image(image.name()).filter(known -> known.size().equals(image.size())).isPresent());
    }
}
