package ctl.vm.journal.json;

import com.fasterxml.jackson.core.JsonGenerator;
import ctl.vm.inventory.PackageLimits;
import ctl.vm.inventory.value.ByteCount;
import java.io.IOException;
import java.util.Optional;

/** How the limits of an import are written: those that were chosen, each under the name of its option. */
final class PackageLimitsJson {

    private static final String DATA = "maxData";
    private static final String RATIO = "maxRatio";
    private static final String MEMBERS = "maxMembers";
    private static final String HEADER = "maxHeader";

    private PackageLimitsJson() {}

    static void write(JsonGenerator json, PackageLimits limits) throws IOException {
        write(json, DATA, limits.data().map(ByteCount::bytes));
        write(json, RATIO, limits.ratio());
        write(json, MEMBERS, limits.members());
        write(json, HEADER, limits.header().map(ByteCount::bytes));
    }

    /** Requests of version 1 knew of no limits. */
    static PackageLimits limits(JsonObject json) {
        return new PackageLimits(
                json.optionalNumber(DATA).map(ByteCount::new), json.optionalNumber(RATIO),
                json.optionalNumber(MEMBERS), json.optionalNumber(HEADER).map(ByteCount::new));
    }

    private static void write(JsonGenerator json, String name, Optional<Long> number) throws IOException {
        if (number.isPresent()) {
            json.writeNumberField(name, number.get());
        }
    }
}
