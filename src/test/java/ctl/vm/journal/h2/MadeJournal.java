package ctl.vm.journal.h2;

import ctl.vm.inventory.Actor;
import ctl.vm.inventory.CompressionLevel;
import ctl.vm.inventory.CopyOptions;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.EventSubject;
import ctl.vm.inventory.Fold;
import ctl.vm.inventory.ImageFacts;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Origin;
import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.audit.AuditEntry;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.ImageSize;
import ctl.vm.inventory.value.Layout;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.SnapshotName;
import ctl.vm.inventory.value.VmName;
import ctl.vm.journal.chain.EventRow;
import ctl.vm.journal.chain.Head;
import ctl.vm.journal.mirror.Mirror;
import ctl.vm.journal.sql.AuditRow;
import ctl.vm.journal.sql.AuditTable;
import ctl.vm.journal.sql.EventTable;
import ctl.vm.journal.sql.IndexHint;
import ctl.vm.journal.sql.OperationRow;
import ctl.vm.journal.sql.OperationTable;
import ctl.vm.journal.sql.PreviousName;
import ctl.vm.journal.sql.Table;
import ctl.vm.journal.sql.VmTable;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * Makes a root with a long journal, and VMs in it that are as the journal says: for measuring. A million events take a
 * minute or two, as nothing is synced before the end.
 *
 * <pre>
 * java -cp ... ctl.vm.journal.h2.MadeJournal ROOT EVENTS [VMS]
 * </pre>
 *
 * The same arguments give the same events: VMs {@code Box1} and so on, which five users ({@code ann}, {@code ben}, ...)
 * clone, export, rename and give snapshots to, one event every 20 seconds.
 */
public final class MadeJournal implements AutoCloseable {

    /** Of each disk image; all hole. */
    private static final ByteCount SIZE = new ByteCount(1 << 20);

    private static final List<String> USERS = List.of("ann", "ben", "cem", "dora", "eve");
    private static final List<SnapshotName> SNAPSHOTS = List.of(
            new SnapshotName("ready"), new SnapshotName("base"), new SnapshotName("keys"));
    private static final Instant FIRST = Instant.parse("2026-01-01T00:00:00Z");
    private static final int BATCH_ROWS = 1000;

    private final Layout layout;
    private final long wanted;
    private final Random random = new Random(7);
    private final Connection connection;
    private final OutputStream mirror;
    private final Table.Batch<EventRow> events;
    private final Table.Batch<OperationRow> ended;
    private final Table.Batch<AuditRow> entries;
    private final Set<PreviousName> formerNames = new HashSet<>();
    private AuditRow entry;
    private final List<VmName> names = new ArrayList<>();
    private final Map<VmName, Vm> vms = new HashMap<>();
    private Optional<OpenOperation> open = Optional.empty();
    private Head head = Head.BEGINNING;
    private int operations;
    private String user = USERS.getFirst();
    private List<String> words = List.of();
    private OperationId id = OperationId.startedAt(FIRST, 0);

    private MadeJournal(Layout layout, long wanted) throws IOException, SQLException {
        this.layout = layout;
        this.wanted = wanted;
        Files.createDirectories(layout.journal());
        Files.createDirectories(layout.vms());
        Files.createFile(layout.journalLock());
        // As for a new journal: Flyway makes the tables while this is open.
        this.connection = H2JournalTest.database(layout).openNew();
        NewDatabase.Migration.run(Database.url(layout.newDatabase()) + Database.FLAGS);
        this.entries = new AuditTable(connection, IndexHint.USE_INDEX).insertBatch();
        this.mirror = new BufferedOutputStream(Files.newOutputStream(layout.mirror()), 1 << 20);
        this.events = new EventTable(connection).insertBatch();
        this.ended = new OperationTable(connection).replaceBatch();
    }

    /** @param arguments the root, how many events, how many VMs: 20 where it is left out */
    public static void main(String[] arguments) throws IOException, SQLException {
        int vms = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 20;
        make(Path.of(arguments[0]), Long.parseLong(arguments[1]), vms);
    }

