package ctl.vm.journal.json;

import com.fasterxml.jackson.core.JsonGenerator;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageSize;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.SnapshotName;
import ctl.vm.inventory.value.VmName;
import java.io.IOException;
import java.util.Arrays;

/** How a request is written: the fields of the event that starts it, and of the operation in the listing. */
public final class RequestJson {

    private static final String STARTED = "-started";

    private RequestJson() {}

    /** What was asked for: {@code clone} of {@code clone-started}. */
    public static String action(Request request) {
        String name = EventName.of(new Event.OperationStarted(request)).text();
        return name.substring(0, name.length() - STARTED.length());
    }

    public static String text(Request request) {
        return JsonText.object(json -> write(json, request));
    }

    public static void write(JsonGenerator json, Request request) throws IOException {
        switch (request) {
            case Request.Create create -> {
                vm(json, request);
                json.writeNumberField("size", create.size().bytes().bytes());
                json.writeStringField("typedSize", create.size().text());
                json.writeBooleanField("replace", create.replace());
            }
            case Request.Clone clone -> {
                json.writeStringField("source", clone.source().text());
                vm(json, request);
                CopyOptionsJson.write(json, clone.options());
                json.writeBooleanField("replace", clone.replace());
            }
            case Request.Import imports -> {
                json.writeStringField("file", imports.file());
                vm(json, request);
                json.writeBooleanField("raw", imports.raw());
                PackageLimitsJson.write(json, imports.limits());
                json.writeBooleanField("replace", imports.replace());
            }
            case Request.Export export -> {
                vm(json, request);
                json.writeStringField("file", export.file());
                json.writeBooleanField("replace", export.replace());
                CompressionLevelJson.write(json, export.level());
            }
            case Request.DeleteVm delete -> {
                vm(json, request);
                json.writeBooleanField("now", delete.now());
            }
            case Request.DeleteSnapshot delete -> {
                vm(json, request);
                json.writeStringField("snapshot", delete.snapshot().text());
                json.writeBooleanField("now", delete.now());
            }
            case Request.UndeleteVm undelete -> {
                json.writeStringField("deletion", undelete.deletion().text());
                json.writeStringField("from", undelete.from().text());
                vm(json, request);
            }
            case Request.UndeleteSnapshot undelete -> {
                json.writeStringField("deletion", undelete.deletion().text());
                json.writeStringField("from", undelete.from().text());
                vm(json, request);
                json.writeStringField("snapshot", undelete.snapshot().text());
            }
            case Request.Purge purge -> {
                json.writeStringField("deletion", purge.deletion().text());
                vm(json, request);
                if (purge.snapshot().isPresent()) {
                    json.writeStringField("snapshot", purge.snapshot().get().text());
                }
            }
            case Request.Rename rename -> {
                json.writeStringField("from", rename.from().text());
                vm(json, request);
            }
        }
    }

    /** The request of an action, as this program writes it. */
    public static Request request(String action, JsonObject json) {
        return Arrays.stream(EventName.values())
                .filter(name -> name.text().equals(action + STARTED))
                .reduce((_, newest) -> newest)
                .map(name -> request(name, json))
                .orElseThrow(() -> new UnreadableText("%s is no action".formatted(action)));
    }

    public static Request request(EventName name, JsonObject json) {
        VmName vm = new VmName(json.text("vm"));
        return switch (name) {
            case CREATE_STARTED -> new Request.Create(
                    vm,
                    new ImageSize(json.text("typedSize"), new ByteCount(json.number("size"))),
                    json.flag("replace"));
            case CLONE_STARTED_1, CLONE_STARTED -> new Request.Clone(
                    new VmName(json.text("source")), vm, CopyOptionsJson.options(json), json.flag("replace"));
            case IMPORT_STARTED_1, IMPORT_STARTED -> new Request.Import(
                    json.text("file"), vm, json.flag("raw"), PackageLimitsJson.limits(json), json.flag("replace"));
            case EXPORT_STARTED_1, EXPORT_STARTED -> new Request.Export(
                    vm, json.text("file"), json.flag("replace"), CompressionLevelJson.level(json));
            case VM_DELETION_STARTED_1, VM_DELETION_STARTED ->
                new Request.DeleteVm(vm, json.optionalFlag("now").orElse(false));
            case SNAPSHOT_DELETION_STARTED_1, SNAPSHOT_DELETION_STARTED -> new Request.DeleteSnapshot(
                    vm, new SnapshotName(json.text("snapshot")), json.optionalFlag("now").orElse(false));
            case VM_UNDELETION_STARTED ->
                new Request.UndeleteVm(deletion(json), new VmName(json.text("from")), vm);
            case SNAPSHOT_UNDELETION_STARTED -> new Request.UndeleteSnapshot(
                    deletion(json), new SnapshotName(json.text("from")), vm, new SnapshotName(json.text("snapshot")));
            case PURGE_STARTED ->
                new Request.Purge(deletion(json), vm, json.optionalText("snapshot").map(SnapshotName::new));
            case RENAMING_STARTED -> new Request.Rename(new VmName(json.text("from")), vm);
            case VM_STAGED_1, VM_STAGED_2, VM_STAGED, CHECKPOINT_REACHED_1, CHECKPOINT_REACHED, VM_ARRIVED_1,
                    VM_ARRIVED_2, VM_ARRIVED_3, VM_ARRIVED, PACKAGE_CHECKPOINT_REACHED_1, PACKAGE_CHECKPOINT_REACHED,
                    PACKAGE_EXPORTED_1,
                    PACKAGE_EXPORTED_2, PACKAGE_EXPORTED,
                    VM_DELETED_1, VM_DELETED_2, VM_DELETED, SNAPSHOT_DELETED_1, SNAPSHOT_DELETED, VM_UNDELETED_1,
                    VM_UNDELETED, SNAPSHOT_UNDELETED_1, SNAPSHOT_UNDELETED, TRASH_PURGED, VM_RENAMED, OPERATION_FAILED,
                    OPERATION_INTERRUPTED, OPERATION_ABANDONED, VM_FOUND_1, VM_FOUND_2, VM_FOUND_3, VM_FOUND_4,
                    VM_FOUND, VM_MOVED,
                    VM_VANISHED_1, VM_VANISHED, SNAPSHOT_FOUND_1, SNAPSHOT_FOUND_2, SNAPSHOT_FOUND_3, SNAPSHOT_FOUND,
                    IMAGE_VANISHED,
                    IMAGE_CHANGED_1, IMAGE_CHANGED_2, IMAGE_CHANGED_3, IMAGE_CHANGED, IMAGE_DIGESTED ->
                throw new IllegalArgumentException(name + " starts nothing");
        };
    }

    static OperationId deletion(JsonObject json) {
        return new OperationId(json.text("deletion"));
    }

    private static void vm(JsonGenerator json, Request request) throws IOException {
        json.writeStringField("vm", request.vm().text());
    }
}
