package ctl.vm.journal.json;

import com.fasterxml.jackson.core.JsonGenerator;
import ctl.vm.inventory.CopyOptions.When;
import ctl.vm.inventory.CopyOptions;
import java.io.IOException;
import java.util.Locale;

/** How the options of a copy are written. Who wrote before there were any meant the usual ones. */
final class CopyOptionsJson {

    private CopyOptionsJson() {}

    static void write(JsonGenerator json, CopyOptions options) throws IOException {
        json.writeStringField("reflink", options.reflink().toString());
        json.writeStringField("sparse", options.sparse().toString());
    }

    static CopyOptions options(JsonObject json) {
        return new CopyOptions(when(json, "reflink"), when(json, "sparse"));
    }

    private static When when(JsonObject json, String field) {
        return json.optionalText(field)
                .map(text -> When.valueOf(text.toUpperCase(Locale.ROOT)))
                .orElse(When.AUTO);
    }
}
