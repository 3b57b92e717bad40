package ctl.vm.journal;

import ctl.vm.inventory.ByteCount;
import ctl.vm.inventory.FileId;
import ctl.vm.inventory.ImageFacts;
import ctl.vm.inventory.ImageName;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.VmName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The tables of VMs and their images: what is there now. */
final class VmTable {

    private static final String SELECT_VM = "SELECT name, since, origin, source, arrived, arrived_by FROM vm";
    private static final String SELECT_IMAGE = "SELECT vm, file, size, modified, device, inode FROM image";

    private final Connection connection;

    VmTable(Connection connection) {
        this.connection = connection;
    }

    Map<VmName, Vm> all() throws SQLException {
        try (PreparedStatement vms = connection.prepareStatement(SELECT_VM);
                PreparedStatement images = connection.prepareStatement(SELECT_IMAGE)) {
            return read(vms, images);
        }
    }

    /** The one VM of this name, or none. */
    Map<VmName, Vm> find(VmName name) throws SQLException {
        try (PreparedStatement vms = connection.prepareStatement(SELECT_VM + " WHERE name = ?");
                PreparedStatement images = connection.prepareStatement(SELECT_IMAGE + " WHERE vm = ?")) {
            vms.setString(1, name.text());
            images.setString(1, name.text());
            return read(vms, images);
        }
    }

    /** Writes how a VM differs from what it was. */
    void write(Optional<Vm> before, Vm now) throws SQLException {
        mergeVm(now);
        Map<ImageName, ImageFacts> known = before.map(Vm::images).orElse(Map.of());
        for (ImageName gone : known.keySet()) {
            if (now.image(gone).isEmpty()) {
                removeImage(now.name(), gone);
            }
        }
        for (ImageFacts image : now.images().values()) {
            if (!image.equals(known.get(image.name()))) {
                mergeImage(now.name(), image);
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

    private void mergeVm(Vm vm) throws SQLException {
        String sql = "MERGE INTO vm (name, since, origin, source, arrived, arrived_by) VALUES (?, ?, ?, ?, ?, ?)";
        try (PreparedStatement merge = connection.prepareStatement(sql)) {
            merge.setString(1, vm.name().text());
            merge.setLong(2, vm.since());
            merge.setString(3, OriginJson.kind(vm.origin()));
            merge.setString(4, OriginJson.source(vm.origin()).orElse(null));
            merge.setObject(5, EventTable.timestamp(vm.arrived()));
            merge.setString(6, vm.by());
            merge.executeUpdate();
        }
    }

    private void mergeImage(VmName vm, ImageFacts image) throws SQLException {
        String sql = "MERGE INTO image (vm, file, size, modified, device, inode) VALUES (?, ?, ?, ?, ?, ?)";
        try (PreparedStatement merge = connection.prepareStatement(sql)) {
            merge.setString(1, vm.text());
            merge.setString(2, image.name().fileName());
            merge.setLong(3, image.size().bytes());
            merge.setObject(4, EventTable.timestamp(image.modified()));
            merge.setObject(5, image.file().map(FileId::device).orElse(null));
            merge.setObject(6, image.file().map(FileId::inode).orElse(null));
            merge.executeUpdate();
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