    /** Makes a root where there is no journal yet. */
    public static void make(Path root, long events, int vms) throws IOException, SQLException {
        Layout layout = Layout.at(root);
        try (var journal = new MadeJournal(layout, events)) {
            journal.fill(vms);
        }
        Files.move(layout.newDatabaseFile(), layout.databaseFile(), StandardCopyOption.ATOMIC_MOVE);
    }

    private void fill(int count) throws IOException, SQLException {
        for (int number = 1; number <= count && isWanted(3); number++) {
            VmName name = new VmName("Box" + number);
            create(name);
            names.add(name);
        }
        while (isWanted(5)) {
            somethingHappens(one(names));
        }
        while (isWanted(1)) {
            byHand(new Event.ImageChanged(names.getFirst(), image(ImageName.DISK)));
        }
        send();
        for (PreviousName name : formerNames) {
            new PreviousName.InTable(connection).replace(name);
        }
        var table = new VmTable(connection);
        for (Vm vm : vms.values()) {
            table.write(Optional.empty(), vm);
            makeFolder(vm);
        }
        connection.commit();
    }

    private boolean isWanted(int more) {
        return head.sequence() + more <= wanted;
    }

    private void somethingHappens(VmName vm) throws IOException, SQLException {
        SnapshotName snapshot = one(SNAPSHOTS);
        boolean isThere = vms.get(vm).image(ImageName.of(snapshot)).isPresent();
        switch (random.nextInt(6)) {
            case 0 -> byHand(new Event.ImageChanged(vm, image(ImageName.DISK)));
            case 1, 2 -> {
                if (isThere) {
                    deleteSnapshot(vm, snapshot);
                } else {
                    byHand(new Event.SnapshotFound(vm, image(ImageName.of(snapshot))));
                }
            }
            case 3 -> cloneAndDelete(vm);
            case 4 -> rename(vm);
            default -> export(vm);
        }
    }

    private void create(VmName vm) throws IOException, SQLException {
        start(new Request.Create(vm, ImageSize.parse(String.valueOf(SIZE.bytes())), false), "create", vm.text());
        List<ImageFacts> images = List.of(image(ImageName.DISK));
        append(new Event.VmStaged(vm, images, 1000 + head.sequence()));
        append(new Event.VmArrived(vm, new Origin.Created(), images));
    }

    private void cloneAndDelete(VmName vm) throws IOException, SQLException {
        VmName copy = new VmName(vm + " try " + random.nextInt(1000));
        start(new Request.Clone(vm, copy, CopyOptions.USUAL, false), "clone", vm.text(), copy.text());
        List<ImageFacts> images = List.copyOf(vms.get(vm).images().values());
        append(new Event.VmStaged(copy, images, 1000 + head.sequence()));
        append(new Event.VmArrived(copy, new Origin.ClonedFrom(vm), images));
        start(new Request.DeleteVm(copy), "delete", "-y", copy.text());
        append(new Event.VmDeleted(copy, Optional.of(vms.get(copy))));
    }

    private void deleteSnapshot(VmName vm, SnapshotName snapshot) throws IOException, SQLException {
        start(new Request.DeleteSnapshot(vm, snapshot), "delete", vm + ":" + snapshot);
        append(new Event.SnapshotDeleted(vm, snapshot, Optional.of(vms.get(vm).since())));
    }

    private void rename(VmName vm) throws IOException, SQLException {
        VmName other = vm.text().endsWith(" new")
                ? new VmName(vm.text().substring(0, vm.text().length() - " new".length()))
                : new VmName(vm + " new");
        start(new Request.Rename(vm, other), "rename", vm.text(), other.text());
        append(new Event.VmRenamed(vm, other));
        names.set(names.indexOf(vm), other);
    }

