package ctl.vm.inventory.drift;

import static ctl.vm.inventory.Sample.folder;
import static ctl.vm.inventory.Sample.folderVm;
import static ctl.vm.inventory.Sample.image;
import static ctl.vm.inventory.Sample.vm;
import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.inventory.Event;
import ctl.vm.inventory.FolderImage;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.Sample;
import ctl.vm.inventory.value.EntryKind;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ListingTest {

    private static final FolderImage DISK = image("disk.s2e", 4096, Sample.NOON);

    @Test
    void of_knownAndUnknownVms_listsTheKnownByArrivalAndTheOthersByName() {
        Inventory inventory = Sample.folded(
                Inventory.EMPTY,
                1,
                1,
                new Event.VmFound(vm("Zoe"), List.of()),
                new Event.VmFound(vm("Adam"), List.of()),
                new Event.VmFound(vm("Gone"), List.of()));

        Listing listing = Listing.of(
                inventory,
                folder(folderVm("Adam", DISK), folderVm("Berta", DISK), folderVm("Zoe", DISK), folderVm("Anna", DISK)));

        assertThat(listing.vms()).extracting(entry -> entry.name().text()).containsExactly("Zoe", "Adam", "Anna",
                "Berta");
    }

    @Test
    void snapshots_comeNewestFirstAndTiesByName() {
        FolderVm vm = folderVm(
                "MyBox",
                image("disk.s2e.old", 1, Sample.NOON.minusSeconds(60)),
                image("disk.s2e.b", 1, Sample.NOON),
                DISK,
                image("disk.s2e.a", 1, Sample.NOON),
                image("disk.s2e.new", 1, Sample.NOON.plusNanos(1)));

        assertThat(vm.images())
                .extracting(image -> image.name().fileName())
                .containsExactly("disk.s2e", "disk.s2e.new", "disk.s2e.a", "disk.s2e.b", "disk.s2e.old");
    }

    @Test
    void isRefusedByS2e_whenTheDiskImageHasAnotherSecond() {
        long seconds = Sample.NOON.getEpochSecond();
        FolderImage fits = snapshotOfDisk("disk.s2e.fits", seconds);
        FolderImage late = snapshotOfDisk("disk.s2e.late", seconds - 1);
        FolderImage opaque = image("disk.s2e.opaque", 1, Sample.NOON);
        FolderVm vm = folderVm("MyBox", image("disk.s2e", 4096, Sample.NOON.plusNanos(999_999_999)), fits, late,
                opaque);

        assertThat(vm.isRefusedByS2e(fits)).isFalse();
        assertThat(vm.isRefusedByS2e(late)).isTrue();
        assertThat(vm.isRefusedByS2e(opaque)).isFalse();
    }

    @Test
    void isDefunct_withoutADiskImageThatIsAFile() {
        FolderImage link = image("disk.s2e", EntryKind.LINK, 4, Sample.NOON, Optional.empty());

        assertThat(new Listing.Entry(folderVm("MyBox"), Optional.empty()).isDefunct()).isTrue();
        assertThat(new Listing.Entry(folderVm("MyBox", link), Optional.empty()).isDefunct()).isTrue();
        assertThat(new Listing.Entry(folderVm("MyBox", DISK), Optional.empty()).isDefunct()).isFalse();
    }

    private static FolderImage snapshotOfDisk(String fileName, long diskModifiedSeconds) {
        return image(fileName, EntryKind.FILE, 512, Sample.NOON, Optional.of(diskModifiedSeconds));
    }
}
