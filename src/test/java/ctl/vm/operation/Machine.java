package ctl.vm.operation;

import ctl.vm.inventory.Actor;
import ctl.vm.inventory.Sample;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;

/** A machine whose time goes on as a test says. Each command is a process that has just started. */
public final class Machine {

    private Instant time = Sample.NOON;
    private Duration up = Duration.ofMinutes(5);
    private int boots = 1;

    /** Time goes by; a suspended machine counts it as well. */
    public void runs(Duration passed) {
        time = time.plus(passed);
        up = up.plus(passed);
    }

    /** Another time is set; none goes by. */
    public void clockJumps(Duration ahead) {
        time = time.plus(ahead);
    }

    /** The machine is off for a while, and boots again. */
    public void boots(Duration off) {
        time = time.plus(off);
        up = Duration.ofMinutes(1);
        boots++;
    }

    public Clock clock() {
        return ((InstantSource) () -> time).withZone(ZoneOffset.UTC);
    }

    public Uptime uptime() {
        return new Uptime("boot-" + boots, up);
    }

    Actor actor() {
        Actor ada = Sample.actor();
        return new Actor(ada.user(), ada.uid(), ada.loginUid(), ada.sudoUser(), ada.host(),
                new Actor.ProcessIdentity(42, up.toMillis() / 10, "boot-" + boots), ada.terminal(),
                ada.workingFolder(), ada.commandLine());
    }
}
