package ctl.vm.cli.team;

import ctl.vm.cli.console.Console;
import ctl.vm.cli.console.Session;
import ctl.vm.cli.output.Pluralizer;
import ctl.vm.cli.problem.ProblemText;
import ctl.vm.commandline.Arguments;
import ctl.vm.commandline.Option;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.operation.StopRequest;
import ctl.vm.problem.Problem;
import ctl.vm.team.Follower;
import ctl.vm.team.JoinedRoot;
import ctl.vm.team.Shipper;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** {@code ctl vm team ship}. */
final class ShipTeam {

    static final Option FOLLOW = Option.flag("--follow",
            "With ship: go on until stopped, also while the server is gone.");

    /** What a command leaves behind. */
    static final Option UNTIL_SHIPPED = Option.flag("--until-shipped",
            "With ship: print nothing, and end when nothing is left or an hour was in vain.");

    /** How long a shipment that is on its way is waited for after Ctrl-C: it can be broken off anywhere. */
    private static final int LAST_SECONDS = 2;

    /** Events: what takes a moment shows no progress. */
    private static final long MANY = 2000;

    private ShipTeam() {}

    static int run(Arguments given, Session session, JoinedRoot root) {
        if (given.has(FOLLOW) && given.has(UNTIL_SHIPPED)) {
            throw given.wrong("--follow cannot be used with --until-shipped");
        }
        if (given.has(UNTIL_SHIPPED)) {
            untilStopped(session, stop -> root.finish(stop::isMade, session::joined));
        } else if (given.has(FOLLOW)) {
            follow(session, root);
        } else {
            shipNow(session.console(), root);
        }
        return 0;
    }

    private static void shipNow(Console console, JoinedRoot root) {
        try (Shipper shipper = root.shipper()) {
            Shipper.Position begin = shipper.begin();
            long most = begin.newest() - begin.shipped();
            Shipper.Position end;
            if (most < MANY) {
                end = shipper.ship(_ -> {});
            } else {
                long bytesPerEvent = Math.max(1, root.bytes() / begin.newest());
                console.begin("ship " + Pluralizer.of(most, "event"), new ByteCount(most * bytesPerEvent));
                long[] shown = {begin.shipped()};
                end = shipper.ship(position -> {
                    console.advance((position.shipped() - shown[0]) * bytesPerEvent);
                    shown[0] = position.shipped();
                });
                console.endProgress();
            }
            long count = end.shipped() - begin.shipped();
            console.ok(count == 0
                    ? "%s has every event of this root, up to event %d".formatted(root.serverName(), end.shipped())
                    : "shipped %s to %s, up to event %d".formatted(
                            Pluralizer.of(count, "event"), root.serverName(), end.shipped()));
        }
    }

    private static void follow(Session session, JoinedRoot root) {
        Console console = session.console();
        console.hint("shipping %s to %s as %s; Ctrl-C ends it".formatted(
                session.root(), root.serverName(), root.membership().name()));
        untilStopped(session, stop -> root.follow(stop::isMade,
                () -> console.hint("another process ships this root: waiting for it to end"),
                new Follower.Listener() {
                    @Override
                    public void isGone(Problem problem) {
                        console.warn(ProblemText.message(problem) + "; trying again until it does");
                    }

                    @Override
                    public void isBack() {
                        console.hint("%s answers again".formatted(root.serverName()));
                    }

                    @Override
                    public void isAt(Shipper.Position position) {
                        console.detail("shipped event %d of %d".formatted(position.shipped(), position.newest()));
                    }
                }));
    }

    /** The work is done in a thread of its own: a server that hangs must not keep anybody from stopping it. */
    private static void untilStopped(Session session, Consumer<StopRequest> work) {
        StopRequest stop = session.context().stop();
        var done = new CompletableFuture<Void>();
        stop.heededBy(() -> {
            Thread.ofPlatform().daemon().name("shipping").start(() -> {
                try {
                    work.accept(stop);
                    done.complete(null);
                } catch (RuntimeException | Error failure) {
                    done.completeExceptionally(failure);
                }
            });
            boolean ended = false;
            while (!ended && !stop.isMade()) {
                ended = awaits(done, 200, TimeUnit.MILLISECONDS);
            }
            awaits(done, LAST_SECONDS, TimeUnit.SECONDS);
        });
    }

    private static boolean awaits(CompletableFuture<Void> done, long time, TimeUnit unit) {
        try {
            done.get(time, unit);
            return true;
        } catch (TimeoutException goesOn) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while it ships", interrupted);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(failed.getCause());
        }
    }
}
