package ctl.vm.journal;

import com.fasterxml.jackson.core.JsonGenerator;
import ctl.vm.inventory.ByteCount;
import ctl.vm.inventory.Checkpoint;
import java.io.IOException;

/** How a checkpoint is written. */
final class CheckpointJson {

    private CheckpointJson() {}

    static void write(JsonGenerator json, Checkpoint checkpoint) throws IOException {
        json.writeStringField("file", checkpoint.image().fileName());
        json.writeNumberField("durable", checkpoint.durable().bytes());
        JsonText.object(json, "source", fields -> {
            fields.writeNumberField("size", checkpoint.source().size().bytes());
            fields.writeStringField("modified", checkpoint.source().modified().toString());
            fields.writeStringField("changed", checkpoint.source().changed().toString());
            fields.writeNumberField("inode", checkpoint.source().inode());
        });
    }

    static Checkpoint checkpoint(JsonObject json) {
        JsonObject source = json.object("source");
        return new Checkpoint(
                ImageJson.name(json.text("file")),
                new ByteCount(json.number("durable")),
                new Checkpoint.Source(
                        new ByteCount(source.number("size")),
                        source.time("modified"),
                        source.time("changed"),
                        source.number("inode")));
    }
}
