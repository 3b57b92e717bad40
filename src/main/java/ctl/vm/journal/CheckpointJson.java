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
        SourceJson.write(json, checkpoint.source());
    }

    static Checkpoint checkpoint(JsonObject json) {
        return new Checkpoint(
                ImageJson.name(json.text("file")),
                new ByteCount(json.number("durable")),
                SourceJson.source(json));
    }
}
