package ctl.vm.journal.json;

import com.fasterxml.jackson.core.JsonGenerator;
import ctl.vm.inventory.Checkpoint;
import ctl.vm.inventory.value.ByteCount;
import java.io.IOException;

/** How the state of a file that is copied or packed is written. */
final class SourceJson {

    private SourceJson() {}

    static void write(JsonGenerator json, Checkpoint.Source source) throws IOException {
        JsonText.object(json, "source", fields -> {
            fields.writeNumberField("size", source.size().bytes());
            fields.writeStringField("modified", source.modified().toString());
            fields.writeStringField("changed", source.changed().toString());
            fields.writeNumberField("inode", source.inode());
        });
    }

    static Checkpoint.Source source(JsonObject json) {
        JsonObject source = json.object("source");
        return new Checkpoint.Source(
                new ByteCount(source.number("size")),
                source.time("modified"),
                source.time("changed"),
                source.number("inode"));
    }
}
