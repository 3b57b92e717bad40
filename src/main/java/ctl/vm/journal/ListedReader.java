package ctl.vm.journal;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import ctl.vm.inventory.ByteCount;
import ctl.vm.inventory.FileId;
import ctl.vm.inventory.ImageFacts;
import ctl.vm.inventory.ImageName;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.Origin;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.VmName;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads the text of a listing as it comes, because every listing of VMs waits for it. It reads what {@link VmJson} writes
 * without making objects of JSON first, which takes a quarter of the time; the rest, which is short, by way of them.
 */
final class ListedReader {

    private final JsonParser json;

    /** Thousands of VMs call their snapshots by the same few names. */
    private final Map<String, ImageName> names = new HashMap<>();

    private ListedReader(JsonParser json) {
        this.json = json;
    }

    /** What the listing holds; empty where it is for other tables. */
    static Optional<Listed> read(byte[] file, int length) throws IOException {
        try (JsonParser json = JsonText.FACTORY.createParser(file, 0, length)) {
            return new ListedReader(json).listed();
        }
    }

    private Optional<Listed> listed() throws IOException {
        Map<VmName, Vm> vms = new TreeMap<>();
        Map<String, Object> fields = new HashMap<>();
        require(json.nextToken(), JsonToken.START_OBJECT);
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            json.nextToken();
            if (field.equals("vms")) {
                readVms(vms);
            } else {
                fields.put(field, JsonObject.value(json));
            }
        }
        JsonObject rest = new JsonObject(fields);
        if (rest.number("schema") != Schema.KNOWN_VERSION) {
            return Optional.empty();
        }
        var identity = new Listed.Identity(
                rest.number("databaseSize"), rest.time("databaseModified"), rest.number("mirrorLength"));
        var head = new Head(rest.number("sequence"), rest.text("last"));
        return Optional.of(new Listed(new Inventory(vms, InventoryJson.open(rest)), head, identity));
    }

    private void readVms(Map<VmName, Vm> vms) throws IOException {
        while (json.nextToken() == JsonToken.START_OBJECT) {
            Vm vm = vm();
            vms.put(vm.name(), vm);
        }
    }

    private Vm vm() throws IOException {
        VmName name = null;
        long since = 0;
        Origin origin = null;
        Instant arrived = null;
        String by = null;
        Map<ImageName, ImageFacts> images = new HashMap<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            json.nextToken();
            switch (field) {
                case "name" -> name = new VmName(json.getText());
                case "since" -> since = json.getLongValue();
                case "origin" -> origin = origin();
                case "arrived" -> arrived = TimeText.instant(json.getText());
                case "by" -> by = json.getText();
                case "images" -> readImages(images);
                default -> throw new UnreadableText("%s is no field of a VM".formatted(field));
            }
        }
        return new Vm(required(name), since, required(origin), required(arrived), required(by), images);
    }

    private Origin origin() throws IOException {
        if (JsonObject.value(json) instanceof JsonObject fields) {
            return OriginJson.fromFields(fields);
        }
        throw new UnreadableText("origin is of another kind");
    }

    private void readImages(Map<ImageName, ImageFacts> images) throws IOException {
        while (json.nextToken() == JsonToken.START_OBJECT) {
            ImageFacts image = image();
            images.put(image.name(), image);
        }
    }

    private ImageFacts image() throws IOException {
        String file = null;
        long size = 0;
        Instant modified = null;
        long device = 0;
        Optional<FileId> id = Optional.empty();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            json.nextToken();
            switch (field) {
                case "file" -> file = json.getText();
                case "size" -> size = json.getLongValue();
                case "modified" -> modified = TimeText.instant(json.getText());
                case "device" -> device = json.getLongValue();
                case "inode" -> id = Optional.of(new FileId(device, json.getLongValue()));
                default -> throw new UnreadableText("%s is no field of an image".formatted(field));
            }
        }
        ImageName name = names.computeIfAbsent(required(file), ImageJson::name);
        return new ImageFacts(name, new ByteCount(size), required(modified), id);
    }

    private static void require(JsonToken found, JsonToken wanted) {
        if (found != wanted) {
            throw new UnreadableText("it is not one JSON object");
        }
    }

    private static <T> T required(T value) {
        if (value == null) {
            throw new UnreadableText("a field is missing");
        }
        return value;
    }
}
