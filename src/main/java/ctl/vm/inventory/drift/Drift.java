package ctl.vm.inventory.drift;

import ctl.vm.inventory.Folder;
import ctl.vm.inventory.FolderImage;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.ImageFacts;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.value.EntryKind;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.VmName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Finds the differences between journal and folder. Pure: what only the content of images can show, such as what a new
 * VM is a copy of, is not decided here.
 *
 * <p>{@link RenameDetection} finds the VMs that only have another name. A snapshot under a new name is the old one
 * where it is the same file, or where exactly one came with its size and time.
 */
public final class Drift {

    private final Inventory inventory;
    private final Folder folder;
    private final Set<VmName> busy;

    private Drift(Inventory inventory, Folder folder, Collection<VmName> busy) {
        this.inventory = inventory;
        this.folder = folder;
        this.busy = Set.copyOf(busy);
    }

    /**
     * The differences, in an order in which they can be recorded.
     *
     * @param folder every VM looked into
     * @param busy VMs that an operation is changing: nothing is said about them
     */
    public static List<Finding> between(Inventory inventory, Folder folder, Collection<VmName> busy) {
        return isPlainlyNone(inventory, folder, true) ? List.of() : new Drift(inventory, folder, busy).findings();
    }

    /**
     * Whether journal and folder are plainly the same: quick, as every listing asks. Where it says no, {@link #between}
     * says what differs, if anything does.
     *
     * @param whole whether the whole folder was looked into; otherwise only what was is compared
     */
    public static boolean isPlainlyNone(Inventory inventory, Folder folder, boolean whole) {
        for (FolderVm there : folder.vms().values()) {
            Optional<Vm> known = inventory.vm(there.name());
            if (known.isEmpty() || !isPlainlyAs(known.get(), there)) {
                return false;
            }
        }
        return !whole || inventory.vms().size() == folder.vms().size();
    }

    /** Whether journal and folder plainly say the same of one VM. */
    public static boolean isPlainlyNone(Inventory inventory, FolderVm there) {
        return inventory.vm(there.name()).filter(known -> isPlainlyAs(known, there)).isPresent();
    }

    /** Asked of every image in every listing: nothing is made to be compared. */
    private static boolean isPlainlyAs(Vm known, FolderVm there) {
        for (FolderImage image : there.images()) {
            Optional<ImageFacts> facts = known.image(image.name());
            if (facts.isEmpty() || image.kind() != EntryKind.FILE || facts.get().isOtherThan(image.facts())) {
                return false;
            }
        }
        return known.images().size() == there.images().size() && there.trouble().isEmpty();
    }

    private List<Finding> findings() {
        Map<VmName, Vm> known = new TreeMap<>(inventory.vms());
        known.keySet().removeAll(busy);
        Map<VmName, FolderVm> there = new TreeMap<>(folder.vms());
        there.keySet().removeAll(busy);
        there.values().removeIf(vm -> vm.trouble().isPresent());
        RenameDetection moves = new RenameDetection(known, there, folder);

        List<Finding> findings = new ArrayList<>();
        moves.replaced().forEach(name -> findings.add(new Finding.VmVanished(known.get(name))));
        findings.addAll(moves.findings());
        known.values().stream()
                .filter(vm -> folder.entry(vm.name()).isEmpty() && !moves.hasLeft(vm.name()))
                .forEach(vm -> findings.add(misnamed(vm).orElseGet(() -> new Finding.VmVanished(vm))));
        there.values().stream()
                .filter(vm -> !moves.hasCome(vm.name())
                        && (!known.containsKey(vm.name()) || moves.hasLeft(vm.name())))
                .forEach(vm -> findings.add(new Finding.VmAppeared(vm, Optional.empty())));
        there.values().forEach(vm -> {
            if (moves.hasCome(vm.name())) {
                findings.addAll(within(moves.moved(vm.name()), vm));
            } else if (known.containsKey(vm.name()) && !moves.hasLeft(vm.name())) {
                findings.addAll(within(known.get(vm.name()), vm));
            }
        });
        return findings;
    }

    /** By the file of its disk image, which {@code mv} leaves the same. */
    private Optional<Finding> misnamed(Vm vm) {
        return folder.unlisted().entrySet().stream()
                .filter(there -> there.getValue().stream().anyMatch(image -> vm.image(image.name())
                        .filter(was -> was.name().isDisk() || vm.image(ImageName.DISK).isEmpty())
                        .filter(image::isSameFileAs)
                        .isPresent()))
                .findFirst()
                .map(there -> new Finding.VmMisnamed(vm, there.getKey()));
    }

    /** The differences between the images of a VM that journal and folder have both. */
    private static List<Finding> within(Vm known, FolderVm there) {
        Map<ImageName, FolderImage> files = there.images().stream()
                .filter(image -> image.kind() == EntryKind.FILE)
                .collect(Collectors.toMap(FolderImage::name, image -> image, (one, _) -> one, TreeMap::new));
        Map<ImageName, ImageFacts> gone = new TreeMap<>(known.images());
        gone.keySet().removeAll(files.keySet());
        List<FolderImage> come = new ArrayList<>(files.values());
        come.removeIf(image -> known.image(image.name()).isPresent());

        List<Finding> findings = new ArrayList<>();
        for (ImageFacts was : List.copyOf(gone.values())) {
            only(come, image -> was.isSameFileAs(image.facts()))
                    .or(() -> only(come, image -> was.looksLike(image.facts())))
                    .filter(to -> !was.name().isDisk() && !to.name().isDisk())
                    .ifPresent(to -> {
                        findings.add(new Finding.SnapshotRenamed(known.name(), was.name(), to));
                        gone.remove(was.name());
                        come.remove(to);
                    });
        }
        gone.keySet().forEach(image -> findings.add(new Finding.ImageVanished(known.name(), image)));
        come.forEach(image -> findings.add(image.name().isDisk()
                ? new Finding.ImageChanged(known.name(), Optional.empty(), image)
                : new Finding.SnapshotAppeared(known.name(), image)));
        known.images().values().stream()
                .filter(was -> files.containsKey(was.name()))
                .filter(was -> was.isOtherThan(files.get(was.name()).facts()))
                .sorted((one, other) -> one.name().compareTo(other.name()))
                .forEach(was -> findings.add(
                        new Finding.ImageChanged(known.name(), Optional.of(was), files.get(was.name()))));
        return findings;
    }

    private static Optional<FolderImage> only(List<FolderImage> images, Predicate<FolderImage> wanted) {
        List<FolderImage> found = images.stream().filter(wanted).toList();
        return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
    }
}
