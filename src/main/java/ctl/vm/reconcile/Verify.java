package ctl.vm.reconcile;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import ctl.vm.inventory.ByteCount;
import ctl.vm.inventory.Drift;
import ctl.vm.inventory.EntryKind;
import ctl.vm.inventory.Finding;
import ctl.vm.inventory.Flaw;
import ctl.vm.inventory.Folder;
import ctl.vm.inventory.FolderImage;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.ImageDigest;
import ctl.vm.inventory.ImageName;
import ctl.vm.inventory.KnownDigests;
import ctl.vm.inventory.Layout;
import ctl.vm.inventory.Rules;
import ctl.vm.inventory.Seal;
import ctl.vm.inventory.VmName;
import ctl.vm.journal.Verification;
import ctl.vm.operation.DiskFailures;
import ctl.vm.operation.Workbench;

/** Checks the journal, the folder against the journal and, where it is asked for, what the images hold. Changes nothing. */
public final class Verify {

    private final Layout layout;
    private final Duration patience;
    private final Workbench workbench;

    /** @param patience how long to wait for a process that has the journal open */
    public Verify(Layout layout, Duration patience, Workbench workbench) {
        this.layout = layout;
        this.patience = patience;
        this.workbench = workbench;
    }

    /**
     * What was found.
     *
     * @param events how many events of the journal can be relied on
     * @param flaws what is wrong with the journal
     * @param drift what differs between journal and folder
     * @param images what the images hold; none where nobody asked for that
     */
    public record Report(long events, List<Flaw> flaws, List<Finding> drift, List<Image> images) {

        /** Whether everything that was checked is right. */
        public boolean isClean() {
            return flaws.isEmpty() && drift.isEmpty()
                    && images.stream().noneMatch(image -> image.state() == Content.DAMAGED);
        }
    }

    /** How the content of an image stands to the newest digest that the journal has of it. */
    public enum Content {
        /** It is what was digested. */
        SAME,
        /** It is something else, although size and time are those that it was digested with. */
        DAMAGED,
        /** It was written to since, or copied by hand: its size or time are others. */
        CHANGED_SINCE,
        /** It was never digested. */
        UNKNOWN
    }

    /** An image that was looked into. @param event number of the event that tells its digest, where there is one */
    public record Image(VmName vm, ImageName name, Content state, Optional<Long> event) {}

    /**
     * @param names VMs of which the folder is checked; all where it is empty. The journal is always checked as a whole
     * @param deep whether images are read
     * @param seal what the journal is to extend
     * @throws ctl.vm.problem.VmException NoSuchVm where neither journal nor folder have such a VM
     */
    public Report run(List<VmName> names, boolean deep, Optional<Seal> seal) {
        Report[] report = new Report[1];
        DiskFailures.explained(() -> report[0] = look(names, deep, seal));
        return report[0];
    }

    private Report look(List<VmName> names, boolean deep, Optional<Seal> seal) {
        Verification.Report journal = Verification.run(layout, patience, seal, new Told(workbench.narrator()));
        Folder folder = workbench.store().glanceAtAll();
        names.stream()
                .filter(name -> journal.inventory().vm(name).isEmpty())
                .forEach(name -> Rules.existing(name, folder));
        Set<VmName> wanted = new HashSet<>(names);
        List<Finding> drift = new ArrayList<>(
                Drift.between(journal.inventory(), folder, journal.inventory().busy()));
        drift.removeIf(finding -> !wanted.isEmpty() && !wanted.contains(finding.vm()));
        List<FolderVm> vms = folder.vms().values().stream()
                .filter(vm -> wanted.isEmpty() || wanted.contains(vm.name()))
                .toList();
        return new Report(journal.events(), journal.flaws(), drift, deep ? images(vms, journal.digests()) : List.of());
    }

    private List<Image> images(List<FolderVm> vms, KnownDigests digests) {
        workbench.narrator().expect(readable(vms, digests));
        List<Image> images = new ArrayList<>();
        for (FolderVm vm : vms) {
            for (FolderImage image : vm.images()) {
                if (image.kind() == EntryKind.FILE) {
                    images.add(image(vm.name(), image, digests.of(vm.name(), image.name())));
                }
            }
        }
        return images;
    }

    private ByteCount readable(List<FolderVm> vms, KnownDigests digests) {
        ByteCount sum = ByteCount.ZERO;
        for (FolderVm vm : vms) {
            for (FolderImage image : vm.images()) {
                if (digests.of(vm.name(), image.name()).filter(known -> isAsThen(image, known)).isPresent()) {
                    sum = sum.plus(workbench.store().data(workbench.store().path(vm.name(), image.name()), 0));
                }
            }
        }
        return sum;
    }

    private Image image(VmName vm, FolderImage image, Optional<KnownDigests.Known> known) {
        Content state = known.map(then -> isAsThen(image, then)
                ? content(vm, image, then)
                : Content.CHANGED_SINCE).orElse(Content.UNKNOWN);
        return new Image(vm, image.name(), state, known.map(KnownDigests.Known::event));
    }

    private static boolean isAsThen(FolderImage image, KnownDigests.Known then) {
        return image.facts().looksLike(then.image());
    }

    private Content content(VmName vm, FolderImage image, KnownDigests.Known then) {
        var path = workbench.store().path(vm, image.name());
        workbench.narrator().begin("read %s: %s".formatted(vm, image.name()), workbench.store().data(path, 0));
        ImageDigest now = workbench.packages().digest(image.name(), path, workbench.narrator()::advance);
        return now.equals(then.digest()) ? Content.SAME : Content.DAMAGED;
    }
}
