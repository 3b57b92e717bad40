package ctl.vm.reconcile;

import ctl.vm.inventory.Folder;
import ctl.vm.inventory.FolderImage;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.drift.Drift;
import ctl.vm.inventory.drift.Finding;
import ctl.vm.inventory.drift.Incomplete;
import ctl.vm.inventory.drift.Warning;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.VmName;
import ctl.vm.operation.DiskFailures;
import ctl.vm.operation.OperationContext;
import ctl.vm.operation.query.Orphans;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Brings the journal up to what stands in the folder. It changes nothing in the folder: adopting what was made by hand
 * is an event and nothing else.
 *
 * <p>VMs that an operation works on are left alone, and so is a VM that another process seems to be copying still.
 */
public final class Reconcile {

    private final OperationContext context;
    private final boolean deep;
    private final boolean onlyStill;

    /** How long no process may have written to an image before it counts as unchanged. */
    static final Duration STILL = Duration.ofSeconds(2);

    private static final Duration BETWEEN_GLANCES = Duration.ofMillis(200);

    /** @param deep whether whole images are compared to find out what a new VM is a copy of, rather than samples */
    public Reconcile(OperationContext context, boolean deep) {
        this.context = context;
        this.deep = deep;
        this.onlyStill = false;
    }

    private Reconcile(Reconcile other, boolean onlyStill) {
        this.context = other.context;
        this.deep = other.deep;
        this.onlyStill = onlyStill;
    }

    /** The same that leaves out what is just being written to: it would have to be recorded again in a moment. */
    Reconcile ofWhatIsStill() {
        return new Reconcile(this, true);
    }

    /**
     * What was found.
     *
     * @param findings in the order in which they are recorded, where they are
     * @param interrupted what was done by hand at VMs of interrupted operations: it is not recorded
     * @param isLaterMore whether something was left out, or is left unrecorded, because it is being written to
     */
    public record Report(
            List<Finding> findings, List<InterruptedChanges.Outlook> interrupted, List<Warning> warnings,
            boolean isLaterMore) {

        /** Whether journal and folder agree. */
        public boolean isClean() {
            return findings.isEmpty() && interrupted.stream().allMatch(outlook -> outlook.changes().isEmpty());
        }

        /** New VMs that are left for the next time, as they are not complete. */
        List<Finding.VmBeingMade> copies() {
            return findings.stream()
                    .flatMap(finding -> finding instanceof Finding.VmBeingMade made ? Stream.of(made) : Stream.empty())
                    .toList();
        }

        boolean hasEvents() {
            return findings.stream().anyMatch(finding -> !finding.events().isEmpty());
        }
    }

    /** Finds the differences between journal and folder, and changes nothing. */
    public Report look() {
        return DiskFailures.explained(() -> {
            Inventory inventory = context.journal().inventory();
            var classifier = new NewVmClassifier(context, inventory, deep);
            return report(inventory, look(inventory), classifier::of, classifier::of);
        });
    }

    /**
     * Records the differences. What a new VM is a copy of, and whether it is whole, was found out before; all else is
     * looked at once more while no other process can append. A new VM that has changed meanwhile is not whole.
     *
     * @return what was recorded, or left for the next time
     */
    public Report record() {
        return record(Duration.ZERO);
    }

    /**
     * As {@link #record()}, but waits before for new VMs that other processes are still making.
     *
     * @param patience how long at the most
     */
    public Report record(Duration patience) {
        Report found = look();
        Report before = awaitCopies(found, patience) ? look() : found;
        if (!before.hasEvents()) {
            return before;
        }
        Map<VmName, Finding> judged = new HashMap<>();
        before.findings().stream().filter(Reconcile::isOfAWholeVm)
                .forEach(finding -> judged.put(finding.vm(), finding));
        return DiskFailures.explained(() -> context.journal().writeSession(() -> append(judged, before.findings())));
    }

    /** @return whether it has waited */
    private boolean awaitCopies(Report found, Duration patience) {
        var detector = new CopyInProgressDetector(context, context.journal().inventory());
        long begunNanos = System.nanoTime();
        boolean hasWaited = false;
        List<Finding.VmBeingMade> made = found.copies().stream().filter(detector::mayEndSoon).toList();
        while (!made.isEmpty() && System.nanoTime() - begunNanos < patience.toNanos()) {
            context.reporter().begin(waiting(made.getFirst()), ByteCount.ZERO);
            pause(BETWEEN_GLANCES);
            hasWaited = true;
            List<VmName> names = made.stream().map(Finding::vm).toList();
            made = DiskFailures.explained(() -> stillMade(detector, names));
        }
        return hasWaited;
    }

    private List<Finding.VmBeingMade> stillMade(CopyInProgressDetector detector, List<VmName> names) {
        return detector.of(List.copyOf(context.store().glance(names).vms().values())).values().stream()
                .filter(detector::mayEndSoon)
                .toList();
    }

    private static String waiting(Finding.VmBeingMade made) {
        return made.why().process().map(process -> "wait for %s, which %s is making".formatted(made.vm(), process))
                .orElseGet(() -> "wait for %s to be complete".formatted(made.vm()));
    }

