package ctl.vm.journal.sql;

import ctl.vm.inventory.ImageFacts;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.FileId;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.VmName;
import ctl.vm.journal.json.ImageJson;
import ctl.vm.journal.json.OriginJson;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The tables of VMs and their images: what is there now. */
public final class VmTable {

    private static final String SELECT_VM = "SELECT name, since, origin, source, arrived, arrived_by FROM vm";
    private static final String SELECT_IMAGE = "SELECT vm, file, size, modified, device, inode FROM image";

    /** Each pair takes the same values in the same order. */
    private static final String INSERT_VM = "INSERT INTO vm (since, origin, source, arrived, arrived_by, name)"
            + " VALUES (?, ?, ?, ?, ?, ?)";
    private static final String UPDATE_VM = "UPDATE vm SET since = ?, origin = ?, source = ?, arrived = ?, arrived_by = ?"
            + " WHERE name = ?";
    private static final String INSERT_IMAGE = "INSERT INTO image (size, modified, device, inode, vm, file)"
            + " VALUES (?, ?, ?, ?, ?, ?)";
    private static final String UPDATE_IMAGE = "UPDATE image SET size = ?, modified = ?, device = ?, inode = ?"
            + " WHERE vm = ? AND file = ?";

    private final Connection connection;

    public VmTable(Connection connection) {
        this.connection = connection;
    }

    Map<VmName, Vm> all() throws SQLException {
        try (PreparedStatement vms = connection.prepareStatement(SELECT_VM);
                PreparedStatement images = connection.prepareStatement(SELECT_IMAGE)) {
            return read(vms, images);
        }
    }

    /** Writes how a VM differs from what it was; it is new where that is empty. */
    public void write(Optional<Vm> before, Vm now) throws SQLException {
        if (before.isEmpty()) {
            execute(INSERT_VM, now);
        } else if (!isSameButForImages(before.get(), now)) {
            execute(UPDATE_VM, now);
        }
        Map<ImageName, ImageFacts> known = before.map(Vm::images).orElse(Map.of());
        for (ImageName gone : known.keySet()) {
            if (now.image(gone).isEmpty()) {
                removeImage(now.name(), gone);
            }
        }
        for (ImageFacts image : now.images().values()) {
            ImageFacts was = known.get(image.name());
            if (!image.equals(was)) {
                execute(was == null ? INSERT_IMAGE : UPDATE_IMAGE, now.name(), image);
            }
        }
    }

    /** Removes a VM with its images. */
    void remove(VmName name) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM vm WHERE name = ?")) {
            delete.setString(1, name.text());
            delete.executeUpdate();
        }
    }

    private static boolean isSameButForImages(Vm before, Vm now) {
        return before.since() == now.since()
                && before.origin().equals(now.origin())
                && before.arrived().equals(now.arrived())
                && before.by().equals(now.by());
    }

    private void execute(String sql, Vm vm) throws SQLException {
        try (PreparedStatement write = connection.prepareStatement(sql)) {
            write.setLong(1, vm.since());
            write.setString(2, OriginJson.kind(vm.origin()));
            write.setString(3, OriginJson.source(vm.origin()).orElse(null));
            write.setObject(4, EventTable.timestamp(vm.arrived()));
            write.setString(5, vm.by());
            write.setString(6, vm.name().text());
            write.executeUpdate();
        }
    }

    private void execute(String sql, VmName vm, ImageFacts image) throws SQLException {
        try (PreparedStatement write = connection.prepareStatement(sql)) {
            write.setLong(1, image.size().bytes());
            write.setObject(2, EventTable.timestamp(image.modified()));
            write.setObject(3, image.file().map(FileId::device).orElse(null));
            write.setObject(4, image.file().map(FileId::inode).orElse(null));
            write.setString(5, vm.text());
            write.setString(6, image.name().fileName());
            write.executeUpdate();
        }
    }

    private void removeImage(VmName vm, ImageName image) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM image WHERE vm = ? AND file = ?")) {
            delete.setString(1, vm.text());
            delete.setString(2, image.fileName());
            delete.executeUpdate();
        }
    }

    private static Map<VmName, Vm> read(PreparedStatement vms, PreparedStatement images) throws SQLException {
        Map<String, Map<ImageName, ImageFacts>> imagesOf = images(images);
        Map<VmName, Vm> read = new TreeMap<>();
        try (ResultSet found = vms.executeQuery()) {
            while (found.next()) {
                VmName name = new VmName(found.getString(1));
                var origin = OriginJson.origin(
                        found.getString(3), Optional.ofNullable(found.getString(4)));
                read.put(name, new Vm(
                        name,
                        found.getLong(2),
                        origin,
                        EventTable.instant(found, 5),
                        found.getString(6),
                        imagesOf.getOrDefault(name.text(), Map.of())));
            }
        }
        return read;
    }

    private static Map<String, Map<ImageName, ImageFacts>> images(PreparedStatement select) throws SQLException {
        Map<String, Map<ImageName, ImageFacts>> images = new HashMap<>();
        try (ResultSet found = select.executeQuery()) {
            while (found.next()) {
                ImageName name = ImageJson.name(found.getString(2));
                var facts = new ImageFacts(
                        name, new ByteCount(found.getLong(3)), EventTable.instant(found, 4), file(found));
                images.computeIfAbsent(found.getString(1), _ -> new HashMap<>()).put(name, facts);
            }
        }
        return images;
    }

    private static Optional<FileId> file(ResultSet found) throws SQLException {
        long device = found.getLong(5);
        long inode = found.getLong(6);
        return found.wasNull() ? Optional.empty() : Optional.of(new FileId(device, inode));
    }
}
