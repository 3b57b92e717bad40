package ctl.vm.inventory.audit;

import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.Recorded;
import java.time.Instant;

/** The inventory at a time and now, as the events tell it one by one. */
public final class PastInventory {

    private final Instant time;
    private Inventory then = Inventory.EMPTY;
    private Inventory now = Inventory.EMPTY;

    private PastInventory(Instant time) {
        this.time = time;
    }

    public static PastInventory at(Instant time) {
        return new PastInventory(time);
    }

    /** Takes the next event in. It is of then up to the last one that was recorded by then: clocks are set back at times. */
    public void next(Recorded recorded) {
        now = now.after(recorded);
        if (!recorded.time().isAfter(time)) {
            then = now;
        }
    }

    /** As it was at the time. */
    public Inventory then() {
        return then;
    }

    /** As it is after the last event. */
    public Inventory now() {
        return now;
    }
}
