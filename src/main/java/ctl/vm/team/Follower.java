package ctl.vm.team;

import ctl.vm.postgres.PostgresServer;
import ctl.vm.problem.Problem;
import ctl.vm.problem.VmException;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * Ships the events of a root as they come, also after the server was gone for a while.
 *
 * <p>While there is nothing to ship it looks at the mirror five times a second, which costs one look at a file, and
 * gives its connection back after a while: a server has fewer connections than a team may have hosts.
 */
public final class Follower {

    private static final Duration GLANCE = Duration.ofMillis(200);

    /** A connection without use is kept for so long. */
    private static final Duration IDLE = Duration.ofSeconds(10);

    /** How often the server is told that a root is there that records nothing. */
    private static final Duration SIGN_OF_LIFE = Duration.ofMinutes(1);

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final Shipper shipper;
    private final Terms terms;
    private final BooleanSupplier isStopped;
    private final Listener listener;
    private final LongSupplier nanoTime;
    private final RandomGenerator random;
    private long lastSuccess;
    private boolean hasGivenUp;

    /**
     * When it ends by itself.
     *
     * @param linger it ends when there was nothing to ship for so long
     * @param patience it ends when nothing could be shipped for so long
     * @param isPassing what it tries again after
     */
    public record Terms(Duration linger, Duration patience, Predicate<Problem> isPassing) {

        private static final Duration NEVER = Duration.ofNanos(Long.MAX_VALUE);

        /** Until it is stopped, or meets what only a person can solve. */
        public static final Terms UNTIL_STOPPED = new Terms(NEVER, NEVER, PostgresServer::mayPass);

        /**
         * Until all is shipped. A copy records how far it is every five seconds, and nobody is there to be told of a
         * problem.
         */
        public static final Terms UNTIL_DONE = new Terms(Duration.ofSeconds(6), Duration.ofHours(1), _ -> true);
    }

    /** Is told what happens. */
    public interface Listener {

        /** Nobody. */
        Listener NONE = new Listener() {
            @Override
            public void isGone(Problem problem) {
                // Nobody is there to read it: the status of the team says it to who asks.
            }

            @Override
            public void isBack() {
                // As above.
            }

            @Override
            public void isAt(Shipper.Position position) {
                // As above.
            }
        };

        /** The server does not answer, or not as it should: it is tried again. Said once, until it is back. */
        void isGone(Problem problem);

        /** The server answers again. */
        void isBack();

        /** Something was shipped. */
        void isAt(Shipper.Position position);
    }

    /**
     * @param isStopped asked several times a second
     * @param nanoTime a clock that nobody sets, and that goes on while the machine is suspended
     */
    public Follower(Shipper shipper, Terms terms, BooleanSupplier isStopped, Listener listener, LongSupplier nanoTime,
            RandomGenerator random) {
        this.shipper = shipper;
        this.terms = terms;
        this.isStopped = isStopped;
        this.listener = listener;
        this.nanoTime = nanoTime;
        this.random = random;
    }

    /** Returns when it was stopped, or when its terms say so. @throws VmException what is not to be tried again */
    public void run() {
        lastSuccess = nanoTime.getAsLong();
        Duration pause = FIRST_PAUSE;
        boolean isGone = false;
        boolean goesOn = true;
        while (goesOn && !isStopped.getAsBoolean()) {
            try {
                shipper.giveSignOfLife(listener::isAt);
                lastSuccess = nanoTime.getAsLong();
                if (isGone) {
                    listener.isBack();
                }
                isGone = false;
                pause = FIRST_PAUSE;
                goesOn = followWhileAllIsWell();
            } catch (VmException failure) {
                if (!terms.isPassing().test(failure.problem())) {
                    throw failure;
                }
                if (!isGone) {
                    listener.isGone(failure.problem());
                }
                isGone = true;
                hasGivenUp = isOver(patience(failure.problem()), lastSuccess);
                goesOn = !hasGivenUp;
                if (goesOn) {
                    sleep(withJitter(pause));
                }
                pause = shorter(pause.multipliedBy(2), LONGEST_PAUSE);
            }
        }
        shipper.disconnect();
    }

    /** Whether something was recorded that is not shipped, after it has ended because all was. */
    boolean hasMore() {
        return !hasGivenUp && !isStopped.getAsBoolean() && shipper.hasMore();
    }

    /** @return whether it is to go on, with a sign of life */
    private boolean followWhileAllIsWell() {
        long lastTalk = nanoTime.getAsLong();
        while (!isStopped.getAsBoolean()) {
            if (shipper.hasMore()) {
                shipper.ship(listener::isAt);
                lastSuccess = nanoTime.getAsLong();
                lastTalk = lastSuccess;
            }
            if (isOver(terms.linger(), lastSuccess)) {
                return false;
            }
            if (isOver(IDLE, lastTalk)) {
                shipper.disconnect();
            }
            if (isOver(SIGN_OF_LIFE, lastTalk)) {
                return true;
            }
            sleep(GLANCE);
        }
        return false;
    }

    /** What only a person can solve is not waited for: who solves it starts another process. */
    private Duration patience(Problem problem) {
        return PostgresServer.mayPass(problem) ? terms.patience() : shorter(terms.patience(), LONGEST_PAUSE);
    }

    private boolean isOver(Duration time, long since) {
        return nanoTime.getAsLong() - since >= time.toNanos();
    }

    /** Hosts that lost their server in one moment must not come back in one moment. */
    private Duration withJitter(Duration pause) {
        return pause.dividedBy(2).plusMillis(random.nextLong(pause.toMillis() / 2));
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** Sleeps, unless it is stopped meanwhile. */
    private void sleep(Duration time) {
        long begin = nanoTime.getAsLong();
        while (!isStopped.getAsBoolean() && !isOver(time, begin)) {
            try {
                Thread.sleep(shorter(time, GLANCE));
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while it follows", interrupted);
            }
        }
    }
}
