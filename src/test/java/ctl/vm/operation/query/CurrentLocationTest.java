package ctl.vm.operation.query;

import static ctl.vm.operation.World.MY_BOX;
import static ctl.vm.operation.World.NEW;
import static ctl.vm.operation.World.READY;
import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.inventory.CopyOptions;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.audit.AuditEntry;
import ctl.vm.inventory.audit.AuditFilter;
import ctl.vm.inventory.value.ImageSize;
import ctl.vm.inventory.value.SnapshotName;
import ctl.vm.inventory.value.VmName;
import ctl.vm.operation.World;
import ctl.vm.operation.query.CurrentLocation.WayBack;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is known now of VMs and snapshots that were renamed and deleted. */
class CurrentLocationTest {

    private static final VmName LATER = new VmName("Later");

    private final World world = World.make();

    @Test
    void vmThatWasRenamed_isKnownByItsNameNow_andItsNameCanBeAnothers() {
        world.run(new Request.Clone(MY_BOX, NEW, CopyOptions.USUAL, false));
        world.run(new Request.Rename(NEW, LATER));
        world.run(new Request.Create(NEW, ImageSize.DEFAULT, false));

        assertThat(entries()).extracting(now()::nameNow)
                .containsExactly(Optional.of(LATER), Optional.of(LATER), Optional.of(NEW));
        world.run(new Request.DeleteVm(LATER));
        assertThat(now().nameNow(entries().getFirst())).isEmpty();
    }

    @Test
    void deletion_comesBackByTheNameThatItsVmHasNow_untilItIsBack() {
        world.run(new Request.DeleteSnapshot(MY_BOX, READY));
        world.run(new Request.Rename(MY_BOX, LATER));

        assertThat(waysBack()).singleElement().satisfies(back -> {
            assertThat(back.vm()).isEqualTo(LATER);
            assertThat(back.snapshot()).contains(READY);
            assertThat(back.isTaken()).isFalse();
        });
        world.run(new TrashLookup(world.context()).undeletion(LATER, READY, Optional.empty(), READY));
        assertThat(waysBack()).isEmpty();
    }

    @Test
    void vmWhoseNameIsTaken_comesBackUnderAnother() {
        world.run(new Request.DeleteVm(MY_BOX));
        assertThat(waysBack()).singleElement().matches(back -> !back.isTaken());

        world.run(new Request.Create(MY_BOX, ImageSize.DEFAULT, false));
        assertThat(waysBack()).singleElement().matches(WayBack::isTaken);
    }

    @Test
    void snapshotOfAVmThatIsDeletedToo_comesBackAfterThatOnly() {
        world.run(new Request.DeleteSnapshot(MY_BOX, READY));
        world.run(new Request.DeleteVm(MY_BOX));

        assertThat(waysBack()).extracting(WayBack::snapshot).containsExactly(Optional.<SnapshotName>empty());
    }

    @Test
    void ofTwoDeletionsOfAName_theNewestIsMeantByIt() {
        world.run(new Request.DeleteVm(MY_BOX));
        world.run(new Request.Create(MY_BOX, ImageSize.DEFAULT, false));
        world.run(new Request.DeleteVm(MY_BOX));

        assertThat(entries().stream().filter(entry -> now().wayBack(entry).isPresent()))
                .containsExactly(entries().getLast());
    }

    private CurrentLocation now() {
        return new CurrentLocation(world.context());
    }

    private List<WayBack> waysBack() {
        return entries().stream().flatMap(entry -> now().wayBack(entry).stream()).toList();
    }

    private List<AuditEntry> entries() {
        List<AuditEntry> entries = new ArrayList<>();
        new Audit(world.context()).entries(AuditFilter.ALL, entries::add);
        return entries;
    }
}
