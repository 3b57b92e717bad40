package ctl.vm.inventory;

import ctl.vm.inventory.value.SnapshotName;
import ctl.vm.inventory.value.VmName;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What an event is about. The fold of an event, and its audit entry, look at the VMs that it touches and at
 * its operation, and at nothing else: that is what makes it enough to load these for an append.
 */
public record EventSubject(Optional<VmName> vm, Optional<SnapshotName> snapshot) {

    /** What the event itself says. */
    public static EventSubject of(Event event) {
        return switch (event) {
            case Event.OperationStarted started -> of(started.request());
            case Event.TargetChosen chosen -> of(chosen.vm());
            case Event.VmStaged staged -> of(staged.vm());
            case Event.CheckpointReached reached -> of(reached.vm());
            case Event.VmArrived arrived -> of(arrived.vm());
            case Event.PackageCheckpointReached reached -> of(reached.vm());
            case Event.PackageExported exported -> of(exported.vm());
            case Event.VmDeleted deleted -> of(deleted.vm());
            case Event.SnapshotDeleted deleted -> of(deleted.vm(), deleted.snapshot());
            case Event.VmUndeleted undeleted -> of(undeleted.vm());
            case Event.SnapshotUndeleted undeleted ->
                new EventSubject(Optional.of(undeleted.vm()), undeleted.image().name().snapshot());
            case Event.PackageUndeleted undeleted -> of(undeleted.vm());
            case Event.TrashPurged purged -> new EventSubject(Optional.of(purged.vm()), purged.snapshot());
            case Event.VmRenamed renamed -> of(renamed.vm());
            case Event.OperationFailed _, Event.OperationInterrupted _, Event.OperationAbandoned _,
                    Event.TeamJoined _, Event.TeamLeft _ ->
                new EventSubject(Optional.empty(), Optional.empty());
            case Event.VmFound found -> of(found.vm());
            case Event.VmVanished vanished -> of(vanished.vm());
            case Event.VmMoved moved -> of(moved.vm());
            case Event.SnapshotFound found ->
                new EventSubject(Optional.of(found.vm()), found.image().name().snapshot());
            case Event.ImageVanished vanished ->
                new EventSubject(Optional.of(vanished.vm()), vanished.image().snapshot());
            case Event.ImageDigested digested ->
                new EventSubject(Optional.of(digested.vm()), digested.image().name().snapshot());
            case Event.ImageChanged changed ->
                new EventSubject(Optional.of(changed.vm()), changed.image().name().snapshot());
        };
    }

    /** Every VM that the event looks at. */
    public static Set<VmName> touched(Event event) {
        if (event instanceof Event.OperationStarted started) {
            return touched(started.request());
        }
        if (event instanceof Event.VmFound found && found.copyOf().isPresent()) {
            return new TreeSet<>(List.of(found.copyOf().get(), found.vm()));
        }
        if (event instanceof Event.VmMoved moved) {
            return new TreeSet<>(List.of(moved.from(), moved.vm()));
        }
        if (event instanceof Event.VmRenamed renamed) {
            return new TreeSet<>(List.of(renamed.from(), renamed.vm()));
        }
        return of(event).vm.map(Set::of).orElse(Set.of());
    }

    private static Set<VmName> touched(Request request) {
        return switch (request) {
            case Request.Clone clone -> new TreeSet<>(List.of(clone.source(), clone.vm()));
            case Request.Rename rename -> new TreeSet<>(List.of(rename.from(), rename.vm()));
            case Request.Create _, Request.Import _, Request.Export _, Request.DeleteVm _, Request.DeleteSnapshot _,
                    Request.UndeleteVm _, Request.UndeleteSnapshot _, Request.UndeletePackage _, Request.Purge _ ->
                Set.of(request.vm());
        };
    }

    /** What the event says, or else what its operation was asked to do: a failure belongs to the VM's history, too. */
    public static EventSubject of(Event event, Optional<OpenOperation> operation) {
        EventSubject subject = of(event);
        return subject.vm.isPresent() ? subject : operation.map(open -> of(open.request())).orElse(subject);
    }

    public static EventSubject of(Request request) {
        return switch (request) {
            case Request.DeleteSnapshot delete -> of(delete.vm(), delete.snapshot());
            case Request.UndeleteSnapshot undelete -> of(undelete.vm(), undelete.snapshot());
            case Request.Purge purge -> new EventSubject(Optional.of(purge.vm()), purge.snapshot());
            case Request.Create _, Request.Clone _, Request.Import _, Request.Export _, Request.DeleteVm _,
                    Request.UndeleteVm _, Request.UndeletePackage _, Request.Rename _ -> of(request.vm());
        };
    }

    private static EventSubject of(VmName vm) {
        return new EventSubject(Optional.of(vm), Optional.empty());
    }

    private static EventSubject of(VmName vm, SnapshotName snapshot) {
        return new EventSubject(Optional.of(vm), Optional.of(snapshot));
    }
}
