package ctl.vm.journal.json;

import ctl.vm.inventory.value.DecompressedFile;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.ImportedPackage;
import ctl.vm.inventory.Retention;
import ctl.vm.inventory.Sameness;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ContentSample;
import ctl.vm.inventory.value.ImageDigest;
import ctl.vm.inventory.value.PackageOrigin;
import ctl.vm.inventory.value.RootId;
import ctl.vm.inventory.value.Sha256;
import ctl.vm.inventory.value.SnapshotName;
import ctl.vm.inventory.value.VmName;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/** How the fields of an event are written: the payload. What never changes once journalled stands here. */
public final class EventJson {

    private EventJson() {}

    public static String text(Event event) {
        return JsonWriter.object(json -> write(json, event));
    }

    static void write(JsonWriter json, Event event) {
        switch (event) {
            case Event.OperationStarted started -> {
                RequestJson.write(json, started.request());
                json.object("replaces", started.replaces(), OperationJson::write);
            }
            case Event.TargetChosen chosen -> {
                json.text("vm", chosen.vm().text());
                json.object("replaces", chosen.replaces(), OperationJson::write);
            }
            case Event.VmStaged staged -> {
                json.text("vm", staged.vm().text());
                ImageJson.write(json, staged.images());
                json.number("folderInode", staged.folderInode());
                ImageJson.digests(json, staged.digests());
                json.object("decompressed", staged.decompressed(), EventJson::write);
                json.object("package", staged.unpacked(), EventJson::write);
            }
            case Event.CheckpointReached reached -> {
                json.text("vm", reached.vm().text());
                OperationJson.write(json, reached.checkpoint());
            }
            case Event.VmArrived arrived -> {
                json.text("vm", arrived.vm().text());
                VmJson.write(json, arrived.origin());
                ImageJson.write(json, arrived.images());
                ImageJson.digests(json, arrived.digests());
                ImageJson.samples(json, arrived.samples());
                json.object("replaced", arrived.replaced(), VmJson::write);
                write(json, arrived.retention());
                json.object("decompressed", arrived.decompressed(), EventJson::write);
                json.object("package", arrived.unpacked(), EventJson::write);
            }
            case Event.PackageCheckpointReached reached -> {
                json.text("vm", reached.vm().text());
                OperationJson.write(json, reached.checkpoint());
            }
            case Event.PackageExported exported -> {
                json.text("vm", exported.vm().text());
                json.text("file", exported.file());
                ImageJson.write(json, exported.images());
                json.number("size", exported.size().bytes());
                ImageJson.digests(json, exported.digests());
                json.text("seal", exported.seal().map(Sha256::hex));
                json.text("sha256", exported.sha256().map(Sha256::hex));
                write(json, exported.retention());
            }
            case Event.VmDeleted deleted -> {
                json.text("vm", deleted.vm().text());
                json.object("former", deleted.former(), VmJson::write);
                write(json, deleted.retention());
            }
            case Event.SnapshotDeleted deleted -> {
                json.text("vm", deleted.vm().text());
                json.text("snapshot", deleted.snapshot().text());
                json.number("vmSince", deleted.vmSince());
                write(json, deleted.retention());
            }
            case Event.VmUndeleted undeleted -> {
                json.text("vm", undeleted.vm().text());
                json.text("deletion", undeleted.deletion().text());
                json.object("former", undeleted.former(), VmJson::write);
                ImageJson.write(json, undeleted.images());
            }
            case Event.SnapshotUndeleted undeleted -> {
                json.text("vm", undeleted.vm().text());
                json.text("deletion", undeleted.deletion().text());
                ImageJson.write(json, undeleted.image());
            }
            case Event.PackageUndeleted undeleted -> {
                json.text("vm", undeleted.vm().text());
                json.text("file", undeleted.file());
                json.text("deletion", undeleted.deletion().text());
            }
            case Event.TrashPurged purged -> {
                json.text("vm", purged.vm().text());
                json.text("snapshot", purged.snapshot().map(SnapshotName::text));
                json.text("file", purged.file());
                json.text("deletion", purged.deletion().text());
            }
            case Event.VmRenamed renamed -> {
                json.text("from", renamed.from().text());
                json.text("vm", renamed.vm().text());
            }
            case Event.OperationFailed failed -> {
                json.text("reason", failed.reason());
                json.number("exitCode", failed.exitCode());
            }
            case Event.OperationInterrupted interrupted -> {
                json.text("reason", interrupted.reason());
                json.number("exitCode", interrupted.exitCode());
            }
            case Event.OperationAbandoned _ -> {}
            case Event.VmFound found -> {
                json.text("vm", found.vm().text());
                ImageJson.write(json, found.images());
                json.text("copyOf", found.copyOf().map(VmName::text));
                json.text("owner", found.owner());
                json.object("former", found.former(), VmJson::write);
                if (!found.digests().isEmpty()) {
                    ImageJson.digests(json, found.digests());
                }
                ImageJson.samples(json, found.samples());
            }
            case Event.VmMoved moved -> {
                json.text("from", moved.from().text());
                json.text("vm", moved.vm().text());
            }
            case Event.VmVanished vanished -> {
                json.text("vm", vanished.vm().text());
                json.object("former", vanished.former(), VmJson::write);
            }
            case Event.SnapshotFound found -> {
                json.text("vm", found.vm().text());
                ImageJson.write(json, found.image());
                json.text("owner", found.owner());
                json.text("sample", found.sample().map(ContentSample::toString));
            }
            case Event.ImageVanished vanished -> {
                json.text("vm", vanished.vm().text());
                json.text("file", vanished.image().fileName());
            }
            case Event.ImageDigested digested -> {
                json.text("vm", digested.vm().text());
                ImageJson.write(json, digested.image());
                json.text("digest", digested.digest().toString());
            }
            case Event.TeamJoined joined -> {
                json.text("server", joined.server());
                json.text("root", joined.name());
                json.text("copy", joined.copy().map(RootId::text));
            }
            case Event.TeamLeft left -> {
                json.text("server", left.server());
                json.text("root", left.name());
            }
            case Event.ImageChanged changed -> {
                json.text("vm", changed.vm().text());
                ImageJson.write(json, changed.image());
                json.text("owner", changed.owner());
                json.text("sameness", changed.sameness().map(Sameness::text));
                json.text("digest", changed.digest().map(ImageDigest::toString));
                json.text("sample", changed.sample().map(ContentSample::toString));
            }
        }
    }

