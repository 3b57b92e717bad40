package ctl.vm.inventory.audit;

import ctl.vm.inventory.value.DecompressedFile;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.ImageFacts;
import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.Sha256;
import ctl.vm.inventory.value.SnapshotName;
import ctl.vm.inventory.value.VmName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Something that was done, according to the journal: an operation from its start to the last that is known of it, one
 * change that was made by hand, or that the root has joined or left a team.
 *
 * @param beginning what began it
 * @param latest the last event of its operation so far; of a change by hand, which has but one, the same
 * @param notBefore of a change by hand: when the journal last recorded that it was not so yet; it may have been made
 *     later, at any time until it was noticed. Empty for operations, and where nothing is known
 * @param vm which VM it was about, as {@link Vm#since} identifies it, under whatever name; empty where none was
 *     there
 */
public record AuditEntry(Recorded beginning, Recorded latest, Optional<Instant> notBefore, Optional<Long> vm) {

    /** What its events say by themselves. */
    public AuditEntry(Recorded beginning, Recorded latest) {
        this(beginning, latest, Optional.empty(), Optional.empty());
    }

    /** What became of it. */
    public enum Outcome {
        DONE,
        FAILED,
        ABANDONED,
        INTERRUPTED,
        OPEN;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The words by which entries are chosen: names of commands, and what was done by hand. */
    public enum Action {
        CREATE,
        CLONE,
        IMPORT,
        EXPORT,
        DELETE,
        UNDELETE,
        PURGE,
        RENAME,
        TEAM_JOIN,
        TEAM_LEAVE,
        BY_HAND;

        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** What was done to the folder by hand, as far as it could be seen afterwards. */
    public enum ByHand {
        VM_APPEARED,
        /** One that was there before is back as it was. */
        VM_RESTORED,
        VM_MOVED,
        VM_VANISHED,
        SNAPSHOT_APPEARED,
        IMAGE_VANISHED,
        IMAGE_CHANGED,
        /** Put back with the content that it had. */
        IMAGE_RESTORED;

        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Whether the event begins something; otherwise it goes on with its operation or ends it. */
    public static boolean isBegunBy(Event event) {
        return switch (event) {
            case Event.OperationStarted _, Event.VmFound _, Event.VmMoved _, Event.VmVanished _, Event.SnapshotFound _,
                    Event.ImageVanished _, Event.ImageChanged _, Event.TeamJoined _, Event.TeamLeft _ -> true;
            case Event.TargetChosen _, Event.VmStaged _, Event.CheckpointReached _, Event.VmArrived _,
                    Event.PackageCheckpointReached _, Event.PackageExported _, Event.VmDeleted _, Event.SnapshotDeleted _, Event.VmUndeleted _,
                    Event.SnapshotUndeleted _, Event.PackageUndeleted _, Event.TrashPurged _, Event.VmRenamed _, Event.ImageDigested _,
                    Event.OperationFailed _,
                    Event.OperationInterrupted _, Event.OperationAbandoned _ -> false;
        };
    }

    public Action action() {
        return request()
                .map(request -> switch (request) {
                    case Request.Create _ -> Action.CREATE;
                    case Request.Clone _ -> Action.CLONE;
                    case Request.Import _ -> Action.IMPORT;
                    case Request.Export _ -> Action.EXPORT;
                    case Request.DeleteVm _, Request.DeleteSnapshot _ -> Action.DELETE;
                    case Request.UndeleteVm _, Request.UndeleteSnapshot _, Request.UndeletePackage _ -> Action.UNDELETE;
                    case Request.Purge _ -> Action.PURGE;
                    case Request.Rename _ -> Action.RENAME;
                })
                .orElseGet(() -> switch (beginning.event()) {
                    case Event.TeamJoined _ -> Action.TEAM_JOIN;
                    case Event.TeamLeft _ -> Action.TEAM_LEAVE;
                    default -> Action.BY_HAND;
                });
    }

    /** Whether the folder was changed by hand, and an operation noticed it. */
    public boolean isByHand() {
        return byHand().isPresent();
    }

    /**
     * What was asked for, under the name that the user has chosen last; empty where the folder was changed by hand, and
     * for what is done to the root.
     */
    public Optional<Request> request() {
        return firstRequest().map(first -> chosen(latest.event()).filter(name -> !name.equals(first.vm()))
                .map(first::under).orElse(first));
    }

    /** The name that was asked for at first; empty where it is the one that the VM has got. */
    public Optional<VmName> firstName() {
        return firstRequest().map(Request::vm).filter(name -> !request().map(Request::vm).equals(Optional.of(name)));
    }

    private Optional<Request> firstRequest() {
        return beginning.event() instanceof Event.OperationStarted started
                ? Optional.of(started.request())
                : Optional.empty();
    }

    private static Optional<VmName> chosen(Event latest) {
        return switch (latest) {
            case Event.VmArrived arrived -> Optional.of(arrived.vm());
            case Event.TargetChosen target -> Optional.of(target.vm());
            default -> Optional.empty();
        };
    }

    /** What the journal said of the VM that went into the trash; empty where none did, and for older programs. */
    public Optional<Vm> trashed() {
        return switch (latest.event()) {
            case Event.VmDeleted deleted -> deleted.former();
            case Event.VmArrived arrived -> arrived.replaced();
            default -> Optional.empty();
        };
    }

    /** The path of the package that went into the trash, as another has replaced it; empty where none did. */
    public Optional<String> trashedPackage() {
        return latest.event() instanceof Event.PackageExported exported
                ? exported.retention().map(_ -> exported.file())
                : Optional.empty();
    }

    /** What was done by hand; empty for operations. */
    public Optional<ByHand> byHand() {
        return switch (beginning.event()) {
            case Event.VmFound found -> Optional.of(found.former()
                    .map(former -> former.name().equals(found.vm()) ? ByHand.VM_RESTORED : ByHand.VM_MOVED)
                    .orElse(ByHand.VM_APPEARED));
            case Event.VmMoved _ -> Optional.of(ByHand.VM_MOVED);
            case Event.VmVanished _ -> Optional.of(ByHand.VM_VANISHED);
            case Event.SnapshotFound _ -> Optional.of(ByHand.SNAPSHOT_APPEARED);
            case Event.ImageVanished _ -> Optional.of(ByHand.IMAGE_VANISHED);
            case Event.ImageChanged changed -> Optional.of(
                    changed.sameness().isPresent() ? ByHand.IMAGE_RESTORED : ByHand.IMAGE_CHANGED);
            case Event.OperationStarted _, Event.TargetChosen _, Event.VmStaged _, Event.CheckpointReached _,
                    Event.VmArrived _,
                    Event.PackageCheckpointReached _, Event.PackageExported _, Event.VmDeleted _,
                    Event.SnapshotDeleted _, Event.VmUndeleted _, Event.SnapshotUndeleted _, Event.PackageUndeleted _, Event.TrashPurged _,
                    Event.VmRenamed _, Event.OperationFailed _, Event.OperationInterrupted _,
                    Event.OperationAbandoned _, Event.ImageDigested _, Event.TeamJoined _, Event.TeamLeft _ ->
                Optional.empty();
        };
    }

    /** The image that was changed by hand; empty where that was a whole VM, and for operations. */
    public Optional<ImageName> imageByHand() {
        return switch (beginning.event()) {
            case Event.SnapshotFound found -> Optional.of(found.image().name());
            case Event.ImageVanished vanished -> Optional.of(vanished.image());
            case Event.ImageChanged changed -> Optional.of(changed.image().name());
            default -> Optional.empty();
        };
    }

    public Outcome outcome() {
        if (request().isEmpty()) {
            return Outcome.DONE;
        }
        return switch (latest.event()) {
            case Event.VmArrived _, Event.PackageExported _, Event.VmDeleted _, Event.SnapshotDeleted _,
                    Event.VmUndeleted _, Event.SnapshotUndeleted _, Event.PackageUndeleted _, Event.TrashPurged _, Event.VmRenamed _ ->
                Outcome.DONE;
            case Event.OperationFailed _ -> Outcome.FAILED;
            case Event.OperationAbandoned _ -> Outcome.ABANDONED;
            case Event.OperationInterrupted _ -> Outcome.INTERRUPTED;
            case Event.OperationStarted _, Event.TargetChosen _, Event.VmStaged _, Event.CheckpointReached _,
                    Event.PackageCheckpointReached _, Event.VmFound _, Event.VmMoved _, Event.VmVanished _,
                    Event.SnapshotFound _, Event.ImageVanished _, Event.ImageChanged _, Event.ImageDigested _,
                    Event.TeamJoined _, Event.TeamLeft _ ->
                Outcome.OPEN;
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

    /**
     * From its start to its end; empty while it is open, for what was done by hand, and where the clock was set back
     * meanwhile.
     */
    public Optional<Duration> took() {
        return request().isEmpty() || outcome() == Outcome.OPEN || outcome() == Outcome.INTERRUPTED
                ? Optional.empty()
                : Optional.of(Duration.between(beginning.time(), latest.time())).filter(took -> !took.isNegative());
    }

    /** The owner of the file that was put there or changed by hand, where that was looked up. */
    public Optional<String> fileOwner() {
        return switch (beginning.event()) {
            case Event.VmFound found -> found.owner();
            case Event.SnapshotFound found -> found.owner();
            case Event.ImageChanged changed -> changed.owner();
            default -> Optional.empty();
        };
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

    /** Of the package that it made, or of the compressed image that it imported, where that was recorded. */
    public Optional<Sha256> fileDigest() {
        return latest.event() instanceof Event.PackageExported exported
                ? exported.sha256()
                : decompressed().map(DecompressedFile::sha256);
    }

    /** The compressed file of an image that it imported. */
    public Optional<DecompressedFile> decompressed() {
        return latest.event() instanceof Event.VmArrived arrived ? arrived.decompressed() : Optional.empty();
    }

    /** The VM, name or file that it came from or went to. */
    public Optional<String> counterpart() {
        return request().map(AuditEntry::counterpart).orElseGet(() -> switch (beginning.event()) {
            case Event.VmMoved moved -> Optional.of(moved.from().text());
            case Event.TeamJoined joined -> Optional.of(joined.server());
            case Event.TeamLeft left -> Optional.of(left.server());
            case Event.VmFound found -> found.copyOf().map(VmName::text)
                    .or(() -> found.former().map(former -> former.name().text())
                            .filter(from -> !from.equals(found.vm().text())));
            default -> Optional.empty();
        });
    }

    private static Optional<String> counterpart(Request request) {
        return switch (request) {
            case Request.Clone clone -> Optional.of(clone.source().text());
            case Request.Import from -> Optional.of(from.file());
            case Request.Export to -> Optional.of(to.file());
            case Request.Rename rename -> Optional.of(rename.from().text());
            case Request.UndeleteVm undelete ->
                Optional.of(undelete.from().text()).filter(from -> !from.equals(undelete.vm().text()));
            case Request.UndeleteSnapshot undelete ->
                Optional.of(undelete.from().text()).filter(from -> !from.equals(undelete.snapshot().text()));
            case Request.UndeletePackage undelete -> Optional.of(undelete.file());
            case Request.Purge purge -> purge.file();
            case Request.Create _, Request.DeleteVm _, Request.DeleteSnapshot _ -> Optional.empty();
        };
    }

    /** Every snapshot that it was about, or that it brought in, packed or found with its VM. */
    public SortedSet<SnapshotName> snapshots() {
        SortedSet<SnapshotName> snapshots = new TreeSet<>();
        request().ifPresent(request -> snapshots.addAll(asked(request)));
        images().forEach(image -> image.name().snapshot().ifPresent(snapshots::add));
        if (request().isEmpty() && beginning.event() instanceof Event.ImageVanished vanished) {
            vanished.image().snapshot().ifPresent(snapshots::add);
        }
        return snapshots;
    }

    private static List<SnapshotName> asked(Request request) {
        return switch (request) {
            case Request.DeleteSnapshot delete -> List.of(delete.snapshot());
            case Request.UndeleteSnapshot undelete -> List.of(undelete.snapshot(), undelete.from());
            case Request.Purge purge -> purge.snapshot().stream().toList();
            case Request.Create _, Request.Clone _, Request.Import _, Request.Export _, Request.DeleteVm _,
                    Request.UndeleteVm _, Request.UndeletePackage _, Request.Rename _ -> List.of();
        };
    }

    private List<ImageFacts> images() {
        Event result = request().isEmpty() ? beginning.event() : latest.event();
        return switch (result) {
            case Event.VmArrived arrived -> arrived.images();
            case Event.VmFound found -> found.images();
            case Event.PackageExported exported -> exported.images();
            case Event.SnapshotFound found -> List.of(found.image());
            case Event.ImageChanged changed -> List.of(changed.image());
            default -> List.of();
        };
    }

    private static ByteCount sum(List<ImageFacts> images) {
        return images.stream().map(ImageFacts::size).reduce(ByteCount.ZERO, ByteCount::plus);
    }
}
