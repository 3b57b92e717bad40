package ctl.vm.inventory.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ctl.vm.inventory.Event;
import ctl.vm.inventory.ImpossibleEvent;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.Sample;
import ctl.vm.inventory.value.VmName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class PastInventoryTest {

    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

    private final PastInventory past = PastInventory.at(NOON);
    private long sequence;

    @Test
    void whatHappenedLater_isOfNowAndNotOfThen() {
        next(NOON, found("Stays"));
        next(NOON, found("Goes"));
        next(NOON.plusSeconds(1), new Event.VmMoved(new VmName("Goes"), new VmName("Went")));
        next(NOON.plusSeconds(2), new Event.VmVanished(new VmName("Went"), Optional.empty()));
        next(NOON.plusSeconds(3), found("Came"));

        assertThat(names(past.then())).containsExactly("Goes", "Stays");
        assertThat(names(past.now())).containsExactly("Came", "Stays");
    }

    /** The time says little then; the order of the events says what was known when the last of them was recorded. */
    @Test
    void clockThatWasSetBack_makesEverythingBeforeAnEarlierEventBelongToThen() {
        next(NOON, found("First"));
        next(NOON.plusSeconds(60), found("Second"));
        next(NOON.minusSeconds(60), found("Third"));
        next(NOON.plusSeconds(90), new Event.VmVanished(new VmName("Second"), Optional.empty()));

        assertThat(names(past.then())).containsExactly("First", "Second", "Third");
        assertThat(names(past.now())).containsExactly("First", "Third");
    }

    @Test
    void eventThatCannotFollow_isRefused() {
        assertThatThrownBy(() -> next(NOON, new Event.VmVanished(new VmName("Nowhere"), Optional.empty())))
                .isInstanceOf(ImpossibleEvent.class);
    }

    private void next(Instant time, Event event) {
        Recorded recorded = Sample.recorded(++sequence, 1, event);
        past.next(new Recorded(recorded.sequence(), recorded.operation(), time, recorded.actor(), event,
                recorded.previous(), recorded.hash()));
    }

    private static Event found(String name) {
        return new Event.VmFound(new VmName(name), List.of());
    }

    private static List<String> names(Inventory inventory) {
        return inventory.vms().keySet().stream().map(VmName::text).toList();
    }
}