    private void export(VmName vm) throws IOException, SQLException {
        String file = "/home/%s.tar.gz".formatted(vm);
        start(new Request.Export(vm, file, true, CompressionLevel.USUAL), "export", "-f", vm.text(), file);
        if (random.nextInt(10) == 0) {
            append(new Event.OperationFailed("%s: no space left on the disk".formatted(file), 1));
        } else {
            append(new Event.PackageExported(vm, file, List.copyOf(vms.get(vm).images().values()),
                    new ByteCount(random.nextInt(1 << 20)), Map.of(), Optional.empty(), Optional.empty()));
        }
    }

    private void start(Request request, String... typed) throws IOException, SQLException {
        begin(typed);
        append(new Event.OperationStarted(request));
    }

    private void byHand(Event event) throws IOException, SQLException {
        begin("reconcile");
        append(event);
    }

    private void begin(String... typed) {
        user = one(USERS);
        words = new ArrayList<>(List.of("ctl", "vm"));
        words.addAll(List.of(typed));
        id = OperationId.startedAt(now(), operations++);
    }

    private void append(Event event) throws IOException, SQLException {
        Map<VmName, Vm> touched = new TreeMap<>();
        EventSubject.touched(event).stream().filter(vms::containsKey).forEach(name -> touched.put(name, vms.get(name)));
        var before = new Inventory(touched, open.map(operation -> Map.of(operation.id(), operation)).orElse(Map.of()));
        EventRow row = EventRow.after(head, id, now(), actor(), event, EventSubject.of(event, before.operation(id)));
        var recorded = new Recorded(
                row.sequence(), id, row.time(), actor(), event, row.previous(), row.hash());
        Inventory after = before.after(recorded);
        touched.keySet().forEach(vms::remove);
        vms.putAll(after.vms());
        events.add(row);
        tell(new Fold.Change(before, recorded, after));
        mirror.write(Mirror.bytes(row.line()));
        head = new Head(row.sequence(), row.hash());
        Optional<OpenOperation> stays = after.operation(id);
        if (open.isPresent() && stays.isEmpty()) {
            ended.add(OperationRow.of(open.get()).endedBy(recorded));
        }
        open = stays;
        if (head.sequence() % BATCH_ROWS == 0) {
            send();
            connection.commit();
        }
    }

    /** As {@link AuditTable#write}, but that nothing is read: one operation goes on at a time. */
    private void tell(Fold.Change change) throws SQLException {
        Event event = change.event().event();
        entry = AuditEntry.isBegunBy(event) ? AuditRow.begunBy(change) : entry.after(change);
        if (change.after().open().isEmpty()) {
            entries.add(entry);
        }
        formerNames.addAll(PreviousName.of(event, change.after()));
    }

    private void send() throws SQLException {
        events.send();
        ended.send();
        entries.send();
    }

    private Actor actor() {
        return new Actor(
                user, 1000 + USERS.indexOf(user), Optional.of(1000L + USERS.indexOf(user)), Optional.empty(),
                "workshop",
                new Actor.ProcessIdentity(4711 + operations, 123456, "5f0c7f3e-8a52-4a43-9d0e-0d9b3a3f2b11"),
                Optional.of("/dev/pts/0"), "/home/" + user, words);
    }

    private Instant now() {
        return FIRST.plusSeconds(20 * head.sequence());
    }

    private ImageFacts image(ImageName name) {
        return new ImageFacts(name, SIZE, now());
    }

    private void makeFolder(Vm vm) throws IOException {
        Path folder = Files.createDirectories(layout.vm(vm.name()));
        for (ImageFacts image : vm.images().values()) {
            Path file = folder.resolve(image.name().fileName());
            try (var bytes = new RandomAccessFile(file.toFile(), "rw")) {
                bytes.setLength(image.size().bytes());
            }
            Files.setLastModifiedTime(file, FileTime.from(image.modified()));
        }
    }

    private <T> T one(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    @Override
    public void close() throws IOException, SQLException {
        mirror.close();
        connection.close();
    }
}
