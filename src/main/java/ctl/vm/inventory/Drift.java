package ctl.vm.inventory;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Finds the differences between journal and folder. Pure: what only the content of images can tell, such as what a new VM
 * is a copy of, is not decided here.
 *
 * <p>A VM under a new name is the old one where exactly one VM is gone and exactly one came with the same images, to the
 * byte of their sizes and the nanosecond of their times: {@code mv} keeps both. The same goes for snapshots of a VM.
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
        return new Drift(inventory, folder, busy).findings();
    }

    /**
     * Whether journal and folder are plainly the same: quick, as every listing asks. Where it says no, {@link #between} says
     * what differs, if anything does.
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

    /** Field by field: the equality of records would be linked anew at every start. */
    private static boolean isPlainlyAs(Vm known, FolderVm there) {
        for (FolderImage image : there.images()) {
            Optional<ImageFacts> facts = known.image(image.name());
            if (facts.isEmpty() || image.kind() != EntryKind.FILE
                    || facts.get().size().bytes() != image.size().bytes()
                    || !facts.get().modified().equals(image.modified())) {
                return false;
            }
        }
        return known.images().size() == there.images().size() && there.trouble().isEmpty();
    }

    private List<Finding> findings() {
        Map<VmName, Vm> gone = new TreeMap<>(inventory.vms());
        gone.keySet().removeIf(name -> busy.contains(name) || folder.entry(name).isPresent());
        Map<VmName, FolderVm> come = new TreeMap<>(folder.vms());
        come.keySet().removeIf(name -> busy.contains(name) || inventory.vm(name).isPresent());
        come.values().removeIf(vm -> vm.trouble().isPresent());

        List<Finding> findings = new ArrayList<>();
        moves(gone, come).forEach((from, to) -> {
            findings.add(new Finding.VmMoved(from, to));
            gone.remove(from);
            come.remove(to);
        });
        gone.keySet().forEach(name -> findings.add(new Finding.VmVanished(name)));
        come.values().forEach(vm -> findings.add(new Finding.VmAppeared(vm, Optional.empty())));
        inventory.vms().values().stream()
                .filter(vm -> !busy.contains(vm.name()))
                .forEach(vm -> folder.vm(vm.name())
                        .filter(there -> there.trouble().isEmpty())
                        .ifPresent(there -> findings.addAll(within(vm, there))));
        return findings;
    }

    /** Which of the gone came back under which new name. */
    private static Map<VmName, VmName> moves(Map<VmName, Vm> gone, Map<VmName, FolderVm> come) {
        Map<VmName, VmName> moves = new TreeMap<>();
        Set<VmName> taken = new HashSet<>();
        gone.values().forEach(vm -> {
            Set<ImageFacts> images = Set.copyOf(vm.images().values());
            boolean unique = gone.values().stream()
                    .filter(other -> Set.copyOf(other.images().values()).equals(images))
                    .count() == 1;
            List<VmName> candidates = come.values().stream()
                    .filter(there -> Set.copyOf(there.facts()).equals(images))
                    .map(FolderVm::name)
                    .toList();
            if (unique && candidates.size() == 1 && !images.isEmpty() && taken.add(candidates.getFirst())) {
                moves.put(vm.name(), candidates.getFirst());
            }
        });
        return moves;
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
            Predicate<FolderImage> same = image -> !was.name().isDisk() && !image.name().isDisk()
                    && isSame(was, image.facts());
            if (come.stream().filter(same).count() == 1) {
                FolderImage to = come.stream().filter(same).findFirst().orElseThrow();
                findings.add(new Finding.SnapshotRenamed(known.name(), was.name(), to));
                gone.remove(was.name());
                come.remove(to);
            }
        }
        gone.keySet().forEach(image -> findings.add(new Finding.ImageVanished(known.name(), image)));
        come.forEach(image -> findings.add(image.name().isDisk()
                ? new Finding.ImageChanged(known.name(), Optional.empty(), image)
                : new Finding.SnapshotAppeared(known.name(), image)));
        known.images().values().stream()
                .filter(was -> files.containsKey(was.name()))
                .filter(was -> !was.equals(files.get(was.name()).facts()))
                .sorted((one, other) -> one.name().compareTo(other.name()))
                .forEach(was -> findings.add(
                        new Finding.ImageChanged(known.name(), Optional.of(was), files.get(was.name()))));
        return findings;
    }

    private static boolean isSame(ImageFacts one, ImageFacts other) {
        return one.size().equals(other.size()) && one.modified().equals(other.modified());
    }
}
