package ctl.vm.inventory;

import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.FolderId;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.OperationId;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An operation that has started and not ended.
 *
 * @param request under the name that the user has chosen last
 * @param replaces the folder of the VM that it replaces, where there is one
 * @param checkpoints how much of each image is durable, as far as that was recorded
 * @param packed how much of its package is durable, as far as that was recorded
 * @param staged the event that says its VM or package is whole and only to be renamed, once there
 * @param interrupted why it stopped, where it could still say so
 */
public record OpenOperation(
        OperationId id,
        Request request,
        Instant started,
        Actor actor,
        Optional<FolderId> replaces,
        Map<ImageName, Checkpoint> checkpoints,
        Optional<PackageCheckpoint> packed,
        Optional<Event.VmStaged> staged,
        Optional<Event.OperationInterrupted> interrupted) {

    public OpenOperation {
        checkpoints = Map.copyOf(checkpoints);
    }

    /** As it starts. */
    public static OpenOperation started(
            OperationId id, Request request, Instant started, Actor actor, Optional<FolderId> replaces) {
        return new OpenOperation(id, request, started, actor, replaces, Map.of(), Optional.empty(), Optional.empty(),
                Optional.empty());
    }

    public Optional<Checkpoint> checkpoint(ImageName image) {
        return Optional.ofNullable(checkpoints.get(image));
    }

    /** Bytes that need not be copied again, holes included. */
    public ByteCount durable() {
        return checkpoints.values().stream()
                .map(Checkpoint::durable)
                .reduce(packed.map(PackageCheckpoint::packed).orElse(ByteCount.ZERO), ByteCount::plus);
    }

    /**
     * Whether it cannot go on: the rest of what it was to bring in or send out was to go through a pipe that is gone.
     */
    public boolean isLost() {
        return request.isPiped() && staged.isEmpty();
    }

    OpenOperation with(Event.TargetChosen chosen) {
        Request now = chosen.vm().equals(request.vm()) ? request : request.under(chosen.vm());
        return new OpenOperation(
                id, now, started, actor, chosen.replaces(), checkpoints, packed, staged, interrupted);
    }

    OpenOperation with(Checkpoint checkpoint) {
        var more = new TreeMap<>(checkpoints);
        more.put(checkpoint.image(), checkpoint);
        return new OpenOperation(id, request, started, actor, replaces, more, packed, staged, interrupted);
    }

    OpenOperation with(PackageCheckpoint checkpoint) {
        return new OpenOperation(
                id, request, started, actor, replaces, checkpoints, Optional.of(checkpoint), staged, interrupted);
    }

    OpenOperation with(Event.VmStaged event) {
        return new OpenOperation(
                id, request, started, actor, replaces, checkpoints, packed, Optional.of(event), interrupted);
    }

    OpenOperation with(Event.OperationInterrupted event) {
        return new OpenOperation(
                id, request, started, actor, replaces, checkpoints, packed, staged, Optional.of(event));
    }
}
