package ctl.vm.inventory.drift;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.inventory.ImageFacts;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.Origin;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.SnapshotName;
import ctl.vm.inventory.value.VmName;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ChangeTest {

    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final ImageName READY = ImageName.of(new SnapshotName("ready"));

    @Test
    void sameInventory_hasNoChange() {
        assertThat(kinds(inventory(vm("A", 1, disk(1))), inventory(vm("A", 1, disk(1))))).isEmpty();
    }

    @Test
    void vms_comeGoAndAreRenamedOrReplaced() {
        Inventory before = inventory(vm("Gone", 1, disk(1)), vm("Old", 2, disk(1)), vm("Same", 3, disk(1)));
        Inventory after = inventory(vm("New", 7, disk(1)), vm("Renamed", 2, disk(1)), vm("Same", 8, disk(1)));
        assertThat(kinds(before, after)).containsExactly(
                "VM_APPEARED New", "VM_RENAMED Renamed", "VM_REPLACED Same", "VM_VANISHED Gone");
    }

    @Test
    void vmsThatSwappedTheirNames_areBothRenamed() {
        assertThat(kinds(
                inventory(vm("A", 1, disk(1)), vm("B", 2, disk(1))),
                inventory(vm("B", 1, disk(1)), vm("A", 2, disk(1)))))
                .containsExactly("VM_RENAMED A", "VM_RENAMED B");
    }

    @Test
    void images_comeGoAndChange_alsoInARenamedVm() {
        Inventory before = inventory(vm("A", 1, disk(1), snapshot(READY)));
        Inventory after = inventory(vm("B", 1, disk(2), snapshot(ImageName.of(new SnapshotName("set")))));
        assertThat(kinds(before, after)).containsExactly(
                "VM_RENAMED B", "IMAGE_CHANGED B disk.s2e", "IMAGE_VANISHED B disk.s2e.ready",
                "IMAGE_APPEARED B disk.s2e.set");
    }

    private static List<String> kinds(Inventory before, Inventory after) {
        return Change.between(before, after).stream()
                .map(change -> "%s %s%s".formatted(
                        change.kind(), change.vm(), change.image().map(image -> " " + image.fileName()).orElse("")))
                .toList();
    }

    private static Inventory inventory(Vm... vms) {
        Map<VmName, Vm> byName = new HashMap<>();
        List.of(vms).forEach(vm -> byName.put(vm.name(), vm));
        return new Inventory(byName, Map.of());
    }

    private static Vm vm(String name, long since, ImageFacts... images) {
        Map<ImageName, ImageFacts> byName = new HashMap<>();
        List.of(images).forEach(image -> byName.put(image.name(), image));
        return new Vm(new VmName(name), since, new Origin.Found(), NOON, "ann", byName);
    }

    private static ImageFacts disk(long bytes) {
        return new ImageFacts(ImageName.DISK, new ByteCount(bytes), NOON);
    }

    private static ImageFacts snapshot(ImageName name) {
        return new ImageFacts(name, new ByteCount(1), NOON);
    }
}
