package ctl.vm.reconcile;

import ctl.vm.inventory.Drift;
import ctl.vm.inventory.Finding;
import ctl.vm.inventory.Folder;
import ctl.vm.inventory.FolderImage;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.Note;
import ctl.vm.inventory.Notes;
import ctl.vm.inventory.OperationId;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.VmName;
import ctl.vm.operation.DiskFailures;
import ctl.vm.operation.Workbench;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * Brings the journal up to what stands in the folder. It changes nothing in the folder: adopting what somebody made by
 * hand is an event and nothing else.
 *
 * <p>VMs that an operation is at are left alone, and so is a VM that somebody seems to be copying still.
 */
public final class Reconcile {

    /** {@code cp} writes to a file all the time until it is whole. */
    private static final Duration STILL = Duration.ofSeconds(2);

    private final Workbench workbench;
    private final RandomGenerator random;
    private final boolean deep;

    /** @param deep whether whole images are compared to find out what a new VM is a copy of, rather than samples */
    public Reconcile(Workbench workbench, RandomGenerator random, boolean deep) {
        this.workbench = workbench;
        this.random = random;
        this.deep = deep;
    }

    /** What was found. @param findings what is to be recorded, in that order */
    public record Report(List<Finding> findings, List<Note> notes) {}

    /** Finds the differences between journal and folder, and changes nothing. */
    public Report look() {
        Report[] report = new Report[1];
        DiskFailures.explained(() -> {
            Inventory inventory = workbench.journal().inventory();
            Folder folder = workbench.store().lookAtAll();
            report[0] = report(inventory, folder, vm -> origin(vm, inventory));
        });
        return report[0];
    }

    /**
     * Records the differences. What a new VM is a copy of was found out before; all else is looked at once more while no
     * other process can append.
     *
     * @return what was recorded
     */
    public Report record() {
        Map<FolderVm, VmName> origins = new HashMap<>();
        look().findings().forEach(finding -> {
            if (finding instanceof Finding.VmAppeared appeared) {
                appeared.copyOf().ifPresent(source -> origins.put(appeared.found(), source));
            }
        });
        Report[] report = new Report[1];
        DiskFailures.explained(() -> report[0] = workbench.journal().burst(() -> append(origins)));
        return report[0];
    }

    private Report append(Map<FolderVm, VmName> origins) {
        OperationId id = OperationId.startedAt(workbench.clock().instant(), random.nextInt());
        Report report = report(
                workbench.journal().inventory(),
                workbench.store().lookAtAll(),
                vm -> Optional.ofNullable(origins.get(vm)));
        report.findings().forEach(
                finding -> finding.events().forEach(event -> workbench.journal().append(id, event)));
        return report;
    }

    private Report report(Inventory inventory, Folder folder, Function<FolderVm, Optional<VmName>> origin) {
        List<Finding> findings = new ArrayList<>();
        List<Note> notes = new ArrayList<>(Notes.about(folder));
        for (Finding finding : Drift.between(inventory, folder, inventory.busy())) {
            if (!(finding instanceof Finding.VmAppeared appeared)) {
                findings.add(finding);
            } else if (isGrowing(appeared.found())) {
                notes.add(
                        new Note("vm/" + appeared.vm(), "is being written to: it is not recorded before it is still"));
            } else {
                findings.add(new Finding.VmAppeared(appeared.found(), origin.apply(appeared.found())));
            }
        }
        return new Report(findings, notes);
    }

    private boolean isGrowing(FolderVm vm) {
        Instant still = workbench.clock().instant().minus(STILL);
        return vm.images().stream().map(FolderImage::modified).anyMatch(still::isBefore);
    }

    /** The oldest of the known VMs with all its images, and the same content in each. */
    private Optional<VmName> origin(FolderVm copy, Inventory inventory) {
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
