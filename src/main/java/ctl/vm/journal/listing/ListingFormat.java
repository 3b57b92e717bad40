package ctl.vm.journal.listing;

import ctl.vm.inventory.ImageFacts;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.FileId;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.VmName;
import ctl.vm.journal.chain.Head;
import ctl.vm.journal.json.ImageJson;
import ctl.vm.journal.json.JsonObject;
import ctl.vm.journal.json.JsonWriter;
import ctl.vm.journal.json.OperationJson;
import ctl.vm.journal.json.VmJson;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How an inventory is written in the listing: identity and head of the journal, the VMs, the open operations.
 *
 * <p>A VM is its name, since, origin, source, arrived and by, the number of its images, and for each its file, size,
 * modified, device and inode. What there is not is "" or -1. Open operations are few: they are written as everywhere
 * else, as JSON.
 */
final class ListingFormat {

    private static final String NO_SOURCE = "";
    private static final long NO_FILE = -1;

    private ListingFormat() {}

    static void write(DataOutput to, InventoryCache listed) throws IOException {
        to.writeLong(listed.identity().databaseSize());
        write(to, listed.identity().databaseModified());
        to.writeLong(listed.identity().mirrorLength());
        to.writeLong(listed.head().sequence());
        to.writeUTF(listed.head().hash());
        Inventory inventory = listed.inventory();
        to.writeInt(inventory.vms().size());
        for (Vm vm : inventory.vms().values()) {
            write(to, vm);
        }
        to.writeInt(inventory.open().size());
        for (OpenOperation operation : inventory.open().values()) {
            byte[] text = JsonWriter.object(json -> OperationJson.write(json, operation))
                    .getBytes(StandardCharsets.UTF_8);
            to.writeInt(text.length);
            to.write(text);
        }
    }

    private static void write(DataOutput to, Vm vm) throws IOException {
        to.writeUTF(vm.name().text());
        to.writeLong(vm.since());
        to.writeUTF(VmJson.kind(vm.origin()));
        to.writeUTF(VmJson.source(vm.origin()).orElse(NO_SOURCE));
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

    private static void write(DataOutput to, Instant time) throws IOException {
        to.writeLong(time.getEpochSecond());
        to.writeInt(time.getNano());
    }

    static InventoryCache read(DataInput from) throws IOException {
        var identity = new InventoryCache.Identity(from.readLong(), readTime(from), from.readLong());
        var head = new Head(from.readLong(), from.readUTF());
        Map<VmName, Vm> vms = new TreeMap<>();
        Map<String, ImageName> names = new HashMap<>();
        for (int left = from.readInt(); left > 0; left--) {
            Vm vm = readVm(from, names);
            vms.put(vm.name(), vm);
        }
        Map<OperationId, OpenOperation> open = new TreeMap<>();
        for (int left = from.readInt(); left > 0; left--) {
            byte[] text = new byte[from.readInt()];
            from.readFully(text);
            OpenOperation operation = OperationJson
                    .operation(JsonObject.parse(new String(text, StandardCharsets.UTF_8)));
            open.put(operation.id(), operation);
        }
        return new InventoryCache(new Inventory(vms, open), head, identity);
    }

    /** @param names by file, filled on the way: thousands of VMs call their snapshots by the same few */
    private static Vm readVm(DataInput from, Map<String, ImageName> names) throws IOException {
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
                name, since, VmJson.origin(origin, Optional.of(source).filter(text -> !text.equals(NO_SOURCE))),
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

    private static Instant readTime(DataInput from) throws IOException {
        return Instant.ofEpochSecond(from.readLong(), from.readInt());
    }
}
