package ctl.vm.inventory;

import static ctl.vm.inventory.Sample.NOON;
import static ctl.vm.inventory.Sample.folder;
import static ctl.vm.inventory.Sample.folderVm;
import static ctl.vm.inventory.Sample.folded;
import static ctl.vm.inventory.Sample.image;
import static ctl.vm.inventory.Sample.vm;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Each way in which a folder can differ from what the journal knows: MyBox with a disk image and the snapshot ready. */
class DriftTest {

    private static final FolderImage DISK = image("disk.s2e", 1000, NOON);
    private static final FolderImage READY = image("disk.s2e.ready", 100, NOON.plusSeconds(1));
    private static final Inventory KNOWN = known("MyBox", DISK, READY);

    @Test
    void folder_asTheJournalSays_hasNoDrift() {
        assertThat(drift(folder(folderVm("MyBox", DISK, READY)))).isEmpty();
    }

    @Test
    void vm_copiedByHand_appeared() {
        FolderVm copy = folderVm("MyBox2", image("disk.s2e", 1000, NOON.plusSeconds(60)));

        assertThat(drift(folder(folderVm("MyBox", DISK, READY), copy)))
                .containsExactly(new Finding.VmAppeared(copy, Optional.empty()));
    }

    @Test
    void vm_removedByHand_vanished() {
        assertThat(drift(folder())).containsExactly(new Finding.VmVanished(vm("MyBox")));
    }

    @Test
    void vm_renamedByHand_moved() {
        assertThat(drift(folder(folderVm("Renamed", DISK, READY))))
                .containsExactly(new Finding.VmMoved(vm("MyBox"), vm("Renamed")));
    }

    @Test
    void vm_renamedOntoTheNameOfAnotherThatIsGone_isAChangeOfThatOne() {
        Inventory two = folded(
                KNOWN, 2, 2, new Event.VmFound(vm("Other"), List.of(image("disk.s2e", 5, NOON).facts())));

        assertThat(Drift.between(two, folder(folderVm("Other", DISK, READY)), Set.of())).containsExactly(
                new Finding.VmVanished(vm("MyBox")),
                new Finding.SnapshotAppeared(vm("Other"), READY),
                new Finding.ImageChanged(vm("Other"), Optional.of(image("disk.s2e", 5, NOON).facts()), DISK));
    }

    @Test
    void vm_goneWhereTwoCameWithTheSameImages_isNoMove() {
        FolderVm one = folderVm("One", DISK, READY);
        FolderVm two = folderVm("Two", DISK, READY);

        assertThat(drift(folder(one, two))).containsExactly(
                new Finding.VmVanished(vm("MyBox")),
                new Finding.VmAppeared(one, Optional.empty()),
                new Finding.VmAppeared(two, Optional.empty()));
    }

    @Test
    void snapshot_writtenByS2e_appeared() {
        FolderImage fresh = image("disk.s2e.fresh", 7, NOON);

        assertThat(drift(folder(folderVm("MyBox", DISK, READY, fresh))))
                .containsExactly(new Finding.SnapshotAppeared(vm("MyBox"), fresh));
    }

    @Test
    void snapshot_removedByHand_vanished() {
        assertThat(drift(folder(folderVm("MyBox", DISK))))
                .containsExactly(new Finding.ImageVanished(vm("MyBox"), READY.name()));
    }

    @Test
    void snapshot_renamedByHand_isTheSameUnderAnotherName() {
        FolderImage renamed = image("disk.s2e.set", 100, NOON.plusSeconds(1));

        assertThat(drift(folder(folderVm("MyBox", DISK, renamed))))
                .containsExactly(new Finding.SnapshotRenamed(vm("MyBox"), READY.name(), renamed));
    }

    @Test
    void image_grownOrWrittenTo_changed() {
        FolderImage grown = image("disk.s2e", 2000, NOON);
        FolderImage rewritten = image("disk.s2e.ready", 100, NOON.plusSeconds(9));

        assertThat(drift(folder(folderVm("MyBox", grown, rewritten)))).containsExactly(
                new Finding.ImageChanged(vm("MyBox"), Optional.of(DISK.facts()), grown),
                new Finding.ImageChanged(vm("MyBox"), Optional.of(READY.facts()), rewritten));
    }

    @Test
    void disk_removedAndPutBack_vanishedAndIsBack() {
        List<Finding> gone = drift(folder(folderVm("MyBox", READY)));
        assertThat(gone).containsExactly(new Finding.ImageVanished(vm("MyBox"), ImageName.DISK));

        Inventory defunct = recorded(KNOWN, gone);
        assertThat(Drift.between(defunct, folder(folderVm("MyBox", DISK, READY)), Set.of()))
                .containsExactly(new Finding.ImageChanged(vm("MyBox"), Optional.empty(), DISK));
    }

    @Test
    void vm_thatAnOperationIsAt_isLeftAlone() {
        assertThat(Drift.between(KNOWN, folder(), Set.of(vm("MyBox")))).isEmpty();
        assertThat(Drift.between(Inventory.EMPTY, folder(folderVm("MyBox", DISK)), Set.of(vm("MyBox")))).isEmpty();
    }

    @Test
    void vm_thatCannotBeRead_isNoDrift() {
        assertThat(drift(folder(FolderVm.unreadable(vm("MyBox"), "permission denied")))).isEmpty();
    }

    @Test
    void drift_recorded_isFoundNoMore() {
        for (Folder folder : List.of(
                folder(),
                folder(folderVm("Renamed", DISK, READY)),
                folder(folderVm("MyBox", image("disk.s2e", 1, NOON)), folderVm("New", DISK)),
                folder(folderVm("MyBox", DISK, image("disk.s2e.set", 100, NOON.plusSeconds(1)))))) {
            Inventory after = recorded(KNOWN, drift(folder));
            assertThat(Drift.between(after, folder, Set.of())).isEmpty();
        }
    }

    private static List<Finding> drift(Folder folder) {
        return Drift.between(KNOWN, folder, Set.of());
    }

    private static Inventory recorded(Inventory inventory, List<Finding> findings) {
        Inventory after = inventory;
        for (Event event : findings.stream().flatMap(finding -> finding.events().stream()).toList()) {
            after = folded(after, 100, 9, event);
        }
        return after;
    }

    private static Inventory known(String name, FolderImage... images) {
        return folded(
                Inventory.EMPTY, 1, 1,
                new Event.VmFound(vm(name), List.of(images).stream().map(FolderImage::facts).toList()));
    }
}
