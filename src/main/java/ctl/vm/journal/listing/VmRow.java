package ctl.vm.journal.listing;

import ctl.vm.inventory.ImageFacts;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.FileId;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.VmName;
import ctl.vm.journal.json.ImageJson;
import ctl.vm.journal.json.OriginJson;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A VM in the listing: its name, since, origin, source, arrived and by, the number of its images, and for each its file, size,
 * modified, device and inode. What there is not is "" or -1.
 */
final class VmRow {

    private static final String NO_SOURCE = "";
    private static final long NO_FILE = -1;

    private VmRow() {}

    static void write(DataOutput to, Vm vm) throws IOException {
        to.writeUTF(vm.name().text());
        to.writeLong(vm.since());
        to.writeUTF(OriginJson.kind(vm.origin()));
        to.writeUTF(OriginJson.source(vm.origin()).orElse(NO_SOURCE));
        write(to, vm.arrived());
        to.writeUTF(vm.by());
        to.writeInt(vm.images().size());
        for (ImageFacts image : new TreeMap<>(vm.images()).values()) {
            to.writeUTF(image.name().fileName());
            to.writeLong(image.size().bytes());
            write(to, image.modified());
            to.writeLong(image.file().map(FileId::device).orElse(NO_FILE));
            to.writeLong(image.file().map(FileId::inode).orElse(NO_FILE));
        }
    }

    static void write(DataOutput to, Instant time) throws IOException {
        to.writeLong(time.getEpochSecond());
        to.writeInt(time.getNano());
    }

    /** @param names by file, filled on the way: thousands of VMs call their snapshots by the same few */
    static Vm read(DataInput from, Map<String, ImageName> names) throws IOException {
        VmName name = new VmName(from.readUTF());
        long since = from.readLong();
        String origin = from.readUTF();
        String source = from.readUTF();
        Instant arrived = readTime(from);
        String by = from.readUTF();
        Map<ImageName, ImageFacts> images = new HashMap<>();
        for (int left = from.readInt(); left > 0; left--) {
            ImageFacts image = readImage(from, names);
            images.put(image.name(), image);
        }
        return new Vm(
                name, since, OriginJson.origin(origin, Optional.of(source).filter(text -> !text.equals(NO_SOURCE))),
                arrived, by, images);
    }

    private static ImageFacts readImage(DataInput from, Map<String, ImageName> names) throws IOException {
        ImageName name = names.computeIfAbsent(from.readUTF(), ImageJson::name);
        ByteCount size = new ByteCount(from.readLong());
        Instant modified = readTime(from);
        long device = from.readLong();
        long inode = from.readLong();
        return new ImageFacts(
                name, size, modified, inode == NO_FILE ? Optional.empty() : Optional.of(new FileId(device, inode)));
    }

    static Instant readTime(DataInput from) throws IOException {
        return Instant.ofEpochSecond(from.readLong(), from.readInt());
    }
}
