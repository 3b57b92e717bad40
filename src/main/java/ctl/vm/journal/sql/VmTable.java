package ctl.vm.journal.sql;

import ctl.vm.inventory.ImageFacts;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.FileId;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.VmName;
import ctl.vm.journal.json.ImageJson;
import ctl.vm.journal.json.VmJson;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The tables of VMs and their images: what is there now. */
public final class VmTable extends Table<Vm> {

    private static final BigDecimal NANOS_PER_SECOND = BigDecimal.valueOf(1_000_000_000);

    private final ImageTable images;

    public VmTable(Connection connection) {
        super(connection, "vm", 1, "name", "since", "origin", "source", "arrived", "arrived_by");
        this.images = new ImageTable(connection);
    }

    @Override
    List<Object> columnsOf(Vm vm) {
        return List.of(vm.name().text(), vm.since(), VmJson.kind(vm.origin()), VmJson.source(vm.origin()),
                vm.arrived(), vm.by());
    }

    /** Without its images. */
    @Override
    Vm value(ResultSet row) throws SQLException {
        return new Vm(new VmName(row.getString(1)), row.getLong(2),
                VmJson.origin(row.getString(3), optionalText(row, 4)), time(row, 5), row.getString(6), Map.of());
    }

    /** An image, and the VM that it belongs to. */
    record Image(VmName vm, ImageFacts facts) {}

    static final class ImageTable extends Table<Image> {

        ImageTable(Connection connection) {
            super(connection, "image", 2, "vm", "file", "size", "modified_ns", "device", "inode");
        }

        @Override
        List<Object> columnsOf(Image image) {
            ImageFacts facts = image.facts();
            return List.of(image.vm().text(), facts.name().fileName(), facts.size().bytes(), nanos(facts.modified()),
                    facts.file().map(FileId::device), facts.file().map(FileId::inode));
        }

        @Override
        Image value(ResultSet row) throws SQLException {
            Optional<FileId> file = optionalNumber(row, 5).isPresent() && optionalNumber(row, 6).isPresent()
                    ? Optional.of(new FileId(row.getLong(5), row.getLong(6)))
                    : Optional.empty();
            return new Image(new VmName(row.getString(1)), new ImageFacts(
                    ImageJson.name(row.getString(2)), new ByteCount(row.getLong(3)), instant(row.getBigDecimal(4)),
                    file));
        }

        /** Since the beginning of 1970: a long would end in 2262. */
        private static BigDecimal nanos(Instant time) {
            return BigDecimal.valueOf(time.getEpochSecond()).multiply(NANOS_PER_SECOND)
                    .add(BigDecimal.valueOf(time.getNano()));
        }
    }

    /** The time of a file. @param nanos since the beginning of 1970, a whole number */
    public static Instant instant(BigDecimal nanos) {
        BigInteger whole = nanos.toBigInteger();
        if (whole.bitLength() < Long.SIZE) {
            // As nearly all do; dividing numbers without end is slow in a JVM that has just started.
            return Instant.ofEpochSecond(0, whole.longValue());
        }
        BigDecimal[] parts = nanos.divideAndRemainder(NANOS_PER_SECOND);
        return Instant.ofEpochSecond(parts[0].longValueExact(), parts[1].longValueExact());
    }

    Map<VmName, Vm> all() throws SQLException {
        Map<VmName, Map<ImageName, ImageFacts>> imagesOf = new HashMap<>();
        for (Image image : images.select("")) {
            imagesOf.computeIfAbsent(image.vm(), _ -> new HashMap<>()).put(image.facts().name(), image.facts());
        }
        Map<VmName, Vm> all = new TreeMap<>();
        for (Vm vm : select("")) {
            all.put(vm.name(), vm.with(imagesOf.getOrDefault(vm.name(), Map.of())));
        }
        return all;
    }

    /** Writes how a VM differs from what it was; it is new where that is empty. */
    public void write(Optional<Vm> before, Vm now) throws SQLException {
        if (before.isEmpty()) {
            insert(now);
        } else if (!row(before.get()).equals(row(now))) {
            update(now);
        }
        Map<ImageName, ImageFacts> known = before.map(Vm::images).orElse(Map.of());
        for (ImageName gone : known.keySet()) {
            if (now.image(gone).isEmpty()) {
                images.delete(now.name().text(), gone.fileName());
            }
        }
        for (ImageFacts image : now.images().values()) {
            ImageFacts was = known.get(image.name());
            if (was == null) {
                images.insert(new Image(now.name(), image));
            } else if (!image.equals(was)) {
                images.update(new Image(now.name(), image));
            }
        }
    }
}
