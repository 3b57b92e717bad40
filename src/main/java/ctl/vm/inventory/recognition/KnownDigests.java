package ctl.vm.inventory.recognition;

import ctl.vm.inventory.Event;
import ctl.vm.inventory.ImageFacts;
import ctl.vm.inventory.Origin;
import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.value.ImageDigest;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.VmName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the journal knows of the content of images: the newest digest of each, gathered event by event. */
public final class KnownDigests {

    private final Map<VmName, Map<ImageName, Known>> vms = new HashMap<>();

    /**
     * An image as it was when it was digested.
     *
     * @param image size and time that it had then; with others it has been written to since
     * @param event number of the event with the digest
     */
    public record Known(ImageFacts image, ImageDigest digest, long event) {}

    /** The newest digest of an image; empty where it was never digested. */
    public Optional<Known> of(VmName vm, ImageName image) {
        return Optional.ofNullable(vms.getOrDefault(vm, Map.of()).get(image));
    }

    /** Takes the next event in. */
    public void add(Recorded recorded) {
        switch (recorded.event()) {
            case Event.VmArrived arrived -> arrived(recorded.sequence(), arrived);
            case Event.PackageExported exported ->
                digested(recorded.sequence(), exported.vm(), exported.images(), exported.digests());
            case Event.ImageDigested digested -> digested(
                    recorded.sequence(), digested.vm(), List.of(digested.image()),
                    Map.of(digested.image().name(), digested.digest()));
            case Event.VmMoved moved -> move(moved.from(), moved.vm());
            case Event.VmRenamed renamed -> move(renamed.from(), renamed.vm());
            case Event.VmDeleted deleted -> vms.remove(deleted.vm());
            case Event.VmVanished vanished -> vms.remove(vanished.vm());
            case Event.VmFound found -> {
                vms.remove(found.vm());
                digested(recorded.sequence(), found.vm(), found.images(), found.digests());
            }
            case Event.ImageChanged changed -> changed.digest().ifPresent(digest -> digested(
                    recorded.sequence(), changed.vm(), List.of(changed.image()),
                    Map.of(changed.image().name(), digest)));
            case Event.SnapshotDeleted deleted -> forget(deleted.vm(), ImageName.of(deleted.snapshot()));
            case Event.ImageVanished vanished -> forget(vanished.vm(), vanished.image());
            case Event.SnapshotFound found -> forget(found.vm(), found.image().name());
            case Event.OperationStarted _, Event.TargetChosen _, Event.VmStaged _, Event.CheckpointReached _,
                    Event.PackageCheckpointReached _, Event.OperationFailed _, Event.OperationInterrupted _,
                    Event.OperationAbandoned _, Event.VmUndeleted _, Event.SnapshotUndeleted _,
                    Event.PackageUndeleted _, Event.TrashPurged _, Event.TeamJoined _, Event.TeamLeft _ -> {
                // Nothing about content: what was in the trash is unknown.
            }
        }
    }

    private void move(VmName from, VmName to) {
        Optional.ofNullable(vms.remove(from)).ifPresent(images -> vms.put(to, images));
    }

    /** A clone has the content of its source, of which it keeps size and time. */
    private void arrived(long sequence, Event.VmArrived arrived) {
        Map<ImageName, Known> inherited = arrived.origin() instanceof Origin.ClonedFrom from
                ? vms.getOrDefault(from.source(), Map.of())
                : Map.of();
        Map<ImageName, Known> images = new HashMap<>();
        inherited.forEach((name, known) -> {
            if (arrived.images().stream()
                    .anyMatch(image -> image.name().equals(name) && image.looksLike(known.image()))) {
                images.put(name, known);
            }
        });
        vms.put(arrived.vm(), images);
        digested(sequence, arrived.vm(), arrived.images(), arrived.digests());
    }

    private void digested(long sequence, VmName vm, List<ImageFacts> images, Map<ImageName, ImageDigest> digests) {
        Map<ImageName, Known> known = vms.computeIfAbsent(vm, _ -> new HashMap<>());
        images.stream()
                .filter(image -> digests.containsKey(image.name()))
                .forEach(image -> known.put(image.name(), new Known(image, digests.get(image.name()), sequence)));
    }

    private void forget(VmName vm, ImageName image) {
        vms.getOrDefault(vm, new HashMap<>()).remove(image);
    }
}
