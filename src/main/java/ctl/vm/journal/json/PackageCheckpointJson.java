package ctl.vm.journal.json;

import com.fasterxml.jackson.core.JsonGenerator;
import ctl.vm.inventory.PackageCheckpoint.PackedImage;
import ctl.vm.inventory.PackageCheckpoint;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageDigest;
import ctl.vm.inventory.value.Sha256;
import java.io.IOException;

/** How a checkpoint of a package is written. */
final class PackageCheckpointJson {

    private PackageCheckpointJson() {}

    static void write(JsonGenerator json, PackageCheckpoint checkpoint) throws IOException {
        json.writeNumberField("written", checkpoint.written().bytes());
        json.writeNumberField("members", checkpoint.members());
        json.writeStringField("digest", checkpoint.digest().hex());
        json.writeNumberField("unpacked", checkpoint.unpacked().bytes());
        json.writeBooleanField("complete", checkpoint.complete());
        json.writeArrayFieldStart("images");
        for (PackedImage image : checkpoint.images()) {
            JsonText.object(json, fields -> write(fields, image));
        }
        json.writeEndArray();
        if (checkpoint.file().isPresent()) {
            json.writeStringField("sha256", checkpoint.file().get().hex());
        }
    }

    private static void write(JsonGenerator json, PackedImage image) throws IOException {
        json.writeStringField("file", image.name().fileName());
        json.writeNumberField("packed", image.packed().bytes());
        json.writeStringField("chain", image.chain().state().hex());
        json.writeStringField("header", image.header().hex());
        SourceJson.write(json, image.source());
    }

    static PackageCheckpoint checkpoint(JsonObject json) {
        return new PackageCheckpoint(
                new ByteCount(json.number("written")),
                json.number("members"),
                sha256(json, "digest"),
                new ByteCount(json.number("unpacked")),
                json.objects("images").stream().map(PackageCheckpointJson::image).toList(),
                json.flag("complete"),
                json.optionalText("sha256").map(Sha256::new));
    }

    private static PackedImage image(JsonObject json) {
        return new PackedImage(
                ImageJson.name(json.text("file")),
                SourceJson.source(json),
                sha256(json, "header"),
                new ByteCount(json.number("packed")),
                new ImageDigest.Chain(sha256(json, "chain")));
    }

    private static Sha256 sha256(JsonObject json, String field) {
        return new Sha256(json.text(field));
    }
}
