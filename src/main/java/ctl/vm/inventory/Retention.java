package ctl.vm.inventory;

import java.time.Duration;

/**
 * How long something stays in the trash, as it was decided when it came there.
 *
 * @param period at the least so long
 * @param uptime of the machine at that moment, time in suspension included: with the boot of the event's actor it says
 *     how long ago that was, whatever the clock says
 */
public record Retention(Duration period, Duration uptime) {}
