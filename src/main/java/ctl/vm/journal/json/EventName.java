package ctl.vm.journal.json;

import ctl.vm.inventory.Event;
import ctl.vm.inventory.Request;
import java.util.Arrays;

/**
 * How an event is called in the journal, and the version in which its fields are written today. {@code docs/events.md}
 * lists them all. A name is never changed or removed, and every version from 1 on is read: a change of an event's
 * fields is the next version.
 */
public enum EventName {
    CREATE_STARTED("create-started", 2),
    CLONE_STARTED("clone-started", 3),
    IMPORT_STARTED("import-started", 4),
    EXPORT_STARTED("export-started", 3),
    VM_DELETION_STARTED("vm-deletion-started", 3),
    SNAPSHOT_DELETION_STARTED("snapshot-deletion-started", 3),
    VM_UNDELETION_STARTED("vm-undeletion-started", 1),
    SNAPSHOT_UNDELETION_STARTED("snapshot-undeletion-started", 1),
    PACKAGE_UNDELETION_STARTED("package-undeletion-started", 1),
    PURGE_STARTED("purge-started", 2),
    RENAMING_STARTED("renaming-started", 1),
    TARGET_CHOSEN("target-chosen", 1),
    VM_STAGED("vm-staged", 5),
    CHECKPOINT_REACHED("checkpoint-reached", 2),
    VM_ARRIVED("vm-arrived", 8),
    PACKAGE_CHECKPOINT_REACHED("package-checkpoint-reached", 2),
    PACKAGE_EXPORTED("package-exported", 4),
    VM_DELETED("vm-deleted", 4),
    SNAPSHOT_DELETED("snapshot-deleted", 3),
    VM_UNDELETED("vm-undeleted", 2),
    SNAPSHOT_UNDELETED("snapshot-undeleted", 2),
    PACKAGE_UNDELETED("package-undeleted", 1),
    TRASH_PURGED("trash-purged", 2),
    VM_RENAMED("vm-renamed", 1),
    OPERATION_FAILED("operation-failed", 1),
    OPERATION_INTERRUPTED("operation-interrupted", 1),
    OPERATION_ABANDONED("operation-abandoned", 1),
    VM_FOUND("vm-found", 5),
    VM_MOVED("vm-moved", 1),
    VM_VANISHED("vm-vanished", 2),
    SNAPSHOT_FOUND("snapshot-found", 4),
    IMAGE_VANISHED("image-vanished", 1),
    IMAGE_CHANGED("image-changed", 4),
    IMAGE_DIGESTED("image-digested", 1),
    TEAM_JOINED("team-joined", 1),
    TEAM_LEFT("team-left", 1);

    private final String text;
    private final int version;

    EventName(String text, int version) {
        this.text = text;
        this.version = version;
    }

    /** The name under which an event is written today. */
    public static EventName of(Event event) {
        return switch (event) {
            case Event.OperationStarted started -> of(started.request());
            case Event.TargetChosen _ -> TARGET_CHOSEN;
            case Event.VmStaged _ -> VM_STAGED;
            case Event.CheckpointReached _ -> CHECKPOINT_REACHED;
            case Event.VmArrived _ -> VM_ARRIVED;
            case Event.PackageCheckpointReached _ -> PACKAGE_CHECKPOINT_REACHED;
            case Event.PackageExported _ -> PACKAGE_EXPORTED;
            case Event.VmDeleted _ -> VM_DELETED;
            case Event.SnapshotDeleted _ -> SNAPSHOT_DELETED;
            case Event.VmUndeleted _ -> VM_UNDELETED;
            case Event.SnapshotUndeleted _ -> SNAPSHOT_UNDELETED;
            case Event.PackageUndeleted _ -> PACKAGE_UNDELETED;
            case Event.TrashPurged _ -> TRASH_PURGED;
            case Event.VmRenamed _ -> VM_RENAMED;
            case Event.OperationFailed _ -> OPERATION_FAILED;
            case Event.OperationInterrupted _ -> OPERATION_INTERRUPTED;
            case Event.OperationAbandoned _ -> OPERATION_ABANDONED;
            case Event.VmFound _ -> VM_FOUND;
            case Event.VmVanished _ -> VM_VANISHED;
            case Event.VmMoved _ -> VM_MOVED;
            case Event.SnapshotFound _ -> SNAPSHOT_FOUND;
            case Event.ImageVanished _ -> IMAGE_VANISHED;
            case Event.ImageChanged _ -> IMAGE_CHANGED;
            case Event.ImageDigested _ -> IMAGE_DIGESTED;
            case Event.TeamJoined _ -> TEAM_JOINED;
            case Event.TeamLeft _ -> TEAM_LEFT;
        };
    }

    private static EventName of(Request request) {
        return switch (request) {
            case Request.Create _ -> CREATE_STARTED;
            case Request.Clone _ -> CLONE_STARTED;
            case Request.Import _ -> IMPORT_STARTED;
            case Request.Export _ -> EXPORT_STARTED;
            case Request.DeleteVm _ -> VM_DELETION_STARTED;
            case Request.DeleteSnapshot _ -> SNAPSHOT_DELETION_STARTED;
            case Request.UndeleteVm _ -> VM_UNDELETION_STARTED;
            case Request.UndeleteSnapshot _ -> SNAPSHOT_UNDELETION_STARTED;
            case Request.UndeletePackage _ -> PACKAGE_UNDELETION_STARTED;
            case Request.Purge _ -> PURGE_STARTED;
            case Request.Rename _ -> RENAMING_STARTED;
        };
    }

    /** @throws UnknownEvent where a newer program wrote it */
    public static EventName named(String text, long version) {
        return Arrays.stream(values())
                .filter(name -> name.text.equals(text) && 1 <= version && version <= name.version)
                .findFirst()
                .orElseThrow(() -> new UnknownEvent(text, version));
    }

    public String text() {
        return text;
    }

    public int version() {
        return version;
    }
}
