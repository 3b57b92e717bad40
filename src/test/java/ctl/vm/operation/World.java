package ctl.vm.operation;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.archive.Packages;
import ctl.vm.cli.problem.ProblemText;
import ctl.vm.compression.Compressors;
import ctl.vm.durable.Disk;
import ctl.vm.durable.ForgetfulDisk;
import ctl.vm.durable.InMemoryLocks;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.ImageFacts;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.Sample;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.drift.Drift;
import ctl.vm.inventory.drift.Finding;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.Layout;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.SnapshotName;
import ctl.vm.inventory.value.VmName;
import ctl.vm.journal.InMemoryJournal;
import ctl.vm.journal.InMemoryLeases;
import ctl.vm.journal.Journal;
import ctl.vm.journal.Leases;
import ctl.vm.operation.run.ResumeOperation;
import ctl.vm.operation.run.StartOperation;
import ctl.vm.problem.VmException;
import ctl.vm.process.InMemoryQemuImg;
import ctl.vm.store.Epochs;
import ctl.vm.store.Locks;
import ctl.vm.store.Store;
import java.io.ByteArrayInputStream;
import ctl.vm.inventory.Retention;
import ctl.vm.inventory.CompressionLevel;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A root on a forgetful disk, with a journal that outlives it.
 *
 * <pre>
 * /root/vm/MyBox/    disk.s2e with a hole in its middle, disk.s2e.ready, disk.s2e.base, notes.txt
 * /root/vm/Old/      disk.s2e: what --force replaces
 * /home/             where packages go
 * </pre>
 */
public final class World {

    public static final VmName MY_BOX = new VmName("MyBox");
    public static final VmName OLD = new VmName("Old");
    public static final VmName NEW = new VmName("New");
    public static final SnapshotName READY = new SnapshotName("ready");
    static final VmName GONE = new VmName("Gone");
    static final SnapshotName SET = new SnapshotName("set");
    static final OperationId GONE_DELETION = OperationId.startedAt(Instant.now(), 1);
    static final OperationId SET_DELETION = OperationId.startedAt(Instant.now(), 2);
    static final OperationId PACKAGE_DELETION = OperationId.startedAt(Instant.now(), 3);
    public static final Path PACKAGE = Path.of("/home/MyBox.tar.gz");

    /** A checkpoint after every piece of a copy, so that there are many to be lost. */
    private static final CheckpointInterval EAGER = new CheckpointInterval(new ByteCount(1), Duration.ofHours(1));

    /** No two worlds give the same ids to operations. */
    private static final AtomicInteger worlds = new AtomicInteger();

    public final ForgetfulDisk disk;
    /** How operations see it. */
    Disk seen;
    public final FailingJournal journal;
    private final InMemoryJournal stored;
    public final StopRequest stop = new StopRequest();
    public final InMemoryLocks locks = new InMemoryLocks();
    public final QuietReporter reporter = new QuietReporter();
    private byte[] piped = {};
    private Optional<Leases> leases = Optional.empty();
    private Epochs epochs = Epochs.NONE;
    private Consumer<OperationId> guard = _ -> {};
    public RetentionPeriod keep = RetentionPeriod.USUAL;
    private Clock clock = Clock.systemUTC();
    private Supplier<Uptime> machine = () -> Uptime.UNKNOWN;
    private final Random random = new Random(worlds.incrementAndGet());

    private World(ForgetfulDisk disk, InMemoryJournal journal) {
        this.disk = disk;
        this.seen = disk;
        this.stored = journal;
        this.journal = new FailingJournal(journal);
        // To remove a large file takes a while, during which no other process can use the journal.
        disk.watchRemovals(file -> assertThat(this.journal.isInWriteSession())
                .as("%s is removed in a write session", file).isFalse());
    }

    public static World make() {
        return make(_ -> Clock.systemUTC());
    }

    /** On a machine whose time the test makes. */
    public static World on(Machine machine) {
        World world = make(new ForgetfulDisk(), new InMemoryJournal(machine::actor, machine.clock()));
        world.clock = machine.clock();
        world.machine = machine::uptime;
        return world;
    }

