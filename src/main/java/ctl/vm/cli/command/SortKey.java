package ctl.vm.cli.command;

import ctl.vm.inventory.FolderImage;
import ctl.vm.inventory.drift.Listing;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageName;
import java.util.Comparator;
import java.util.List;

/** In which order a listing is printed.  */
enum SortKey {
    CREATED,
    NAME,
    SIZE;

    List<Listing.Entry> sorted(List<Listing.Entry> vms) {
        return switch (this) {
            case CREATED -> vms;
            case NAME -> vms.stream().sorted(Comparator.comparing(Listing.Entry::name)).toList();
            case SIZE -> vms.stream()
                    .sorted(Comparator.comparing(SortKey::diskSize, Comparator.reverseOrder()))
                    .toList();
        };
    }

    private static ByteCount diskSize(Listing.Entry entry) {
        return entry.folder().image(ImageName.DISK).map(FolderImage::size).orElse(ByteCount.ZERO);
    }
}
