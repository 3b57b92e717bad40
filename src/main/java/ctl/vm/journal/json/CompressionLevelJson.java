package ctl.vm.journal.json;

import com.fasterxml.jackson.core.JsonGenerator;
import ctl.vm.inventory.CompressionLevel;
import java.io.IOException;
import java.util.Optional;

/** How the effort of an export is written: {@code level} where one was chosen, {@code fast} where that was. */
final class CompressionLevelJson {

    private CompressionLevelJson() {}

    static void write(JsonGenerator json, CompressionLevel level) throws IOException {
        if (level.level().isPresent()) {
            json.writeNumberField("level", level.level().get());
        }
        json.writeBooleanField("fast", level.fast());
    }

    /** Requests of version 1 knew of no effort. */
    static CompressionLevel level(JsonObject json) {
        Optional<Integer> level = json.optionalNumber("level").map(Math::toIntExact);
        return new CompressionLevel(level, json.optionalFlag("fast").orElse(false));
    }
}
