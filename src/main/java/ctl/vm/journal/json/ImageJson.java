package ctl.vm.journal.json;

import ctl.vm.inventory.ImageFacts;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ContentSample;
import ctl.vm.inventory.value.FileId;
import ctl.vm.inventory.value.ImageDigest;
import ctl.vm.inventory.value.ImageName;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** How images are written, and digests and samples of their content: a field for each file. */
public final class ImageJson {

    private ImageJson() {}

    static void write(JsonWriter json, Collection<ImageFacts> images) {
        json.objects("images", images, ImageJson::fields);
    }

    static void write(JsonWriter json, ImageFacts image) {
        json.object("image", fields -> fields(fields, image));
    }

    private static void fields(JsonWriter json, ImageFacts image) {
        json.text("file", image.name().fileName());
        json.number("size", image.size().bytes());
        json.text("modified", image.modified().toString());
        json.number("device", image.file().map(FileId::device));
        json.number("inode", image.file().map(FileId::inode));
    }

    static List<ImageFacts> images(JsonObject json) {
        return json.objects("images").stream().map(ImageJson::facts).toList();
    }

    static ImageFacts image(JsonObject json) {
        return facts(json.object("image"));
    }

    private static ImageFacts facts(JsonObject json) {
        return new ImageFacts(name(json.text("file")), new ByteCount(json.number("size")), json.time("modified"),
                json.optionalNumber("inode").map(inode -> new FileId(json.number("device"), inode)));
    }

    public static ImageName name(String file) {
        return ImageName.ofFile(file)
                .orElseThrow(() -> new UnreadableText("%s is not the name of an image".formatted(file)));
    }

    static void digests(JsonWriter json, Map<ImageName, ImageDigest> digests) {
        perImage(json, "digests", digests);
    }

    /** None where an older program wrote it. */
    static Map<ImageName, ImageDigest> digests(JsonObject json) {
        return perImage(json, "digests", ImageJson::digest);
    }

    /** Left out where there are none. */
    static void samples(JsonWriter json, Map<ImageName, ContentSample> samples) {
        if (!samples.isEmpty()) {
            perImage(json, "samples", samples);
        }
    }

    static Map<ImageName, ContentSample> samples(JsonObject json) {
        return perImage(json, "samples", ImageJson::sample);
    }

    private static void perImage(JsonWriter json, String field, Map<ImageName, ?> values) {
        json.object(field, fields -> new TreeMap<>(values).forEach(
                (image, value) -> fields.text(image.fileName(), value.toString())));
    }

    private static <T> Map<ImageName, T> perImage(JsonObject json, String field, Function<String, T> read) {
        Map<ImageName, T> values = new TreeMap<>();
        json.optionalObject(field).ifPresent(files -> files.fields().keySet().forEach(
                file -> values.put(name(file), read.apply(files.text(file)))));
        return values;
    }

    static ImageDigest digest(String text) {
        try {
            return ImageDigest.parse(text);
        } catch (IllegalArgumentException malformed) {
            throw new UnreadableText("%s is not the digest of an image".formatted(text));
        }
    }

    static ContentSample sample(String text) {
        try {
            return ContentSample.parse(text);
        } catch (IllegalArgumentException | ArithmeticException malformed) {
            throw new UnreadableText("%s is not a sample of an image".formatted(text));
        }
    }
}
