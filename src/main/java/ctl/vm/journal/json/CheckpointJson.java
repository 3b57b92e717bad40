package ctl.vm.journal.json;

import com.fasterxml.jackson.core.JsonGenerator;
import ctl.vm.inventory.Checkpoint;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageDigest;
import ctl.vm.inventory.value.Sha256;
import java.io.IOException;

/** How a checkpoint is written. */
final class CheckpointJson {

    private CheckpointJson() {}

    static void write(JsonGenerator json, Checkpoint checkpoint) throws IOException {
        json.writeStringField("file", checkpoint.image().fileName());
        json.writeNumberField("durable", checkpoint.durable().bytes());
        if (checkpoint.digest().isPresent()) {
            json.writeStringField("digest", checkpoint.digest().get().state().hex());
        }
        SourceJson.write(json, checkpoint.source());
    }

    /** Version 1 had no digest. */
    static Checkpoint checkpoint(JsonObject json) {
        return new Checkpoint(
                ImageJson.name(json.text("file")),
                new ByteCount(json.number("durable")),
                json.optionalText("digest").map(Sha256::new).map(ImageDigest.Chain::new),
                SourceJson.source(json));
    }
}
