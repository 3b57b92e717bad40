package ctl.vm.crash;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.durable.LinuxDisk;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.ImageFacts;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.value.Layout;
import ctl.vm.inventory.value.VmName;
import ctl.vm.journal.h2.H2Journal;
import ctl.vm.journal.h2.H2JournalTest;
import ctl.vm.operation.ThisProcess;
import ctl.vm.store.Store;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What the events of a journal fold to, from the first one on and without its tables and its listing, beside what
 * stands in the folder.
 */
final class JournalReplay {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Inventory inventory;
    private final Map<VmName, FolderVm> folder;

    private JournalReplay(Inventory inventory, Map<VmName, FolderVm> folder) {
        this.inventory = inventory;
        this.folder = folder;
    }

    /**
     * Insists that the mirror has the events of the database, the last one perhaps left out, and that each of them can
     * follow the one before.
     */
    static JournalReplay of(Place place) {
        Layout layout = Layout.at(place.root());
        var journal = new H2Journal(H2JournalTest.database(layout), () -> ThisProcess.actor(List.of(), Map.of()),
                Clock.systemUTC(), PATIENCE, _ -> {});
        List<String> hashes = new ArrayList<>();
        Inventory[] inventory = {Inventory.EMPTY};
        journal.events(1, recorded -> {
            hashes.add(recorded.hash());
            inventory[0] = inventory[0].after(recorded);
        });
        List<String> mirrored = Mirror.hashes(place.mirror());
        // What died before the last line was written has acknowledged nothing; the next append writes both lines.
        assertThat(mirrored.size()).as("lines of the mirror").isBetween(hashes.size() - 1, hashes.size());
        assertThat(mirrored).as("events of the mirror").isEqualTo(hashes.subList(0, mirrored.size()));
        return new JournalReplay(inventory[0], new Store(new LinuxDisk(), layout).lookAtAll().vms());
    }

    /** Insists that no operation is open, and that each VM of the journal stands in the folder as it was recorded. */
    void assertHolds() {
        assertThat(inventory.open()).as("open operations").isEmpty();
        inventory.vms().forEach((name, vm) -> {
            assertThat(folder).as("VMs in the folder").containsKey(name);
            assertThat(facts(folder.get(name).facts())).as("images of %s", name).isEqualTo(facts(vm.images().values()));
        });
    }

    /** Insists that the journal and the folder have VMs of the same names. */
    void assertSameVms() {
        assertThat(new TreeMap<>(inventory.vms()).keySet()).as("VMs in the journal")
                .isEqualTo(new TreeMap<>(folder).keySet());
    }

    /** Of whatever files: the folder is a copy of one that was prepared once. */
    private static Set<ImageFacts> facts(Collection<ImageFacts> images) {
        return images.stream().map(ImageFacts::ofAnyFile).collect(Collectors.toSet());
    }
}
