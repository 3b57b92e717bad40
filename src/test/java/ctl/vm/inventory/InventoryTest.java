package ctl.vm.inventory;

import static ctl.vm.inventory.Sample.folded;
import static ctl.vm.inventory.Sample.snapshot;
import static ctl.vm.inventory.Sample.vm;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.ImageSize;
import java.util.List;
import org.junit.jupiter.api.Test;

class InventoryTest {

    private static final ImageFacts DISK = new ImageFacts(ImageName.DISK, new ByteCount(4096), Sample.NOON);
    private static final ImageFacts READY = new ImageFacts(ImageName.of(snapshot("ready")), new ByteCount(512),
            Sample.NOON);

    @Test
    void after_aCreateThatArrived_holdsTheVmAndNoOpenOperation() {
        Inventory inventory = folded(Inventory.EMPTY, 1, 1, start("MyBox"), arrival("MyBox", DISK));

        assertThat(inventory.open()).isEmpty();
        assertThat(inventory.vm(vm("MyBox")).orElseThrow().since()).isEqualTo(2);
        assertThat(inventory.vm(vm("MyBox")).orElseThrow().by()).isEqualTo("ada");
    }

    @Test
    void after_aStartOnly_holdsTheOpenOperation() {
        Inventory inventory = folded(Inventory.EMPTY, 1, 1, start("MyBox"));

        assertThat(inventory.operation(Sample.operation(1)).orElseThrow().request().vm()).isEqualTo(vm("MyBox"));
        assertThat(inventory.vms()).isEmpty();
    }

    @Test
    void after_aStaging_keepsTheInodeForRecovery() {
        var staged = new Event.VmStaged(vm("MyBox"), List.of(DISK), 77);

        Inventory inventory = folded(Inventory.EMPTY, 1, 1, start("MyBox"), staged);

        assertThat(inventory.operation(Sample.operation(1)).orElseThrow().staged()).contains(staged);
    }

    @Test
    void after_aFailure_isAsBeforeTheStart() {
        Inventory inventory = folded(Inventory.EMPTY, 1, 1, start("MyBox"), new Event.OperationFailed("disk full", 1));

        assertThat(inventory).isEqualTo(Inventory.EMPTY);
    }

    @Test
    void after_aDeletionOfASnapshot_keepsTheOthers() {
        Inventory with = folded(Inventory.EMPTY, 1, 1, start("MyBox"), arrival("MyBox", DISK, READY));

        Inventory without = folded(
                with,
                3,
                2,
                new Event.OperationStarted(new Request.DeleteSnapshot(vm("MyBox"), snapshot("ready"))),
                new Event.SnapshotDeleted(vm("MyBox"), snapshot("ready")));

        assertThat(without.vm(vm("MyBox")).orElseThrow().images().keySet()).containsExactly(ImageName.DISK);
    }

    @Test
    void vmsByArrival_followsTheJournalNotTheNames() {
        Inventory one = folded(Inventory.EMPTY, 1, 1, start("MyBox"), arrival("MyBox", DISK));
        Inventory both = folded(one, 3, 2, start("AnImportedBox"), arrival("AnImportedBox", DISK));

        assertThat(both.vmsByArrival()).extracting(vm -> vm.name().text()).containsExactly("MyBox", "AnImportedBox");
    }

    @Test
    void after_anArrivalWithoutAStart_stopsAndNamesTheSequenceNumber() {
        assertThatThrownBy(() -> folded(Inventory.EMPTY, 9, 1, arrival("MyBox", DISK)))
                .isInstanceOf(ImpossibleEvent.class)
                .hasMessageContaining("event 9");
    }

    @Test
    void after_anArrivalOntoAVmThatMayNotBeReplaced_stops() {
        Inventory inventory = folded(Inventory.EMPTY, 1, 1, start("MyBox"), arrival("MyBox", DISK));

        assertThatThrownBy(() -> folded(inventory, 3, 2, start("MyBox"), arrival("MyBox", DISK)))
                .isInstanceOf(ImpossibleEvent.class)
                .hasMessageContaining("event 4")
                .hasMessageContaining("MyBox");
    }

    @Test
    void after_anArrivalThatMayReplace_countsFromItsOwnSequenceNumber() {
        Inventory inventory = folded(Inventory.EMPTY, 1, 1, start("MyBox"), arrival("MyBox", DISK, READY));
        var replacing = new Event.OperationStarted(new Request.Create(vm("MyBox"), ImageSize.DEFAULT, true));

        Inventory replaced = folded(inventory, 3, 2, replacing, arrival("MyBox", DISK));

        assertThat(replaced.vm(vm("MyBox")).orElseThrow().since()).isEqualTo(4);
        assertThat(replaced.vm(vm("MyBox")).orElseThrow().images()).hasSize(1);
    }

    @Test
    void after_anArrivalInADeletion_stops() {
        var deletion = new Event.OperationStarted(new Request.DeleteVm(vm("MyBox")));

        assertThatThrownBy(() -> folded(Inventory.EMPTY, 1, 1, deletion, arrival("MyBox", DISK)))
                .isInstanceOf(ImpossibleEvent.class);
    }

    @Test
    void after_aDeletionOfAnUnknownVm_stops() {
        var deletion = new Event.OperationStarted(new Request.DeleteVm(vm("MyBox")));

        assertThatThrownBy(() -> folded(Inventory.EMPTY, 1, 1, deletion, new Event.VmDeleted(vm("MyBox"))))
                .isInstanceOf(ImpossibleEvent.class)
                .hasMessageContaining("event 2");
    }

    @Test
    void after_twoEndsOfOneOperation_stops() {
        var failed = new Event.OperationFailed("disk full", 1);

        assertThatThrownBy(() -> folded(Inventory.EMPTY, 1, 1, start("MyBox"), failed, failed))
                .isInstanceOf(ImpossibleEvent.class)
                .hasMessageContaining("event 3");
    }

    @Test
    void after_whatWasFoundAndVanished_needsNoOperation() {
        Inventory found = folded(Inventory.EMPTY, 1, 1, new Event.VmFound(vm("ByHand"), List.of(DISK)));
        Inventory snapshot = folded(found, 2, 1, new Event.SnapshotFound(vm("ByHand"), READY));
        Inventory gone = folded(snapshot, 3, 1, new Event.VmVanished(vm("ByHand")));

        assertThat(snapshot.vm(vm("ByHand")).orElseThrow().images()).hasSize(2);
        assertThat(gone.vms()).isEmpty();
    }

    private static Event start(String name) {
        return new Event.OperationStarted(new Request.Create(vm(name), ImageSize.DEFAULT, false));
    }

    private static Event arrival(String name, ImageFacts... images) {
        return new Event.VmArrived(vm(name), new Origin.Created(), List.of(images));
    }
}
