package ctl.vm.journal.json;

import com.fasterxml.jackson.core.JsonGenerator;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.Sameness;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.value.SnapshotName;
import ctl.vm.inventory.value.VmName;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/** How the fields of an event are written: the payload. What never changes once journalled stands here. */
public final class EventJson {

    private EventJson() {}

    public static String text(Event event) {
        return JsonText.object(json -> write(json, event));
    }

    private static void write(JsonGenerator json, Event event) throws IOException {
        switch (event) {
            case Event.OperationStarted started -> RequestJson.write(json, started.request());
            case Event.VmStaged staged -> {
                vm(json, staged.vm());
                ImageJson.write(json, staged.images());
                json.writeNumberField("folderInode", staged.folderInode());
                DigestsJson.write(json, staged.digests());
            }
            case Event.CheckpointReached reached -> {
                vm(json, reached.vm());
                CheckpointJson.write(json, reached.checkpoint());
            }
            case Event.VmArrived arrived -> {
                vm(json, arrived.vm());
                OriginJson.write(json, arrived.origin());
                ImageJson.write(json, arrived.images());
                DigestsJson.write(json, arrived.digests());
                SamplesJson.write(json, arrived.samples());
            }
            case Event.PackageCheckpointReached reached -> {
                vm(json, reached.vm());
                PackageCheckpointJson.write(json, reached.checkpoint());
            }
            case Event.PackageExported exported -> {
                vm(json, exported.vm());
                PackageJson.write(json, exported);
            }
            case Event.VmDeleted deleted -> {
                vm(json, deleted.vm());
                former(json, deleted.former());
            }
            case Event.SnapshotDeleted deleted -> {
                vm(json, deleted.vm());
                json.writeStringField("snapshot", deleted.snapshot().text());
                if (deleted.vmSince().isPresent()) {
                    json.writeNumberField("vmSince", deleted.vmSince().get());
                }
            }
            case Event.VmUndeleted undeleted -> {
                vm(json, undeleted.vm());
                json.writeStringField("deletion", undeleted.deletion().text());
                former(json, undeleted.former());
                ImageJson.write(json, undeleted.images());
            }
            case Event.SnapshotUndeleted undeleted -> {
                vm(json, undeleted.vm());
                json.writeStringField("deletion", undeleted.deletion().text());
                ImageJson.write(json, undeleted.image());
            }
            case Event.TrashPurged purged -> {
                vm(json, purged.vm());
                if (purged.snapshot().isPresent()) {
                    json.writeStringField("snapshot", purged.snapshot().get().text());
                }
                json.writeStringField("deletion", purged.deletion().text());
            }
            case Event.VmRenamed renamed -> {
                json.writeStringField("from", renamed.from().text());
                vm(json, renamed.vm());
            }
            case Event.OperationFailed failed -> {
                json.writeStringField("reason", failed.reason());
                json.writeNumberField("exitCode", failed.exitCode());
            }
            case Event.OperationInterrupted interrupted -> {
                json.writeStringField("reason", interrupted.reason());
                json.writeNumberField("exitCode", interrupted.exitCode());
            }
            case Event.OperationAbandoned _ -> {}
            case Event.VmFound found -> {
                vm(json, found.vm());
                ImageJson.write(json, found.images());
                if (found.copyOf().isPresent()) {
                    json.writeStringField("copyOf", found.copyOf().get().text());
                }
                owner(json, found.owner());
                former(json, found.former());
                DigestsJson.writeAny(json, found.digests());
                SamplesJson.write(json, found.samples());
            }
            case Event.VmMoved moved -> {
                json.writeStringField("from", moved.from().text());
                vm(json, moved.vm());
            }
            case Event.VmVanished vanished -> {
                vm(json, vanished.vm());
                former(json, vanished.former());
            }
            case Event.SnapshotFound found -> {
                vm(json, found.vm());
                ImageJson.write(json, found.image());
                owner(json, found.owner());
                SamplesJson.write(json, found.sample());
            }
            case Event.ImageVanished vanished -> {
                vm(json, vanished.vm());
                json.writeStringField("file", vanished.image().fileName());
            }
            case Event.ImageDigested digested -> {
                vm(json, digested.vm());
                ImageJson.write(json, digested.image());
                json.writeStringField("digest", digested.digest().toString());
            }
            case Event.ImageChanged changed -> {
                vm(json, changed.vm());
                ImageJson.write(json, changed.image());
                owner(json, changed.owner());
                if (changed.sameness().isPresent()) {
                    json.writeStringField("sameness", changed.sameness().get().text());
                }
                if (changed.digest().isPresent()) {
                    json.writeStringField("digest", changed.digest().get().toString());
                }
                SamplesJson.write(json, changed.sample());
            }
        }
    }