    private static void write(JsonWriter json, DecompressedFile file) {
        json.text("compression", file.compression());
        json.number("size", file.size().bytes());
        json.text("sha256", file.sha256().hex());
    }

    /** Older versions do not have it, nor does what was not compressed. */
    private static Optional<DecompressedFile> decompressed(JsonObject json) {
        return json.optionalObject("decompressed").map(file -> new DecompressedFile(
                file.text("compression"), new ByteCount(file.number("size")), new Sha256(file.text("sha256"))));
    }

    private static void write(JsonWriter json, ImportedPackage unpacked) {
        PackageOrigin origin = unpacked.origin();
        json.text("root", origin.root().text());
        json.text("vm", origin.name().text());
        json.number("vmSince", origin.vm());
        json.number("event", origin.event());
        json.text("hash", origin.hash().hex());
        json.text("seal", unpacked.seal().map(Sha256::hex));
    }

    /** Older versions do not have it, nor does what came from no package, or from one that does not say. */
    private static Optional<ImportedPackage> unpacked(JsonObject json) {
        return json.optionalObject("package").map(from -> new ImportedPackage(
                new PackageOrigin(
                        new RootId(from.text("root")), from.number("vmSince"), from.number("event"),
                        new Sha256(from.text("hash")), vm(from)),
                from.optionalText("seal").map(Sha256::new)));
    }

    private static void write(JsonWriter json, Optional<Retention> retention) {
        json.number("keepSeconds", retention.map(kept -> kept.period().toSeconds()));
        json.number("uptimeMillis", retention.map(kept -> kept.uptime().toMillis()));
    }

    /** Older versions do not have it, nor does what is not kept. */
    private static Optional<Retention> retention(JsonObject json) {
        return json.optionalNumber("keepSeconds").map(seconds -> new Retention(
                Duration.ofSeconds(seconds), Duration.ofMillis(json.number("uptimeMillis"))));
    }

