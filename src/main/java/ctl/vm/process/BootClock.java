package ctl.vm.process;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import ctl.vm.linux.LinuxCall;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

/** The clock that runs from the boot of the machine on, also while it is suspended, and that no one can set. */
public final class BootClock {

    private static final int CLOCK_BOOTTIME = 7;

    private BootClock() {}

    /** How long ago the machine was booted. */
    public static Duration now() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment time = arena.allocate(JAVA_LONG, 2);
            LinuxCall.CLOCK_GETTIME.make(CLOCK_BOOTTIME, time.address());
            return Duration.ofSeconds(time.getAtIndex(JAVA_LONG, 0), time.getAtIndex(JAVA_LONG, 1));
        }
    }
}
