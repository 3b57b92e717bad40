package ctl.vm.operation;

import java.time.Duration;

/**
 * How long the machine has run.
 *
 * @param bootId changes with every boot; empty where the kernel does not say
 * @param time since the boot, time in suspension included
 */
public record Uptime(String bootId, Duration time) {

    /** Of a machine that does not say. */
    public static final Uptime UNKNOWN = new Uptime("", Duration.ZERO);
}
