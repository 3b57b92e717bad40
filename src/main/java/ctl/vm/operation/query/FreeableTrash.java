package ctl.vm.operation.query;

import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.value.BlockSet;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.DiskUsage;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.operation.OperationContext;
import ctl.vm.store.UsageReader;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What deletions in the trash would free if they went, as measured once. Blocks that stay in use elsewhere free
 * nothing, nor do those that are shared with a file that is not found in the root. Where two files of the trash share
 * blocks, a third one outside the root cannot be seen: then less becomes free, which shows when the first of the two is
 * gone.
 */
public final class FreeableTrash {

    private final Map<OperationId, DiskUsage> deletions;
    private final DiskUsage others;

    /**
     * @param deletions the oldest first
     * @param others all else that may share blocks with them
     */
    FreeableTrash(Map<OperationId, DiskUsage> deletions, DiskUsage others) {
        this.deletions = new LinkedHashMap<>(deletions);
        this.others = others;
    }

    /** @param deletions the oldest first */
    public static FreeableTrash of(OperationContext context, List<OperationId> deletions) {
        UsageReader reader = context.store().usage(_ -> {});
        Map<OperationId, DiskUsage> usages = new LinkedHashMap<>();
        deletions.forEach(id -> usages.put(id, reader.trash(id)));
        // What shares no blocks frees all that it takes: nothing else has to be looked at.
        boolean isSharing = usages.values().stream().anyMatch(usage -> !usage.blocks().equals(BlockSet.EMPTY));
        return new FreeableTrash(usages, isSharing ? others(context, reader, usages.keySet()) : DiskUsage.NONE);
    }

    private static DiskUsage others(OperationContext context, UsageReader reader, Set<OperationId> deletions) {
        List<DiskUsage> others = new ArrayList<>();
        for (FolderVm vm : context.store().glanceAtAll().vms().values()) {
            others.add(reader.withoutSnapshots(vm));
            vm.snapshots().forEach(image -> others.add(reader.image(vm.name(), image.name())));
        }
        context.store().work().all().forEach((path, id) -> {
            if (id.filter(deletions::contains).isEmpty()) {
                others.add(reader.hidden(path));
            }
        });
        return DiskUsage.sum(others);
    }

    /** Bytes that are free when these are gone and the others stay. */
    public ByteCount freedBy(Collection<OperationId> going) {
        List<DiskUsage> gone = new ArrayList<>();
        List<DiskUsage> staying = new ArrayList<>(List.of(others));
        deletions.forEach((id, usage) -> (going.contains(id) ? gone : staying).add(usage));
        return DiskUsage.sum(gone).surelyFreedBeside(DiskUsage.sum(staying));
    }

    /** Bytes that are free when all of them are gone. */
    public ByteCount most() {
        return freedBy(deletions.keySet());
    }

    /**
     * The deletions that have to go for so many bytes, the oldest first: none that frees nothing, and none that could
     * stay; of those that could go instead of each other, the newer ones stay. None where all of them would not be
     * enough.
     */
    public List<OperationId> choose(ByteCount missing) {
        if (most().compareTo(missing) < 0) {
            return List.of();
        }
        Set<OperationId> chosen = new LinkedHashSet<>(deletions.keySet());
        for (OperationId newest : List.copyOf(deletions.keySet()).reversed()) {
            chosen.remove(newest);
            if (freedBy(chosen).compareTo(missing) < 0) {
                chosen.add(newest);
            }
        }
        return deletions.keySet().stream().filter(chosen::contains).toList();
    }
}
