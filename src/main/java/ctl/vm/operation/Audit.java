package ctl.vm.operation;

import ctl.vm.inventory.Deed;
import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.Seal;
import ctl.vm.inventory.Selection;
import ctl.vm.journal.Journal;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/** Tells from the journal who did what, when and from where. */
public final class Audit {

    /** Looking costs 50 microseconds: twice a second is nothing, and soon enough. */
    private static final Duration LOOKS_EVERY = Duration.ofMillis(500);

    private final Workbench workbench;

    public Audit(Workbench workbench) {
        this.workbench = workbench;
    }

    /** Hands over the deeds that are asked for. A VM is followed through the names that it has had. */
    public void deeds(Selection selection, Predicate<Deed> wantsMore) {
        workbench.journal().getReady();
        workbench.journal().deeds(selection, wantsMore);
    }

    /**
     * Hands over events as they are recorded, each once and in order, until the reader has enough.
     *
     * @param after number of the last event that the reader has; empty where only what comes is wanted
     * @throws ctl.vm.problem.VmException NoSuchRoot
     */
    public void follow(OptionalLong after, BiPredicate<Recorded, String> wantsMore) {
        // Otherwise a mistyped root would be waited at for ever.
        workbench.store().requireRoot();
        Journal.Feed feed = workbench.journal().feed(after);
        boolean goesOn = true;
        while (goesOn) {
            List<Journal.Feed.Entry> entries = feed.take();
            goesOn = entries.stream().allMatch(entry -> wantsMore.test(entry.recorded(), entry.json()));
            if (entries.isEmpty()) {
                goesOn &= pause();
            }
        }
    }

    private static boolean pause() {
        try {
            Thread.sleep(LOOKS_EVERY);
            return true;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The end of the journal as it is now, to be kept elsewhere. */
    public Seal seal() {
        return workbench.journal().seal();
    }
}