    static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException("our threads are never interrupted", stopped);
        }
    }

    private Report append(Map<VmName, Finding> judged, List<Finding> before) {
        OperationId id = context.newOperationInSession();
        Inventory inventory = context.journal().inventory();
        Report report = report(
                inventory, look(inventory), vms -> vms.stream().map(vm -> asBefore(vm, inventory, judged)).toList(),
                finding -> before.stream().filter(judgedImage -> isTheSame(judgedImage, finding)).findFirst()
                        .orElse(finding));
        report.findings().forEach(
                finding -> finding.events().forEach(event -> context.journal().append(id, event)));
        return report;
    }

    private static Finding asBefore(FolderVm vm, Inventory inventory, Map<VmName, Finding> judged) {
        return switch (judged.get(vm.name())) {
            case Finding.VmAppeared appeared when vm.isUnchangedFrom(appeared.found()) -> appeared;
            case Finding.VmRestored restored when vm.isUnchangedFrom(restored.found())
                    && !NewVmClassifier.isThere(restored.former(), inventory) ->
                restored;
            case null, default -> new Finding.VmBeingMade(vm, Optional.empty(), new Incomplete.Changing());
        };
    }

    /** Whether a finding of before is about the same image, in the same states of journal and folder. */
    private static boolean isTheSame(Finding before, Finding now) {
        return switch (before) {
            case Finding.ImageChanged judged when now instanceof Finding.ImageChanged changed ->
                judged.vm().equals(changed.vm()) && judged.before().equals(changed.before())
                        && judged.now().isUnchangedFrom(changed.now());
            case Finding.ImageRestored judged when now instanceof Finding.ImageChanged changed ->
                judged.vm().equals(changed.vm()) && Optional.of(judged.before()).equals(changed.before())
                        && judged.now().isUnchangedFrom(changed.now());
            case Finding.SnapshotAppeared judged when now instanceof Finding.SnapshotAppeared appeared ->
                judged.vm().equals(appeared.vm()) && judged.snapshot().isUnchangedFrom(appeared.snapshot());
            case Finding.SnapshotRenamed judged when now instanceof Finding.SnapshotRenamed renamed ->
                judged.vm().equals(renamed.vm()) && judged.from().equals(renamed.from())
                        && judged.to().isUnchangedFrom(renamed.to());
            default -> false;
        };
    }

    /** A look at everything; a closer one at what is not as the journal has it. */
    private Folder look(Inventory inventory) {
        if (deep) {
            return context.store().lookAtAll();
        }
        Folder folder = context.store().glanceAtAll();
        return Drift.isPlainlyNone(inventory, folder, true)
                ? folder
                : context.store().closer(folder, vm -> !Drift.isPlainlyNone(inventory, vm));
    }

    private Report report(Inventory inventory, Folder folder, Function<List<FolderVm>, List<Finding>> judge,
            UnaryOperator<Finding> judgeImage) {
        List<Finding> findings = new ArrayList<>();
        List<FolderVm> come = new ArrayList<>();
        boolean later = false;
        List<InterruptedChanges.Outlook> interrupted = inventory.open().isEmpty()
                ? List.of()
                : new InterruptedChanges(context).of(inventory, folder);
        Set<VmName> left = interrupted.stream().flatMap(outlook -> outlook.changes().stream()).map(Finding::vm)
                .collect(Collectors.toSet());
        for (Finding finding : Drift.between(inventory, folder, inventory.busy())) {
            boolean leftOut = onlyStill && isBeingWritten(finding);
            if (finding instanceof Finding.VmAppeared appeared) {
                // Not the VM of an interrupted operation under another name.
                if (!left.contains(appeared.vm())) {
                    come.add(appeared.found());
                }
            } else if (!leftOut) {
                findings.add(judgeImage.apply(finding));
            }
            later |= leftOut;
        }
        List<Finding> judged = judge.apply(come);
        // Changes within VMs are reported last, as they are found.
        int place = (int) findings.stream().filter(Reconcile::isOfAWholeVm).count();
        findings.addAll(place, judged);
        later |= judged.stream().anyMatch(Finding.VmBeingMade.class::isInstance);
        return new Report(findings, interrupted, Warning.about(folder, new Orphans(context).all()), later);
    }

    private static boolean isOfAWholeVm(Finding finding) {
        return switch (finding) {
            case Finding.VmAppeared _, Finding.VmBeingMade _, Finding.VmRestored _, Finding.VmVanished _,
                    Finding.VmMisnamed _, Finding.VmMoved _ -> true;
            case Finding.SnapshotAppeared _, Finding.SnapshotRenamed _, Finding.ImageVanished _, Finding.ImageChanged _,
                    Finding.ImageRestored _ -> false;
        };
    }

    private boolean isBeingWritten(Finding finding) {
        return switch (finding) {
            case Finding.SnapshotAppeared appeared -> isBeingWritten(appeared.snapshot());
            case Finding.SnapshotRenamed renamed -> isBeingWritten(renamed.to());
            case Finding.ImageChanged changed -> isBeingWritten(changed.now());
            case Finding.ImageRestored restored -> isBeingWritten(restored.now());
            case Finding.VmAppeared _, Finding.VmBeingMade _, Finding.VmRestored _, Finding.VmVanished _, Finding.VmMisnamed _,
                    Finding.VmMoved _, Finding.ImageVanished _ -> false;
        };
    }

    private boolean isBeingWritten(FolderImage image) {
        Instant now = context.clock().instant();
        return image.modified().isAfter(now.minus(STILL)) && !image.modified().isAfter(now.plus(STILL));
    }
}
