package ctl.vm.inventory;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Something that was done, as the journal tells it: an operation from its start to the last that is known of it, or one
 * change that was made by hand.
 *
 * @param beginning what began it
 * @param latest the last event of its operation so far
 */
public record Deed(Recorded beginning, Recorded latest) {

    /** What became of it. */
    public enum Outcome {
        DONE,
        FAILED,
        ABANDONED,
        INTERRUPTED,
        OPEN
    }

    /** The words by which deeds are chosen; each is the name of a command, but for what was done by hand. */
    public enum Action {
        CREATE,
        CLONE,
        IMPORT,
        EXPORT,
        DELETE,
        UNDELETE,
        PURGE,
        RENAME,
        BY_HAND
    }

    public Action action() {
        return request()
                .map(request -> switch (request) {
                    case Request.Create _ -> Action.CREATE;
                    case Request.Clone _ -> Action.CLONE;
                    case Request.Import _ -> Action.IMPORT;
                    case Request.Export _ -> Action.EXPORT;
                    case Request.DeleteVm _, Request.DeleteSnapshot _ -> Action.DELETE;
                    case Request.UndeleteVm _, Request.UndeleteSnapshot _ -> Action.UNDELETE;
                    case Request.Purge _ -> Action.PURGE;
                    case Request.Rename _ -> Action.RENAME;
                })
                .orElse(Action.BY_HAND);
    }

    /** What was asked for; empty where somebody changed the folder by hand, and an operation noticed it. */
    public Optional<Request> request() {
        return beginning.event() instanceof Event.OperationStarted started
                ? Optional.of(started.request())
                : Optional.empty();
    }

    public Outcome outcome() {
        if (request().isEmpty()) {
            return Outcome.DONE;
        }
        return switch (latest.event()) {
            case Event.VmArrived _, Event.PackageExported _, Event.VmDeleted _, Event.SnapshotDeleted _,
                    Event.VmUndeleted _, Event.SnapshotUndeleted _, Event.TrashPurged _, Event.VmRenamed _ -> Outcome.DONE;
            case Event.OperationFailed _ -> Outcome.FAILED;
            case Event.OperationAbandoned _ -> Outcome.ABANDONED;
            case Event.OperationInterrupted _ -> Outcome.INTERRUPTED;
            case Event.OperationStarted _, Event.VmStaged _, Event.CheckpointReached _,
                    Event.PackageCheckpointReached _, Event.VmFound _, Event.VmMoved _, Event.VmVanished _,
                    Event.SnapshotFound _, Event.ImageVanished _, Event.ImageChanged _ -> Outcome.OPEN;
        };
    }

    /** Why it did not reach its goal, where it did not. */
    public Optional<String> reason() {
        return switch (latest.event()) {
            case Event.OperationFailed failed -> Optional.of(failed.reason());
            case Event.OperationInterrupted interrupted -> Optional.of(interrupted.reason());
            default -> Optional.empty();
        };
    }

    /** From its start to its end; empty while it is open and for what was done by hand. */
    public Optional<Duration> took() {
        return request().isEmpty() || outcome() == Outcome.OPEN || outcome() == Outcome.INTERRUPTED
                ? Optional.empty()
                : Optional.of(Duration.between(beginning.time(), latest.time()));
    }

    /** The images that it brought in, packed or found, holes included; the package of an export instead. */
    public Optional<ByteCount> size() {
        Event result = request().isEmpty() ? beginning.event() : latest.event();
        return switch (result) {
            case Event.VmArrived arrived -> Optional.of(sum(arrived.images()));
            case Event.VmFound found -> Optional.of(sum(found.images()));
            case Event.SnapshotFound found -> Optional.of(found.image().size());
            case Event.PackageExported exported -> Optional.of(exported.size());
            default -> Optional.empty();
        };
    }

    /** Whether it was about this snapshot, or brought it in, packed or found it with its VM. */
    public boolean concerns(SnapshotName snapshot) {
        ImageName image = ImageName.of(snapshot);
        boolean asked = request()
                .map(request -> switch (request) {
                    case Request.DeleteSnapshot delete -> delete.snapshot().equals(snapshot);
                    case Request.UndeleteSnapshot undelete ->
                        undelete.snapshot().equals(snapshot) || undelete.from().equals(snapshot);
                    case Request.Purge purge -> purge.snapshot().filter(snapshot::equals).isPresent();
                    case Request.Create _, Request.Clone _, Request.Import _, Request.Export _, Request.DeleteVm _,
                            Request.UndeleteVm _, Request.Rename _ -> false;
                })
                .orElse(false);
        return asked || images().stream().anyMatch(facts -> facts.name().equals(image));
    }

    private List<ImageFacts> images() {
        Event result = request().isEmpty() ? beginning.event() : latest.event();
        return switch (result) {
            case Event.VmArrived arrived -> arrived.images();
            case Event.VmFound found -> found.images();
            case Event.PackageExported exported -> exported.images();
            case Event.SnapshotFound found -> List.of(found.image());
            default -> List.of();
        };
    }

    private static ByteCount sum(List<ImageFacts> images) {
        return images.stream().map(ImageFacts::size).reduce(ByteCount.ZERO, ByteCount::plus);
    }
}