    public static Event event(EventName name, JsonObject json) {
        return switch (name) {
            case CREATE_STARTED, CLONE_STARTED, IMPORT_STARTED, EXPORT_STARTED,
                    VM_DELETION_STARTED, SNAPSHOT_DELETION_STARTED, VM_UNDELETION_STARTED, SNAPSHOT_UNDELETION_STARTED,
                    PACKAGE_UNDELETION_STARTED, PURGE_STARTED,
                    RENAMING_STARTED ->
                new Event.OperationStarted(RequestJson.request(name, json), OperationJson.replaces(json));
            case TARGET_CHOSEN -> new Event.TargetChosen(vm(json), OperationJson.replaces(json));
            case VM_STAGED -> staged(json);
            case CHECKPOINT_REACHED ->
                new Event.CheckpointReached(vm(json), OperationJson.checkpoint(json));
            case VM_ARRIVED -> new Event.VmArrived(
                    vm(json), VmJson.origin(json), ImageJson.images(json), ImageJson.digests(json),
                    ImageJson.samples(json), json.optionalObject("replaced").map(VmJson::vm), retention(json),
                    decompressed(json), unpacked(json));
            case PACKAGE_CHECKPOINT_REACHED -> new Event.PackageCheckpointReached(
                    vm(json), OperationJson.packageCheckpoint(json));
            case PACKAGE_EXPORTED -> exported(json);
            case VM_DELETED ->
                new Event.VmDeleted(vm(json), former(json), retention(json));
            case SNAPSHOT_DELETED -> new Event.SnapshotDeleted(
                    vm(json), new SnapshotName(json.text("snapshot")), json.optionalNumber("vmSince"), retention(json));
            case VM_UNDELETED -> new Event.VmUndeleted(
                    vm(json),
                    RequestJson.deletion(json),
                    former(json),
                    ImageJson.images(json));
            case SNAPSHOT_UNDELETED -> new Event.SnapshotUndeleted(
                    vm(json), RequestJson.deletion(json), ImageJson.image(json));
            case PACKAGE_UNDELETED -> new Event.PackageUndeleted(
                    vm(json), json.text("file"), RequestJson.deletion(json));
            case TRASH_PURGED -> new Event.TrashPurged(
                    vm(json), json.optionalText("snapshot").map(SnapshotName::new), json.optionalText("file"),
                    RequestJson.deletion(json));
            case VM_RENAMED -> new Event.VmRenamed(new VmName(json.text("from")), vm(json));
            case OPERATION_FAILED -> new Event.OperationFailed(json.text("reason"), exitCode(json));
            case OPERATION_INTERRUPTED -> interrupted(json);
            case OPERATION_ABANDONED -> new Event.OperationAbandoned();
            case VM_FOUND -> new Event.VmFound(
                    vm(json), ImageJson.images(json), json.optionalText("copyOf").map(VmName::new),
                    json.optionalText("owner"),
                    former(json), ImageJson.digests(json), ImageJson.samples(json));
            case VM_MOVED -> new Event.VmMoved(new VmName(json.text("from")), vm(json));
            case VM_VANISHED -> new Event.VmVanished(vm(json), former(json));
            case SNAPSHOT_FOUND ->
                new Event.SnapshotFound(vm(json), ImageJson.image(json), json.optionalText("owner"),
                        json.optionalText("sample").map(ImageJson::sample));
            case IMAGE_VANISHED -> new Event.ImageVanished(vm(json), ImageJson.name(json.text("file")));
            case IMAGE_DIGESTED -> new Event.ImageDigested(
                    vm(json), ImageJson.image(json), ImageJson.digest(json.text("digest")));
            case TEAM_JOINED -> new Event.TeamJoined(
                    json.text("server"), json.text("root"), json.optionalText("copy").map(EventJson::root));
            case TEAM_LEFT -> new Event.TeamLeft(json.text("server"), json.text("root"));
            case IMAGE_CHANGED ->
                new Event.ImageChanged(vm(json), ImageJson.image(json), json.optionalText("owner"), sameness(json),
                        json.optionalText("digest").map(ImageJson::digest),
                        json.optionalText("sample").map(ImageJson::sample));
        };
    }

    static Event.VmStaged staged(JsonObject json) {
        return new Event.VmStaged(
                vm(json), ImageJson.images(json), json.number("folderInode"), ImageJson.digests(json),
                decompressed(json), unpacked(json));
    }

    static Event.OperationInterrupted interrupted(JsonObject json) {
        return new Event.OperationInterrupted(json.text("reason"), exitCode(json));
    }

    private static RootId root(String text) {
        return RootId.of(text)
                .orElseThrow(() -> new UnreadableText("%s is not the identity of a root".formatted(text)));
    }

    private static int exitCode(JsonObject json) {
        return Math.toIntExact(json.number("exitCode"));
    }

    /** Version 1 had no digests of the images, version 2 none of the file. */
    private static Event.PackageExported exported(JsonObject json) {
        return new Event.PackageExported(
                vm(json),
                json.text("file"),
                ImageJson.images(json),
                new ByteCount(json.number("size")),
                ImageJson.digests(json),
                json.optionalText("seal").map(Sha256::new),
                json.optionalText("sha256").map(Sha256::new),
                retention(json));
    }

    private static Optional<Sameness> sameness(JsonObject json) {
        return json.optionalText("sameness").map(text -> Arrays.stream(Sameness.values())
                .filter(value -> value.text().equals(text))
                .findFirst()
                .orElseThrow(() -> new UnreadableText("%s is no sameness".formatted(text))));
    }

    private static Optional<Vm> former(JsonObject json) {
        return json.optionalObject("former").map(VmJson::vm);
    }

    private static VmName vm(JsonObject json) {
        return new VmName(json.text("vm"));
    }
}
