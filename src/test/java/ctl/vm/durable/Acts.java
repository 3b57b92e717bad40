package ctl.vm.durable;

import ctl.vm.linux.LinuxError;
import java.nio.file.Path;
import java.util.Random;

/** The acts of a {@link ForgetfulDisk} in their order: counts them, and lets power or the disk fail at one. */
final class Acts {

    private static final int NEVER = -1;
    private static final Act NOTHING = () -> {};

    private int count;
    private int powerLossAt = NEVER;
    private int faultAt = NEVER;
    private Fault fault;
    private boolean powerless;
    private Act inFlight = NOTHING;

    int count() {
        return count;
    }

    void losePowerAt(int act) {
        powerLossAt = count + act;
    }

    void failAt(int act, Fault with) {
        faultAt = count + act;
        fault = with;
    }

    synchronized void perform(Path subject, Act act) {
        requirePower();
        count++;
        if (count == powerLossAt) {
            powerless = true;
            inFlight = act;
            throw new PowerLost(count);
        }
        if (count == faultAt) {
            act.failed();
            throw LinuxError.of(fault.number, "forgetful", subject);
        }
        act.whole();
    }

    void requirePower() {
        if (powerless) {
            throw new PowerLost(count);
        }
    }

    /** Decides how far the act got that the power cut hit, and counts from 0 again. */
    void restart(Random random) {
        switch (random.nextInt(3)) {
            case 0 -> inFlight.whole();
            case 1 -> inFlight.part(random.nextDouble());
            default -> {}
        }
        inFlight = NOTHING;
        powerless = false;
        powerLossAt = NEVER;
        faultAt = NEVER;
        count = 0;
    }
}
