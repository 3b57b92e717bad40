package ctl.vm.inventory.drift;

import static ctl.vm.inventory.Sample.NOON;
import static ctl.vm.inventory.Sample.folded;
import static ctl.vm.inventory.Sample.folder;
import static ctl.vm.inventory.Sample.folderVm;
import static ctl.vm.inventory.Sample.image;
import static ctl.vm.inventory.Sample.inFile;
import static ctl.vm.inventory.Sample.vm;
import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.inventory.Event;
import ctl.vm.inventory.Folder;
import ctl.vm.inventory.FolderImage;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.value.FileId;
import ctl.vm.inventory.value.ImageName;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Each way in which a folder can differ from what the journal knows: MyBox with a disk image and the snapshot ready.
 */
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
        assertThat(drift(folder())).containsExactly(vanished("MyBox"));
    }

    @Test
    void vm_renamedByHand_moved() {
        assertThat(drift(folder(folderVm("Renamed", DISK, READY))))
                .containsExactly(moved("MyBox", "Renamed"));
    }

    @Test
    void vm_renamedOntoTheNameOfAnotherThatIsGone_takesItsPlace() {
        Inventory two = known(KNOWN, "Other", inFile(image("disk.s2e", 5, NOON), 77));

        assertThat(Drift.between(two, folder(folderVm("Other", DISK, READY)), Set.of())).containsExactly(
                new Finding.VmVanished(two.vm(vm("Other")).orElseThrow()),
                moved("MyBox", "Other"));
    }

    @Test
    void twoEqualVms_renamedAtOnce_areToldApartByTheirFiles() {
        Inventory two = known(known("One", inFile(DISK, 1)), "Two", inFile(DISK, 2));

        assertThat(Drift.between(two, folder(folderVm("A", inFile(DISK, 2)), folderVm("B", inFile(DISK, 1))), Set.of()))
                .containsExactly(moved("Two", "A"), moved("One", "B"));
    }

    @Test
    void vms_thatChangedTheirNamesWithEachOther_keepTheirHistories() {
        Inventory three = known(known(known("A", inFile(DISK, 1)), "B", inFile(DISK, 2)), "C", inFile(DISK, 3));
        Folder folder = folder(
                folderVm("A", inFile(DISK, 3)), folderVm("B", inFile(DISK, 1)), folderVm("C", inFile(DISK, 2)));

        List<Finding> findings = Drift.between(three, folder, Set.of());

        assertThat(findings).hasSize(3).allMatch(Finding.VmMoved.class::isInstance);
        Inventory after = recorded(three, findings);
        assertThat(Drift.between(after, folder, Set.of())).isEmpty();
        assertThat(since(after, "A")).isEqualTo(since(three, "C"));
        assertThat(since(after, "B")).isEqualTo(since(three, "A"));
        assertThat(since(after, "C")).isEqualTo(since(three, "B"));
    }

    @Test
    void vms_renamedInAChain_areRecordedFromItsEnd() {
        Inventory two = known(known("A", inFile(DISK, 1)), "B", inFile(DISK, 2));
        Folder folder = folder(folderVm("B", inFile(DISK, 1)), folderVm("C", inFile(DISK, 2)));

        List<Finding> findings = Drift.between(two, folder, Set.of());

        assertThat(findings).containsExactly(moved("B", "C"), moved("A", "B"));
        assertThat(Drift.between(recorded(two, findings), folder, Set.of())).isEmpty();
    }

    @Test
    void vm_renamedAndThenChanged_isTheSameAndChanged() {
        FolderImage fresh = image("disk.s2e.fresh", 7, NOON);

        assertThat(drift(folder(folderVm("Renamed", DISK, fresh)))).containsExactly(
                moved("MyBox", "Renamed"),
                new Finding.ImageVanished(vm("Renamed"), READY.name()),
                new Finding.SnapshotAppeared(vm("Renamed"), fresh));
    }

    @Test
    void vm_copiedToAnotherDiskAndRemoved_isTheSameByItsLooks() {
        Folder folder = folder(folderVm("Renamed", inFile(DISK, 5), inFile(READY, 6)));

        List<Finding> findings = drift(folder);

        assertThat(findings).singleElement().isInstanceOf(Finding.VmMoved.class);
        Inventory after = recorded(KNOWN, findings);
        assertThat(after.vm(vm("Renamed")).orElseThrow().image(ImageName.DISK)).hasValue(inFile(DISK, 5).facts());
        assertThat(Drift.between(after, folder, Set.of())).isEmpty();
    }

    @Test
    void inode_givenToAnotherImage_isNoMove() {
        FolderVm other = folderVm("Other", inFile(image("disk.s2e", 1000, NOON.plusSeconds(5)), 9));

        assertThat(Drift.between(known("MyBox", inFile(DISK, 9)), folder(other), Set.of())).containsExactly(
                new Finding.VmVanished(known("MyBox", inFile(DISK, 9)).vm(vm("MyBox")).orElseThrow()),
                new Finding.VmAppeared(other, Optional.empty()));
    }

    @Test
    void vm_linkedByHandIntoTwo_isNoMove() {
        FolderVm one = folderVm("One", DISK);
        FolderVm two = folderVm("Two", DISK);

        assertThat(Drift.between(known("MyBox", DISK), folder(one, two), Set.of())).containsExactly(
                new Finding.VmVanished(known("MyBox", DISK).vm(vm("MyBox")).orElseThrow()),
                new Finding.VmAppeared(one, Optional.empty()),
                new Finding.VmAppeared(two, Optional.empty()));
    }

    @Test
    void image_replacedByAnotherFileOfTheSameLooks_changed() {
        FolderImage other = inFile(DISK, 5);

        assertThat(drift(folder(folderVm("MyBox", other, READY))))
                .containsExactly(new Finding.ImageChanged(vm("MyBox"), Optional.of(DISK.facts()), other));
    }

    @Test
    void images_onAnotherDiskAltogether_areNoDrift() {
        FolderImage moved = new FolderImage(DISK.name(), DISK.kind(), DISK.size(), DISK.onDisk(), DISK.modified(),
                new FileId(2, 5), Optional.empty(), Optional.empty(), Optional.empty());

        assertThat(drift(folder(folderVm("MyBox", moved, READY)))).isEmpty();
    }

    @Test
    void twoEqualSnapshots_renamedAtOnce_areToldApartByTheirFiles() {
        FolderImage set = inFile(image("disk.s2e.set", 100, NOON.plusSeconds(1)), 8);
        FolderImage go = inFile(image("disk.s2e.go", 100, NOON.plusSeconds(1)), READY.file().inode());
        FolderImage steady = inFile(image("disk.s2e.steady", 100, NOON.plusSeconds(1)), 8);

        assertThat(
                Drift.between(known("MyBox", DISK, READY, set), folder(folderVm("MyBox", DISK, go, steady)), Set.of()))
                .containsExactly(
                        new Finding.SnapshotRenamed(vm("MyBox"), READY.name(), go),
                        new Finding.SnapshotRenamed(vm("MyBox"), set.name(), steady));
    }

    @Test
    void vm_goneWhereTwoCameWithTheSameImages_isNoMove() {
        FolderVm one = folderVm("One", DISK, READY);
        FolderVm two = folderVm("Two", DISK, READY);

        assertThat(drift(folder(one, two))).containsExactly(
                vanished("MyBox"),
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
        return known(Inventory.EMPTY, name, images);
    }

    private static Inventory known(Inventory others, String name, FolderImage... images) {
        return folded(
                others, others.vms().size() + 1, 1,
                new Event.VmFound(vm(name), List.of(images).stream().map(FolderImage::facts).toList()));
    }

    private static Finding vanished(String name) {
        return new Finding.VmVanished(KNOWN.vm(vm(name)).orElseThrow());
    }

    private static Finding moved(String from, String to) {
        return new Finding.VmMoved(vm(from), vm(to), List.of(new Event.VmMoved(vm(from), vm(to))));
    }

    private static long since(Inventory inventory, String name) {
        return inventory.vm(vm(name)).orElseThrow().since();
    }
}
