package ctl.vm.operation.query;

import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.Retention;
import ctl.vm.inventory.audit.AuditEntry;
import ctl.vm.inventory.audit.AuditFilter;
import ctl.vm.operation.OperationContext;
import ctl.vm.operation.Uptime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Decides whether the trash has kept something long enough: for the time that was recorded when it came there.
 *
 * <p>Within one boot of the machine, the clock that no one can set decides alone. After a boot, the wall clock decides,
 * and only with a witness: an entry of the journal whose time is past the end, that is an hour old, and after which the
 * clock did not go back. So a clock that was set, or is wrong until the network corrects it, frees nothing:
 * {@code docs/decisions/0064-trash-expiry.md}.
 */
final class TrashExpiry {

    /** How old a witness has to be. */
    private static final Duration CONFIRMATION = Duration.ofHours(1);

    /** A machine that was off for longer than this may have a wrong clock. */
    private static final Duration UNUSUAL_GAP = Duration.ofDays(7);

    /** The newest of them tell enough. */
    private static final int MOST_ENTRIES = 1000;

    private static final int TICKS_PER_SECOND = 100;

    private final OperationContext context;
    private final Instant now;
    private final Uptime machine;

    TrashExpiry(OperationContext context) {
        this.context = context;
        this.now = context.clock().instant();
        this.machine = context.machine().get();
    }

    enum Verdict {
        KEPT,
        /** The wall clock says that its time is over, and nothing confirms that yet. */
        UNCONFIRMED,
        EXPIRED
    }

    /** @param left until it need not be kept any longer; zero when that is so by the clock that decides */
    record State(Verdict verdict, Duration left) {}

    /** How long the trash keeps it, in all. Older programs did not record that: then what is set now holds. */
    Duration period(AuditEntry deletion) {
        return deletion.latest().event().retention().map(Retention::period)
                .orElseGet(() -> context.keep().time());
    }

    /** When its time is over, by the wall clock as it is now. */
    Instant end(AuditEntry deletion) {
        Instant recorded = deletion.latest().time().plus(period(deletion));
        Instant end = now.plus(of(deletion).left());
        boolean isSame = Duration.between(recorded, end).abs().compareTo(Duration.ofMinutes(1)) < 0;
        return isSame || !end.isAfter(now) ? recorded : end;
    }

    State of(AuditEntry deletion) {
        Duration period = period(deletion);
        Optional<Duration> passed = passedInThisBoot(deletion.latest());
        if (passed.isPresent()) {
            Duration left = period.minus(passed.get());
            return left.isPositive() ? new State(Verdict.KEPT, left) : new State(Verdict.EXPIRED, Duration.ZERO);
        }
        Instant end = deletion.latest().time().plus(period);
        return now.isBefore(end)
                ? new State(Verdict.KEPT, Duration.between(now, end))
                : new State(isConfirmed(deletion, end) ? Verdict.EXPIRED : Verdict.UNCONFIRMED, Duration.ZERO);
    }

    /**
     * What is to be said of the clock, where it looks as if it had been set: once, as the first entry of the journal in
     * the new time is there the next time.
     */
    Optional<String> doubt(AuditEntry deletion) {
        Instant end = deletion.latest().time().plus(period(deletion));
        boolean isOverByTheClock = !now.isBefore(end) && of(deletion).verdict() != Verdict.EXPIRED;
        if (!isOverByTheClock || entriesAfter(deletion.latest(), end, Instant.MAX).findAny().isPresent()) {
            return Optional.empty();
        }
        Duration passed = Duration.between(deletion.latest().time(), now);
        Optional<Duration> sure = passedInThisBoot(deletion.latest());
        boolean isUnusual = sure.isPresent()
                ? passed.minus(sure.get()).compareTo(CONFIRMATION) > 0
                : Duration.between(newestBefore(end).orElse(now), now).compareTo(UNUSUAL_GAP) > 0;
        return isUnusual
                ? Optional.of(
                        "the clock may be wrong: by it, the trash would have to be freed now, and nothing else shows that so "
                                + "much time has passed; " + (sure.isPresent()
                                        ? "the trash goes by the time that the machine has run"
                                        : "the trash is kept until a command in an hour or later finds the same time"))
                : Optional.empty();
    }

    /** By the clock that no one can set. Empty where the machine was booted since, or it was another machine. */
    private Optional<Duration> passedInThisBoot(Recorded deleted) {
        boolean isThisBoot = !machine.bootId().isEmpty()
                && deleted.actor().process().bootId().equals(machine.bootId());
        Duration then = deleted.event().retention().map(Retention::uptime).orElseGet(() -> startedAt(deleted));
        return isThisBoot
                ? Optional.of(machine.time().minus(then)).filter(passed -> !passed.isNegative())
                : Optional.empty();
    }

    private static Duration startedAt(Recorded recorded) {
        return Duration.ofMillis(recorded.actor().process().startTicks() * (1000 / TICKS_PER_SECOND));
    }

    /** The last of the witnesses is asked: where the clock went back after it, it was wrong. */
    private boolean isConfirmed(AuditEntry deletion, Instant end) {
        return entriesAfter(deletion.latest(), end, now.minus(CONFIRMATION))
                .filter(this::isOld)
                .max(Comparator.comparingLong(Recorded::sequence))
                .filter(witness -> entriesAfter(witness, deletion.latest().time(), witness.time()).findAny().isEmpty())
                .isPresent();
    }

    /** What began after an event, with a time in this range. */
    private Stream<Recorded> entriesAfter(Recorded event, Instant from, Instant until) {
        List<Recorded> found = new ArrayList<>();
        if (from.isBefore(until)) {
            context.journal().entries(filter(Optional.of(from), until, MOST_ENTRIES), entry -> {
                found.add(entry.beginning());
                return true;
            });
        }
        return found.stream().filter(one -> one.sequence() > event.sequence());
    }

    /** In this boot it can be told; the time of another one was that of a machine that was started once more since. */
    private boolean isOld(Recorded witness) {
        return !witness.actor().process().bootId().equals(machine.bootId())
                || machine.time().minus(startedAt(witness)).compareTo(CONFIRMATION) >= 0;
    }

    private Optional<Instant> newestBefore(Instant time) {
        Instant[] newest = new Instant[1];
        context.journal().entries(filter(Optional.empty(), time, 1), entry -> {
            newest[0] = entry.latest().time();
            return false;
        });
        return Optional.ofNullable(newest[0]);
    }

    /** The newest of them. */
    private static AuditFilter filter(Optional<Instant> from, Instant until, long limit) {
        return new AuditFilter(Optional.empty(), Optional.empty(), Set.of(), Optional.empty(), Set.of(), false, from,
                Optional.of(until).filter(time -> time.isBefore(Instant.MAX)), true, limit);
    }
}
