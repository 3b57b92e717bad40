package ctl.vm.journal.json;

import com.fasterxml.jackson.core.JsonGenerator;
import ctl.vm.inventory.ImageFacts;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.FileId;
import ctl.vm.inventory.value.ImageName;
import java.io.IOException;
import java.util.Collection;
import java.util.List;

/** How what the journal keeps of an image is written. */
public final class ImageJson {

    private ImageJson() {}

    static void write(JsonGenerator json, Collection<ImageFacts> images) throws IOException {
        json.writeArrayFieldStart("images");
        for (ImageFacts image : images) {
            JsonText.object(json, fields -> fields(fields, image));
        }
        json.writeEndArray();
    }

    static void write(JsonGenerator json, ImageFacts image) throws IOException {
        JsonText.object(json, "image", fields -> fields(fields, image));
    }

    private static void fields(JsonGenerator json, ImageFacts image) throws IOException {
        json.writeStringField("file", image.name().fileName());
        json.writeNumberField("size", image.size().bytes());
        json.writeStringField("modified", image.modified().toString());
        if (image.file().isPresent()) {
            json.writeNumberField("device", image.file().get().device());
            json.writeNumberField("inode", image.file().get().inode());
        }
    }

    static List<ImageFacts> images(JsonObject json) {
        return json.objects("images").stream().map(ImageJson::image).toList();
    }

    static ImageFacts image(JsonObject json) {
        return new ImageFacts(name(json.text("file")), new ByteCount(json.number("size")), json.time("modified"),
                json.optionalNumber("inode").map(inode -> new FileId(json.number("device"), inode)));
    }

    public static ImageName name(String file) {
        return ImageName.ofFile(file)
                .orElseThrow(() -> new UnreadableText("%s is not the name of an image".formatted(file)));
    }
}
