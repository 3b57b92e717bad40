package ctl.vm.reconcile;

import ctl.vm.inventory.drift.Finding;
import ctl.vm.inventory.value.VmName;
import ctl.vm.operation.DiskFailures;
import ctl.vm.operation.OperationContext;
import ctl.vm.problem.Busy;
import ctl.vm.problem.VmException;
import ctl.vm.store.FolderWatch;
import ctl.vm.store.PinnedRoot;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Records what is done by hand as it happens, until it is asked to stop. A notice of the kernel only says when to look,
 * so that a notice that is lost is made up for by the next look, at the latest after the interval.
 *
 * <p>A machine that writes to its image all the time is recorded once an interval. Interrupted operations are left to
 * who began them.
 */
public final class Watch {

    /** Nothing must have happened for so long before we look... */
    private static final Duration QUIET = Duration.ofMillis(500);

    /** ...but we wait for that no longer than this. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

    /** How often we look whether we are to stop. */
    private static final Duration GLANCE = Duration.ofMillis(250);

    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final OperationContext context;
    private final Reconcile everything;
    private final Duration interval;
    private Set<VmName> reported = Set.of();

    /** @param interval after which everything is looked at, whatever happens */
    public Watch(OperationContext context, Reconcile reconcile, Duration interval) {
        this.context = context;
        this.everything = reconcile;
        this.interval = interval;
    }

    /**
     * Returns when it was asked to stop.
     *
     * @param reader is handed what was recorded, and once what is being made
     * @throws VmException FolderGone when the root, its journal or its folder of VMs is no longer the same
     */
    public void run(Consumer<Finding> reader) {
        context.stop().heededBy(() -> DiskFailures.explained(() -> {
            try (PinnedRoot root = context.store().pinAll(); FolderWatch folders = context.store().watchAll()) {
                watch(root, folders, reader);
            }
        }));
    }

    private void watch(PinnedRoot root, FolderWatch folders, Consumer<Finding> reader) {
        boolean wasCovered = true;
        Duration pause = Reconcile.STILL;
        long whole = System.nanoTime() - interval.toNanos();
        while (!context.stop().isMade()) {
            root.requireSame();
            boolean covered = folders.coverAll();
            if (wasCovered && !covered) {
                context.reporter().warn("not every folder can be watched (see fs.inotify.max_user_watches):"
                        + " they are looked at every %d s".formatted(interval.toSeconds()));
            }
            wasCovered = covered;
            boolean isDue = System.nanoTime() - whole >= interval.toNanos();
            if (isDue) {
                whole = System.nanoTime();
            }
            boolean later = reconcile(root, isDue, reader);
            pause = later ? shorter(pause.multipliedBy(2), LONGEST_PAUSE) : Reconcile.STILL;
            Duration rest = interval.minusNanos(System.nanoTime() - whole);
            if (happens(root, folders, later ? shorter(pause, rest) : rest)) {
                awaitQuiet(folders);
            }
        }
    }

    /** @return whether there will be more to record, though nothing happens */
    private boolean reconcile(PinnedRoot root, boolean whole, Consumer<Finding> reader) {
        try {
            Reconcile.Report report = (whole ? everything : everything.ofWhatIsStill()).record();
            report(report.findings(), reader);
            return report.isLaterMore();
        } catch (VmException busy) {
            if (busy.problem() instanceof Busy) {
                return true;
            }
            root.requireSame(); // what went wrong is most likely that
            throw busy;
        } catch (UncheckedIOException failed) {
            root.requireSame();
            throw failed;
        }
    }

    private void report(List<Finding> findings, Consumer<Finding> reader) {
        Set<VmName> beingMade = new HashSet<>();
        for (Finding finding : findings) {
            boolean isRecorded = !finding.events().isEmpty();
            if (isRecorded || !reported.contains(finding.vm())) {
                reader.accept(finding);
            }
            if (!isRecorded) {
                beingMade.add(finding.vm());
            }
        }
        reported = beingMade;
    }

    private boolean happens(PinnedRoot root, FolderWatch folders, Duration atMost) {
        long begin = System.nanoTime();
        while (!context.stop().isMade() && System.nanoTime() - begin < atMost.toNanos()) {
            if (folders.happens(GLANCE)) {
                return true;
            }
            root.requireSame();
        }
        return false;
    }

    private void awaitQuiet(FolderWatch folders) {
        long begin = System.nanoTime();
        while (!context.stop().isMade() && System.nanoTime() - begin < LONGEST_WAIT.toNanos()
                && folders.happens(QUIET)) {
            continue;
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
