package ctl.vm.journal.json;

import ctl.vm.inventory.ImageFacts;
import ctl.vm.inventory.Origin;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.value.VmName;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** How a VM that is gone is written, and the origin of any: its kind, and the source where it has one. */
public final class VmJson {

    private VmJson() {}

    static void write(JsonWriter json, Vm vm) {
        json.text("name", vm.name().text());
        json.number("since", vm.since());
        write(json, vm.origin());
        json.text("arrived", vm.arrived().toString());
        json.text("by", vm.by());
        ImageJson.write(json, new TreeMap<>(vm.images()).values());
    }

    static Vm vm(JsonObject json) {
        return new Vm(
                new VmName(json.text("name")),
                json.number("since"),
                origin(json),
                json.time("arrived"),
                json.text("by"),
                ImageJson.images(json).stream().collect(Collectors.toMap(ImageFacts::name, image -> image)));
    }

    static void write(JsonWriter json, Origin origin) {
        json.object("origin", fields -> {
            fields.text("kind", kind(origin));
            fields.text("source", source(origin));
        });
    }

    static Origin origin(JsonObject json) {
        JsonObject origin = json.object("origin");
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
