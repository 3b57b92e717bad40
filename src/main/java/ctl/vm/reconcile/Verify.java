package ctl.vm.reconcile;

import ctl.vm.inventory.Event;
import ctl.vm.inventory.Folder;
import ctl.vm.inventory.FolderImage;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.Rules;
import ctl.vm.inventory.audit.Seal;
import ctl.vm.inventory.drift.Drift;
import ctl.vm.inventory.drift.Finding;
import ctl.vm.inventory.drift.IntegrityError;
import ctl.vm.inventory.recognition.KnownDigests;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.EntryKind;
import ctl.vm.inventory.value.ImageDigest;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.VmName;
import ctl.vm.journal.ProgressListener;
import ctl.vm.journal.repair.Verification;
import ctl.vm.operation.DiskFailures;
import ctl.vm.operation.OperationContext;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * Checks the journal, the folder against the journal and, where it is asked for, what the images hold. Changes nothing,
 * unless it is to record what images hold that have no digest: that is an event for each, appended when all has been
 * checked.
 */
public final class Verify {

    private final BiFunction<Optional<Seal>, ProgressListener, Verification.Report> verification;
    private final OperationContext context;

    /** @param verification {@link Verification#run} for the journal, with what the journal is to extend */
    public Verify(BiFunction<Optional<Seal>, ProgressListener, Verification.Report> verification,
            OperationContext context) {
        this.verification = verification;
        this.context = context;
    }

    /**
     * What was found.
     *
     * @param events how many events of the journal can be relied on
     * @param errors what is wrong with the journal
     * @param drift what differs between journal and folder
     * @param interrupted operations at whose VMs something was changed by hand
     * @param images what the images hold; none where that was not asked for
     */
    public record Report(long events, List<IntegrityError> errors, List<Finding> drift,
            List<InterruptedChanges.Outlook> interrupted, List<Image> images) {

        /** Whether everything that was checked is right. */
        public boolean isClean() {
            return errors.isEmpty() && drift.isEmpty() && interrupted.isEmpty()
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
        UNKNOWN,
        /** It was digested now, and the journal has that. */
        RECORDED
    }

    /** An image that was looked into. @param event number of the event that tells its digest, where there is one */
    public record Image(VmName vm, ImageName name, Content state, Optional<Long> event) {

        Image recorded() {
            return new Image(vm, name, Content.RECORDED, event);
        }
    }

    /**
     * @param names VMs of which the folder is checked; all where it is empty. The journal is always checked as a whole
     * @param deep whether images are read
     * @param record whether the journal gets the digests of images that have none, or none of what they are now
     * @param seal what the journal is to extend
     * @throws ctl.vm.problem.VmException NoSuchVm where neither journal nor folder have such a VM
     */
    public Report run(List<VmName> names, boolean deep, boolean record, Optional<Seal> seal) {
        return DiskFailures.explained(() -> look(names, deep, record, seal));
    }

    private Report look(List<VmName> names, boolean deep, boolean record, Optional<Seal> seal) {
        Verification.Report journal = verification.apply(seal, context.reporter());
        Folder folder = context.store().glanceAtAll();
        names.stream()
                .filter(name -> journal.inventory().vm(name).isEmpty())
                .forEach(name -> Rules.existing(name, folder));
        Set<VmName> wanted = new HashSet<>(names);
        List<Finding> drift = new ArrayList<>(
                Drift.between(journal.inventory(), folder, journal.inventory().busy()));
        drift.removeIf(finding -> !wanted.isEmpty() && !wanted.contains(finding.vm()));
        List<InterruptedChanges.Outlook> interrupted = interrupted(journal, folder, wanted);
        List<FolderVm> vms = folder.vms().values().stream()
                .filter(vm -> wanted.isEmpty() || wanted.contains(vm.name()))
                .toList();
        if (!deep) {
            return new Report(journal.events(), journal.errors(), drift, interrupted, List.of());
        }
        boolean records = record && journal.errors().isEmpty();
        if (record && !records) {
            context.reporter().warn("no digests are recorded: the journal is to be put right before");
        }
        List<Image> images = images(vms, journal.digests(), journal.inventory(), records);
        return new Report(journal.events(), journal.errors(), drift, interrupted, images);
    }

    /** A journal that is damaged is not asked what its operations have done. */
    private List<InterruptedChanges.Outlook> interrupted(Verification.Report journal, Folder folder,
            Set<VmName> wanted) {
        return !journal.errors().isEmpty() || journal.inventory().open().isEmpty()
                ? List.of()
                : new InterruptedChanges(context).of(journal.inventory(), folder).stream()
                        .filter(outlook -> outlook.changes().stream()
                                .anyMatch(change -> wanted.isEmpty() || wanted.contains(change.vm())))
                        .toList();
    }

    private List<Image> images(List<FolderVm> vms, KnownDigests digests, Inventory inventory, boolean record) {
        List<Look> looks = new ArrayList<>();
        for (FolderVm vm : vms) {
            for (FolderImage image : vm.images()) {
                if (image.kind() == EntryKind.FILE) {
                    looks.add(look(vm.name(), image, digests.of(vm.name(), image.name()), inventory, record));
                }
            }
        }
        context.reporter().expect(looks.stream().filter(Look::isRead).map(this::data)
                .reduce(ByteCount.ZERO, ByteCount::plus));
        var digested = new DigestRecorder(context);
        List<Image> images = new ArrayList<>();
        looks.forEach(look -> images.add(image(look, digested)));
        Set<Event.ImageDigested> recorded = digested.record();
        return images.stream().map(image -> DigestRecorder.isAbout(image, recorded) ? image.recorded() : image)
                .toList();
    }

    /** An image that is to be looked into. @param isNew whether it is to get a digest */
    private record Look(VmName vm, FolderImage image, Optional<KnownDigests.Known> known, boolean isNew) {

        boolean isAsThen() {
            return known.filter(then -> image.facts().looksLike(then.image())).isPresent();
        }

        boolean isRead() {
            return isNew || isAsThen();
        }
    }

    /** What the journal does not know yet, or knows otherwise, is for a reconcile before. */
    private static Look look(VmName vm, FolderImage image, Optional<KnownDigests.Known> known, Inventory inventory,
            boolean record) {
        boolean isInJournal = inventory.vm(vm).flatMap(there -> there.image(image.name()))
                .filter(image.facts()::looksLike).isPresent();
        Look look = new Look(vm, image, known, false);
        return record && isInJournal && !look.isAsThen() && !inventory.busy().contains(vm)
                ? new Look(vm, image, known, true)
                : look;
    }

    private ByteCount data(Look look) {
        return context.store().data(context.store().path(look.vm(), look.image().name()), 0);
    }

    private Image image(Look look, DigestRecorder recorder) {
        if (look.isNew()) {
            begin(look);
            recorder.digest(look.vm(), look.image());
        }
        Content state = look.isAsThen()
                ? content(look)
                : look.known().isPresent() ? Content.CHANGED_SINCE : Content.UNKNOWN;
        return new Image(look.vm(), look.image().name(), state, look.known().map(KnownDigests.Known::event));
    }

    private Content content(Look look) {
        begin(look);
        ImageDigest now = context.packages().digest(
                look.image().name(), context.store().path(look.vm(), look.image().name()),
                context.reporter()::advance);
        return now.equals(look.known().orElseThrow().digest()) ? Content.SAME : Content.DAMAGED;
    }

    private void begin(Look look) {
        context.reporter().begin("read %s: %s".formatted(look.vm(), look.image().name()), data(look));
    }
}