    /** @param clock of the journal, made for the disk, whose own clock goes on with each act */
    public static World make(Function<ForgetfulDisk, Clock> clock) {
        ForgetfulDisk disk = new ForgetfulDisk();
        return make(disk, new InMemoryJournal(Sample.actor(), clock.apply(disk)));
    }

    private static World make(ForgetfulDisk disk, InMemoryJournal journal) {
        // What makes it is not part of the operations that are tried here.
        disk.folder("/root/journal/reserve");
        Random content = new Random(7);
        disk.folder("/home");
        byte[] image = new byte[64 << 10];
        content.nextBytes(image);
        Arrays.fill(image, 16 << 10, 48 << 10, (byte) 0);
        disk.write("/root/vm/MyBox/disk.s2e", image);
        disk.write("/root/vm/MyBox/disk.s2e.base", bytes(content, 5000));
        disk.write("/root/vm/MyBox/disk.s2e.ready", bytes(content, 9000));
        disk.write("/root/vm/MyBox/notes.txt", bytes(content, 100));
        disk.write("/root/vm/Old/disk.s2e", bytes(content, 8192));
        return new World(disk, journal);
    }

    /** Puts a VM Gone and the snapshot MyBox:set into the trash, deleted a moment ago. */
    void fillTrash() {
        disk.write("/root/vm/.trash/%s/Gone/disk.s2e".formatted(GONE_DELETION), new byte[] {1, 2, 3});
        disk.write("/root/vm/.trash/%s/disk.s2e.set".formatted(SET_DELETION),
                "set".repeat(200).getBytes(StandardCharsets.UTF_8));
        journal.append(GONE_DELETION, new Event.VmFound(GONE, List.of()));
        journal.append(GONE_DELETION, new Event.OperationStarted(new Request.DeleteVm(GONE)));
        journal.append(GONE_DELETION, new Event.VmDeleted(GONE, inventory().vm(GONE)));
        journal.append(SET_DELETION, new Event.VmFound(MY_BOX, List.of()));
        journal.append(SET_DELETION, new Event.SnapshotFound(
                MY_BOX, new ImageFacts(ImageName.of(SET), new ByteCount(600), Instant.EPOCH)));
        journal.append(SET_DELETION, new Event.OperationStarted(new Request.DeleteSnapshot(MY_BOX, SET)));
        journal.append(SET_DELETION, new Event.SnapshotDeleted(
                MY_BOX, SET, inventory().vm(MY_BOX).map(Vm::since)));
    }

    /** Puts a package into the trash that an export has replaced. */
    void fillTrashWith(Path file, byte[] content) {
        disk.write("/root/vm/.trash/%s/%s".formatted(PACKAGE_DELETION, file.getFileName()), content);
        journal.append(PACKAGE_DELETION, new Event.OperationStarted(
                new Request.Export(MY_BOX, file.toString(), true, CompressionLevel.USUAL)));
        journal.append(PACKAGE_DELETION, new Event.PackageExported(
                MY_BOX, file.toString(), List.of(), new ByteCount(1), Map.of(), Optional.empty(), Optional.empty(),
                Optional.of(new Retention(Duration.ofDays(1), Duration.ZERO))));
    }

    /** The same root as another host sees it that shares it. @param seen the disk, through its mount */
    World mountedBy(InMemoryLeases leases, String host, Disk seen) {
        World world = new World(disk, stored);
        InMemoryLeases.Host held = leases.on(host);
        world.leases = Optional.of(held);
        world.epochs = new Epochs(held::requireHeld);
        world.seen = seen;
        world.guard = held::requireHeldIfTaken;
        world.journal.guardBy(world.guard);
        return world;
    }

    /** Does something before each append. */
    void beforeAppends(Runnable action) {
        journal.guardBy(operation -> {
            action.run();
            guard.accept(operation);
        });
    }

    /** What comes through standard input from now on. */
    public void pipe(byte[] content) {
        piped = content;
    }

    /** The same world once more, for another fate. */
    public World copy() {
        return new World(disk.copy(), stored.copy());
    }

    public void run(Request request) {
        start().run(request);
    }

