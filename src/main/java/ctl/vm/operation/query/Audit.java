package ctl.vm.operation.query;

import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.audit.AuditEntry;
import ctl.vm.inventory.audit.AuditFilter;
import ctl.vm.inventory.audit.Seal;
import ctl.vm.inventory.value.SnapshotName;
import ctl.vm.inventory.value.VmName;
import ctl.vm.journal.Journal;
import ctl.vm.operation.DiskFailures;
import ctl.vm.operation.OperationContext;
import ctl.vm.store.PinnedRoot;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/** Tells from the journal who did what, when and from where. */
public final class Audit {

    /** Looking costs 50 microseconds: twice a second is nothing, and soon enough. */
    private static final Duration LOOKS_EVERY = Duration.ofMillis(500);

    private final OperationContext context;

    public Audit(OperationContext context) {
        this.context = context;
    }

    /** Hands over the entries that are asked for. A VM is followed through the names that it has had. */
    public void entries(AuditFilter selection, Predicate<AuditEntry> wantsMore) {
        context.journal().getReady();
        context.journal().entries(selection, wantsMore);
    }

    /** The VMs that can be asked for, there or gone, as far as they can be had in a moment. */
    public Set<VmName> vms() {
        return context.journal().remembered();
    }

    /** The same for the snapshots of a VM. */
    public Set<SnapshotName> snapshots(VmName vm) {
        return context.journal().remembered(vm);
    }

    /**
     * Hands over events as they are recorded, each once and in order, until the reader has enough.
     *
     * @param after number of the last event that the reader has; empty where only what comes is wanted
     * @throws ctl.vm.problem.VmException NoSuchRoot; FolderGone when the root or its journal is no longer the same
     */
    public void follow(OptionalLong after, BiPredicate<Recorded, String> wantsMore) {
        // Otherwise a mistyped root would be waited at for ever.
        context.store().requireRoot();
        DiskFailures.explained(() -> {
            try (PinnedRoot root = context.store().pinJournal()) {
                root.requireSame();
                follow(root, context.journal().feed(after), wantsMore);
            }
        });
    }

    private static void follow(PinnedRoot root, Journal.Feed feed, BiPredicate<Recorded, String> wantsMore) {
        boolean goesOn = true;
        while (goesOn) {
            List<Journal.Feed.Entry> entries = take(root, feed);
            goesOn = entries.stream().allMatch(entry -> wantsMore.test(entry.recorded(), entry.json()));
            if (entries.isEmpty()) {
                goesOn &= pause();
            }
        }
    }

    /** What stands in another journal is not handed over, nor is what is wrong with it reported. */
    private static List<Journal.Feed.Entry> take(PinnedRoot root, Journal.Feed feed) {
        try {
            return feed.take();
        } finally {
            root.requireSame();
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
        return context.journal().seal();
    }
}
