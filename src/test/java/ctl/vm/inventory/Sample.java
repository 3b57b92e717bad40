package ctl.vm.inventory;

import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.EntryKind;
import ctl.vm.inventory.value.FileId;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.SnapshotName;
import ctl.vm.inventory.value.VmName;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Ready-made values for tests. */
public final class Sample {

    public static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    private Sample() {}

    public static VmName vm(String name) {
        return new VmName(name);
    }

    public static SnapshotName snapshot(String name) {
        return new SnapshotName(name);
    }

    public static Actor actor() {
        return new Actor(
                "ada",
                1000,
                Optional.of(1000L),
                Optional.empty(),
                "analytical",
                new Actor.ProcessIdentity(42, 4711, "0d3f8a52-1111-2222-3333-444455556666"),
                Optional.of("/dev/pts/0"),
                "/home/ada",
                List.of("ctl", "vm", "list"));
    }

    public static OperationId operation(int number) {
        return OperationId.startedAt(NOON, number);
    }

    public static FolderImage image(String fileName, long bytes, Instant modified) {
        return image(fileName, EntryKind.FILE, bytes, modified, Optional.empty());
    }

    public static FolderImage image(
            String fileName, EntryKind kind, long bytes, Instant modified, Optional<Long> diskModifiedSeconds) {
        return new FolderImage(
                ImageName.ofFile(fileName).orElseThrow(),
                kind,
                new ByteCount(bytes),
                Optional.of(new ByteCount(bytes)),
                modified,
                new FileId(1, fileName.hashCode()),
                diskModifiedSeconds,
                Optional.empty(),
                Optional.empty());
    }

    /** The same in another file. */
    public static FolderImage inFile(FolderImage image, long inode) {
        return new FolderImage(image.name(), image.kind(), image.size(), image.onDisk(), image.modified(),
                new FileId(1, inode), image.diskModifiedSeconds(), image.owner(), image.sample());
    }

    public static FolderVm folderVm(String name, FolderImage... images) {
        return new FolderVm(vm(name), List.of(images), List.of(), Optional.empty());
    }

    public static Folder folder(FolderVm... vms) {
        TreeMap<String, EntryKind> entries = new TreeMap<>();
        Map<VmName, FolderVm> byName = new TreeMap<>();
        Arrays.stream(vms).forEach(vm -> {
            entries.put(vm.name().text(), EntryKind.FOLDER);
            byName.put(vm.name(), vm);
        });
        return new Folder(entries, byName);
    }

    /** Folds events of one operation each, numbered from 1. */
    public static Inventory folded(Inventory start, long sequence, int operation, Event... events) {
        Inventory inventory = start;
        for (Event event : events) {
            inventory = inventory.after(recorded(sequence++, operation, event));
        }
        return inventory;
    }

    public static Recorded recorded(long sequence, int operation, Event event) {
        return new Recorded(sequence, operation(operation), NOON, actor(), event, "0".repeat(64), "f".repeat(64));
    }
}