    public StartOperation start() {
        return new StartOperation(context(), false);
    }

    public ResumeOperation resume() {
        return new ResumeOperation(context(), false);
    }

    /**
     * Goes on with what was interrupted, as {@code reconcile} does: what stops one operation is told and goes no
     * further.
     */
    void resumeAll() {
        for (OperationId id : List.copyOf(inventory().open().keySet())) {
            try {
                resume().resume(id);
            } catch (VmException stopped) {
                reporter.warn(context().describe(stopped.problem()));
            }
        }
    }

    public OperationContext context() {
        return context(reporter);
    }

    public OperationContext context(ProgressReporter reporter) {
        return new OperationContext(
                journal, store(), new Packages(seen, Compressors.BEST, this::input, System.out,
                        () -> Optional.of(new InMemoryQemuImg(seen))),
                leases.map(host -> new OperationLocks(new Locks(locks), host, epochs, journal, store()))
                        .orElseGet(() -> new OperationLocks(new Locks(locks))),
                reporter,
                stop,
                EAGER, () -> keep, Optional::empty, clock, machine, random, ProblemText::message);
    }

    private ReadableByteChannel input() {
        return Channels.newChannel(new ByteArrayInputStream(piped));
    }

    public Store store() {
        return new Store(seen, Layout.at(Path.of("/root")), epochs);
    }

    /** What journal and folder do not have in common. */
    List<Finding> drift() {
        return Drift.between(inventory(), store().lookAtAll(), Set.of());
    }

    public List<Event> events() {
        List<Event> events = new ArrayList<>();
        journal.events(1, (Recorded recorded) -> events.add(recorded.event()));
        return events;
    }

    /** What each file of a VM holds and when it was modified; empty where there is no such VM. */
    public Map<String, Content> vm(VmName name) {
        Path folder = Path.of("/root/vm", name.text());
        Map<String, Content> files = new TreeMap<>();
        if (disk.entry(folder).isPresent()) {
            for (Path path : disk.list(folder)) {
                Disk.Entry entry = disk.entry(path).orElseThrow();
                files.put(path.getFileName().toString(), new Content(disk.read(path.toString()), entry.modified()));
            }
        }
        return files;
    }

    /** What each file in the trash holds, by its path below the folder of its deletion. */
    public Map<String, Content> trash() {
        Map<String, Content> files = new TreeMap<>();
        Path trash = Path.of("/root/vm/.trash");
        if (disk.entry(trash).isPresent()) {
            disk.list(trash).forEach(deletion -> files.putAll(files(deletion, deletion)));
        }
        return files;
    }

    private Map<String, Content> files(Path base, Path path) {
        Map<String, Content> files = new TreeMap<>();
        Disk.Entry entry = disk.entry(path).orElseThrow();
        if (entry.kind() == Disk.Kind.FOLDER) {
            disk.list(path).forEach(child -> files.putAll(files(base, child)));
        } else {
            files.put(
                    base.relativize(path).toString(), new Content(disk.read(path.toString()), entry.modified()));
        }
        return files;
    }

    /** The images of a VM, as a package keeps them: modification times in whole seconds, other files left out. */
    static Map<String, Content> packaged(Map<String, Content> vm) {
        Map<String, Content> images = new TreeMap<>();
        vm.forEach((name, content) -> {
            if (ImageName.ofFile(name).isPresent()) {
                images.put(name, content.inWholeSeconds());
            }
        });
        return images;
    }

    public Inventory inventory() {
        return journal.inventory();
    }

    private static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** A file's bytes and its modification time. */
    public record Content(ByteBuffer bytes, Instant modified) {

        Content(byte[] bytes, Instant modified) {
            this(ByteBuffer.wrap(bytes), modified);
        }

        boolean isAllZeros() {
            return bytes.equals(ByteBuffer.allocate(bytes.capacity()));
        }

        public Content withoutTime() {
            return new Content(bytes, Instant.EPOCH);
        }

        Content inWholeSeconds() {
            return new Content(bytes, modified.truncatedTo(ChronoUnit.SECONDS));
        }
    }
}
