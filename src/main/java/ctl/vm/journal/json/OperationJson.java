package ctl.vm.journal.json;

import ctl.vm.inventory.Checkpoint;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.PackageCheckpoint.PackedImage;
import ctl.vm.inventory.PackageCheckpoint;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.FolderId;
import ctl.vm.inventory.value.ImageDigest;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.Sha256;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** How an open operation is written, its progress, and the checkpoints that this is made of. */
public final class OperationJson {

    private OperationJson() {}

    public static void write(JsonWriter json, OpenOperation operation) {
        json.text("id", operation.id().text());
        json.text("action", RequestJson.action(operation.request()));
        json.object("request", request -> RequestJson.write(request, operation.request()));
        json.text("started", operation.started().toString());
        json.object("actor", actor -> ActorJson.write(actor, operation.actor()));
        json.object("progress", progress -> progress(progress, operation));
    }

    public static OpenOperation operation(JsonObject json) {
        return progressed(
                OpenOperation.started(
                        new OperationId(json.text("id")),
                        RequestJson.request(json.text("action"), json.object("request")),
                        json.time("started"),
                        ActorJson.actor(json.object("actor")),
                        Optional.empty()),
                json.object("progress"));
    }

    /** How far it has come. */
    public static String progress(OpenOperation operation) {
        return JsonWriter.object(json -> progress(json, operation));
    }

    private static void progress(JsonWriter json, OpenOperation operation) {
        json.object("replaces", operation.replaces(), OperationJson::write);
        json.objects("checkpoints", new TreeMap<>(operation.checkpoints()).values(), OperationJson::write);
        json.object("packed", operation.packed().map(
                checkpoint -> new Event.PackageCheckpointReached(operation.request().vm(), checkpoint)),
                EventJson::write);
        json.object("staged", operation.staged(), EventJson::write);
        json.object("interrupted", operation.interrupted(), EventJson::write);
    }

    /** The operation that has started like this and has come as far as {@code json} says. */
    public static OpenOperation progressed(OpenOperation started, JsonObject json) {
        Map<ImageName, Checkpoint> checkpoints = new TreeMap<>();
        for (JsonObject fields : json.objects("checkpoints")) {
            Checkpoint checkpoint = checkpoint(fields);
            checkpoints.put(checkpoint.image(), checkpoint);
        }
        return new OpenOperation(
                started.id(),
                started.request(),
                started.started(),
                started.actor(),
                replaces(json),
                checkpoints,
                json.optionalObject("packed").map(OperationJson::packageCheckpoint),
                json.optionalObject("staged").map(EventJson::staged),
                json.optionalObject("interrupted").map(EventJson::interrupted));
    }

    static void write(JsonWriter json, FolderId folder) {
        json.number("inode", folder.inode());
        json.text("born", folder.born().map(Instant::toString));
    }

    static Optional<FolderId> replaces(JsonObject json) {
        return json.optionalObject("replaces")
                .map(folder -> new FolderId(
                        folder.number("inode"), folder.optionalText("born").map(_ -> folder.time("born"))));
    }

    static void write(JsonWriter json, Checkpoint checkpoint) {
        json.text("file", checkpoint.image().fileName());
        json.number("durable", checkpoint.durable().bytes());
        json.text("digest", checkpoint.digest().map(digest -> digest.state().hex()));
        write(json, checkpoint.source());
    }

    /** Version 1 had no digest. */
    static Checkpoint checkpoint(JsonObject json) {
        return new Checkpoint(
                ImageJson.name(json.text("file")),
                new ByteCount(json.number("durable")),
                json.optionalText("digest").map(Sha256::new).map(ImageDigest.Chain::new),
                source(json));
    }

    private static void write(JsonWriter json, Checkpoint.Source source) {
        json.object("source", fields -> {
            fields.number("size", source.size().bytes());
            fields.text("modified", source.modified().toString());
            fields.text("changed", source.changed().toString());
            fields.number("inode", source.inode());
        });
    }

    private static Checkpoint.Source source(JsonObject json) {
        JsonObject source = json.object("source");
        return new Checkpoint.Source(new ByteCount(source.number("size")), source.time("modified"),
                source.time("changed"), source.number("inode"));
    }

    static void write(JsonWriter json, PackageCheckpoint checkpoint) {
        json.number("written", checkpoint.written().bytes());
        json.number("members", checkpoint.members());
        json.text("digest", checkpoint.digest().hex());
        json.number("unpacked", checkpoint.unpacked().bytes());
        json.flag("complete", checkpoint.complete());
        json.objects("images", checkpoint.images(), OperationJson::write);
        json.text("sha256", checkpoint.file().map(Sha256::hex));
    }

    private static void write(JsonWriter json, PackedImage image) {
        json.text("file", image.name().fileName());
        json.number("packed", image.packed().bytes());
        json.text("chain", image.chain().state().hex());
        json.text("header", image.header().hex());
        write(json, image.source());
    }

    static PackageCheckpoint packageCheckpoint(JsonObject json) {
        return new PackageCheckpoint(
                new ByteCount(json.number("written")),
                json.number("members"),
                new Sha256(json.text("digest")),
                new ByteCount(json.number("unpacked")),
                json.objects("images").stream().map(OperationJson::packedImage).toList(),
                json.flag("complete"),
                json.optionalText("sha256").map(Sha256::new));
    }

    private static PackedImage packedImage(JsonObject json) {
        return new PackedImage(
                ImageJson.name(json.text("file")),
                source(json),
                new Sha256(json.text("header")),
                new ByteCount(json.number("packed")),
                new ImageDigest.Chain(new Sha256(json.text("chain"))));
    }
}