    public static Event event(EventName name, JsonObject json) {
        return switch (name) {
            case CREATE_STARTED, CLONE_STARTED_1, CLONE_STARTED, IMPORT_STARTED_1, IMPORT_STARTED, EXPORT_STARTED_1,
                    EXPORT_STARTED,
                    VM_DELETION_STARTED_1, VM_DELETION_STARTED, SNAPSHOT_DELETION_STARTED_1,
                    SNAPSHOT_DELETION_STARTED, VM_UNDELETION_STARTED, SNAPSHOT_UNDELETION_STARTED, PURGE_STARTED,
                    RENAMING_STARTED ->
                new Event.OperationStarted(RequestJson.request(name, json));
            case VM_STAGED_1, VM_STAGED_2, VM_STAGED -> new Event.VmStaged(
                    vm(json), ImageJson.images(json), json.number("folderInode"), DigestsJson.digests(json));
            case CHECKPOINT_REACHED_1, CHECKPOINT_REACHED ->
                new Event.CheckpointReached(vm(json), CheckpointJson.checkpoint(json));
            case VM_ARRIVED_1, VM_ARRIVED_2, VM_ARRIVED_3, VM_ARRIVED -> new Event.VmArrived(
                    vm(json), OriginJson.origin(json), ImageJson.images(json), DigestsJson.digests(json),
                    SamplesJson.samples(json));
            case PACKAGE_CHECKPOINT_REACHED_1, PACKAGE_CHECKPOINT_REACHED -> new Event.PackageCheckpointReached(
                    vm(json), PackageCheckpointJson.checkpoint(json));
            case PACKAGE_EXPORTED_1, PACKAGE_EXPORTED_2, PACKAGE_EXPORTED -> PackageJson.exported(vm(json), json);
            case VM_DELETED_1, VM_DELETED_2, VM_DELETED ->
                new Event.VmDeleted(vm(json), former(json));
            case SNAPSHOT_DELETED_1, SNAPSHOT_DELETED -> new Event.SnapshotDeleted(
                    vm(json), new SnapshotName(json.text("snapshot")), json.optionalNumber("vmSince"));
            case VM_UNDELETED_1, VM_UNDELETED -> new Event.VmUndeleted(
                    vm(json),
                    RequestJson.deletion(json),
                    former(json),
                    ImageJson.images(json));
            case SNAPSHOT_UNDELETED_1, SNAPSHOT_UNDELETED -> new Event.SnapshotUndeleted(
                    vm(json), RequestJson.deletion(json), ImageJson.image(json.object("image")));
            case TRASH_PURGED -> new Event.TrashPurged(
                    vm(json), json.optionalText("snapshot").map(SnapshotName::new), RequestJson.deletion(json));
            case VM_RENAMED -> new Event.VmRenamed(new VmName(json.text("from")), vm(json));
            case OPERATION_FAILED -> new Event.OperationFailed(
                    json.text("reason"), Math.toIntExact(json.number("exitCode")));
            case OPERATION_INTERRUPTED -> new Event.OperationInterrupted(
                    json.text("reason"), Math.toIntExact(json.number("exitCode")));
            case OPERATION_ABANDONED -> new Event.OperationAbandoned();
            case VM_FOUND_1, VM_FOUND_2, VM_FOUND_3, VM_FOUND_4, VM_FOUND -> new Event.VmFound(
                    vm(json), ImageJson.images(json), json.optionalText("copyOf").map(VmName::new), owner(json),
                    former(json), DigestsJson.digests(json), SamplesJson.samples(json));
            case VM_MOVED -> new Event.VmMoved(new VmName(json.text("from")), vm(json));
            case VM_VANISHED_1, VM_VANISHED -> new Event.VmVanished(vm(json), former(json));
            case SNAPSHOT_FOUND_1, SNAPSHOT_FOUND_2, SNAPSHOT_FOUND_3, SNAPSHOT_FOUND ->
                new Event.SnapshotFound(vm(json), ImageJson.image(json.object("image")), owner(json),
                        SamplesJson.sample(json));
            case IMAGE_VANISHED -> new Event.ImageVanished(vm(json), ImageJson.name(json.text("file")));
            case IMAGE_DIGESTED -> new Event.ImageDigested(
                    vm(json), ImageJson.image(json.object("image")), DigestsJson.digest(json.text("digest")));
            case IMAGE_CHANGED_1, IMAGE_CHANGED_2, IMAGE_CHANGED_3, IMAGE_CHANGED ->
                new Event.ImageChanged(vm(json), ImageJson.image(json.object("image")), owner(json), sameness(json),
                        json.optionalText("digest").map(DigestsJson::digest), SamplesJson.sample(json));
        };
    }

    private static void vm(JsonGenerator json, VmName vm) throws IOException {
        json.writeStringField("vm", vm.text());
    }

    private static void owner(JsonGenerator json, Optional<String> owner) throws IOException {
        if (owner.isPresent()) {
            json.writeStringField("owner", owner.get());
        }
    }

    private static Optional<Sameness> sameness(JsonObject json) {
        return json.optionalText("sameness").map(text -> Arrays.stream(Sameness.values())
                .filter(value -> value.text().equals(text))
                .findFirst()
                .orElseThrow(() -> new UnreadableText("%s is no sameness".formatted(text))));
    }

    private static Optional<String> owner(JsonObject json) {
        return json.optionalText("owner");
    }

    private static void former(JsonGenerator json, Optional<Vm> former) throws IOException {
        if (former.isPresent()) {
            JsonText.object(json, "former", fields -> VmJson.write(fields, former.get()));
        }
    }

    private static Optional<Vm> former(JsonObject json) {
        return json.optionalObject("former").map(VmJson::vm);
    }

    private static VmName vm(JsonObject json) {
        return new VmName(json.text("vm"));
    }
}
