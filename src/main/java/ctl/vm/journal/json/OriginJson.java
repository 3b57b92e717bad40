package ctl.vm.journal.json;

import com.fasterxml.jackson.core.JsonGenerator;
import ctl.vm.inventory.Origin;
import ctl.vm.inventory.value.VmName;
import java.io.IOException;
import java.util.Optional;

/** How a VM's origin is written: its kind, and the source where it has one. */
public final class OriginJson {

    private OriginJson() {}

    static void write(JsonGenerator json, Origin origin) throws IOException {
        JsonText.object(json, "origin", fields -> {
            fields.writeStringField("kind", kind(origin));
            Optional<String> source = source(origin);
            if (source.isPresent()) {
                fields.writeStringField("source", source.get());
            }
        });
    }

    public static Origin origin(JsonObject json) {
        return fromFields(json.object("origin"));
    }

    static Origin fromFields(JsonObject origin) {
        return origin(origin.text("kind"), origin.optionalText("source"));
    }

    public static String kind(Origin origin) {
        return switch (origin) {
            case Origin.Created _ -> "created";
            case Origin.ClonedFrom _ -> "cloned";
            case Origin.ImportedFrom _ -> "imported";
            case Origin.Found _ -> "found";
            case Origin.CopiedByHand _ -> "copied-by-hand";
        };
    }

    /** The VM or file that it came from. */
    public static Optional<String> source(Origin origin) {
        return switch (origin) {
            case Origin.Created _, Origin.Found _ -> Optional.empty();
            case Origin.ClonedFrom cloned -> Optional.of(cloned.source().text());
            case Origin.ImportedFrom imported -> Optional.of(imported.file());
            case Origin.CopiedByHand copied -> Optional.of(copied.source().text());
        };
    }

    public static Origin origin(String kind, Optional<String> source) {
        return switch (kind) {
            case "created" -> new Origin.Created();
            case "cloned" -> new Origin.ClonedFrom(new VmName(required(source)));
            case "imported" -> new Origin.ImportedFrom(required(source));
            case "found" -> new Origin.Found();
            case "copied-by-hand" -> new Origin.CopiedByHand(new VmName(required(source)));
            default -> throw new UnreadableText("%s is no origin".formatted(kind));
        };
    }

    private static String required(Optional<String> source) {
        return source.orElseThrow(() -> new UnreadableText("source is missing"));
    }
}
