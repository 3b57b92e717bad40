package ctl.vm.reconcile;

import ctl.vm.inventory.Event;
import ctl.vm.inventory.FolderImage;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.ImageFacts;
import ctl.vm.inventory.value.ImageDigest;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.VmName;
import ctl.vm.operation.DiskFailures;
import ctl.vm.operation.OperationContext;
import ctl.vm.problem.Failure;
import ctl.vm.problem.VmException;
import ctl.vm.store.ImageWatch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Digests images that the journal has no digest of, and records what it has found, all at once at the end.
 *
 * <p>A digest is worth something only of an image that no process changes: one that a process has open for writing is
 * passed over, and so is one that was another file, or had another size or time, before, while or after it was read.
 */
final class DigestRecorder {

    private final OperationContext context;
    private final List<Event.ImageDigested> digested = new ArrayList<>();

    DigestRecorder(OperationContext context) {
        this.context = context;
    }

    /** Reads an image. Where that would tell nothing, a warning says why. */
    void digest(VmName vm, FolderImage image) {
        Path path = context.store().path(vm, image.name());
        try (ImageWatch watch = context.store().watch(path)) {
            Optional<String> writer = watch.writer();
            if (writer.isPresent()) {
                passOver(vm, image, "%s has it open for writing".formatted(writer.get()));
                return;
            }
            ImageDigest digest = context.packages().digest(image.name(), path, context.reporter()::advance);
            digested.add(new Event.ImageDigested(vm, image.facts(), digest));
        } catch (VmException changed) {
            if (!(changed.problem() instanceof Failure.SourceChanged)) {
                throw changed;
            }
            passOver(vm, image, "it was written to meanwhile");
        }
    }

    private void passOver(VmName vm, FolderImage image, String reason) {
        context.reporter().warn("%s (%s) gets no digest: %s".formatted(vm, image.name(), reason));
    }

    /**
     * Appends the digests of those images that are still what they were, in the folder and in the journal. Who may only
     * read the journal records that, and has all the rest of the verification.
     *
     * @return what was recorded
     */
    Set<Event.ImageDigested> record() {
        if (digested.isEmpty()) {
            return Set.of();
        }
        Set<Event.ImageDigested> recorded = new HashSet<>();
        try {
            DiskFailures.explained(() -> context.journal().writeSession(() -> append(recorded)));
        } catch (VmException failed) {
            context.reporter().warn("the digests are not recorded: " + context.describe(failed.problem()));
            return Set.of();
        }
        return recorded;
    }

    static boolean isAbout(Verify.Image image, Set<Event.ImageDigested> recorded) {
        return recorded.stream()
                .anyMatch(event -> event.vm().equals(image.vm()) && event.image().name().equals(image.name()));
    }

    private Set<Event.ImageDigested> append(Set<Event.ImageDigested> recorded) {
        OperationId id = context.newOperationInSession();
        for (Event.ImageDigested event : digested) {
            if (isStill(event)) {
                context.journal().append(id, event);
                recorded.add(event);
            }
        }
        return recorded;
    }

    private boolean isStill(Event.ImageDigested event) {
        boolean isInJournal = context.journal().inventory().vm(event.vm())
                .flatMap(vm -> vm.image(event.image().name()))
                .filter(event.image()::looksLike)
                .isPresent();
        Optional<ImageFacts> now = context.store().glance(List.of(event.vm())).vm(event.vm())
                .flatMap((FolderVm vm) -> vm.image(event.image().name()))
                .map(FolderImage::facts);
        return isInJournal && now.equals(Optional.of(event.image()));
    }
}
