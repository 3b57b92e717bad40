package ctl.vm.journal.json;

import com.fasterxml.jackson.core.JsonGenerator;
import ctl.vm.inventory.ImageFacts;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.VmName;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** How a VM is written in what tells of one that is gone. */
final class VmJson {

    private VmJson() {}

    static void write(JsonGenerator json, Vm vm) throws IOException {
        json.writeStringField("name", vm.name().text());
        json.writeNumberField("since", vm.since());
        OriginJson.write(json, vm.origin());
        json.writeStringField("arrived", vm.arrived().toString());
        json.writeStringField("by", vm.by());
        ImageJson.write(json, new TreeMap<>(vm.images()).values());
    }

    static Vm vm(JsonObject json) {
        Map<ImageName, ImageFacts> images = ImageJson.images(json).stream()
                .collect(Collectors.toMap(ImageFacts::name, image -> image));
        return new Vm(
                new VmName(json.text("name")),
                json.number("since"),
                OriginJson.origin(json),
                json.time("arrived"),
                json.text("by"),
                images);
    }
}
