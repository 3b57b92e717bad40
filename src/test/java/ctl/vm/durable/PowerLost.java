package ctl.vm.durable;

/**
 * The end of a process by a power cut.
 *
 * <p>It is an error, so that no code under test takes it for a failure of the disk and cleans up: the dead do nothing.
 */
public final class PowerLost extends Error {

    PowerLost(int act) {
        super("power lost at act " + act);
    }
}
