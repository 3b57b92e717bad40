package ctl.vm.journal.json;

import ctl.vm.inventory.Actor;
import ctl.vm.inventory.Checkpoint;
import ctl.vm.inventory.CompressionLevel;
import ctl.vm.inventory.CopyOptions.When;
import ctl.vm.inventory.CopyOptions;
import ctl.vm.inventory.value.DecompressedFile;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.ImageFacts;
import ctl.vm.inventory.ImportedPackage;
import ctl.vm.inventory.Origin;
import ctl.vm.inventory.PackageCheckpoint;
import ctl.vm.inventory.PackageLimits;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.Retention;
import ctl.vm.inventory.Sameness;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ContentSample;
import ctl.vm.inventory.value.FileId;
import ctl.vm.inventory.value.FolderId;
import ctl.vm.inventory.value.ImageDigest;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.ImageSize;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.PackageOrigin;
import ctl.vm.inventory.value.RootId;
import ctl.vm.inventory.value.Sha256;
import ctl.vm.inventory.value.SnapshotName;
import ctl.vm.inventory.value.VmName;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Values for tests of the journal: one actor, a few names, and one event of each kind. */
public final class Samples {

    public static final Actor ACTOR = new Actor(
            "ann",
            1000,
            Optional.of(1000L),
            Optional.empty(),
            "workshop",
            new Actor.ProcessIdentity(4711, 123456, "5f0c7f3e-8a52-4a43-9d0e-0d9b3a3f2b11"),
            Optional.of("/dev/pts/0"),
            "/home/ann",
            List.of("ctl", "vm", "clone", "MyBox", "Two"));

    public static final Instant NOON = Instant.parse("2026-11-23T12:05:01.123456Z");
    public static final Clock CLOCK = Clock.fixed(NOON, ZoneOffset.UTC);

    public static final VmName BOX = new VmName("MyBox");
    public static final VmName TWO = new VmName("Two");
    public static final SnapshotName READY = new SnapshotName("ready");
    static final SnapshotName KEYS = new SnapshotName("asdfölkj");

    public static final ImageFacts DISK = image(ImageName.DISK, 8_053_063_680L, "2026-11-23T11:58:40.5Z");
    public static final ImageFacts READY_IMAGE = image(ImageName.of(READY), 123_456, "2026-11-23T11:59:01.000000001Z");
    public static final ImageFacts KEYS_IMAGE = image(ImageName.of(KEYS), 0, "2026-11-23T12:00:00Z");

    /** The same with the files that they are. */
    static final ImageFacts DISK_FILE = inFile(DISK, 131_079);
    static final ImageFacts READY_FILE = inFile(READY_IMAGE, 131_080);

    public static final Checkpoint CHECKPOINT = new Checkpoint(
            ImageName.DISK,
            new ByteCount(268_435_456),
            new Checkpoint.Source(
                    DISK.size(), DISK.modified(), Instant.parse("2026-11-23T11:58:41.000000002Z"), 131_078));

    public static final Sha256 DIGEST = new Sha256("0123456789abcdef".repeat(4));

    public static final PackageCheckpoint PACKAGE_CHECKPOINT = new PackageCheckpoint(
            new ByteCount(104_857_600),
            257,
            DIGEST,
            new ByteCount(268_436_480),
            List.of(new PackageCheckpoint.PackedImage(
                    ImageName.DISK,
                    CHECKPOINT.source(),
                    new Sha256("fedcba9876543210".repeat(4)),
                    new ByteCount(268_435_456),
                    new ImageDigest.Chain(new Sha256("00112233445566778899aabbccddeeff".repeat(2))))),
            false);
    static final Checkpoint DIGESTED = new Checkpoint(
            ImageName.DISK,
            CHECKPOINT.durable(),
            Optional.of(new ImageDigest.Chain(new Sha256("c0ffee".repeat(10) + "c0de"))),
            CHECKPOINT.source());

    public static final Map<ImageName, ImageDigest> DIGESTS = Map.of(
            ImageName.DISK, new ImageDigest(new Sha256("0123456789abcdef".repeat(4))),
            ImageName.of(READY), new ImageDigest(new Sha256("fedcba9876543210".repeat(4))));

    public static final ContentSample DISK_SAMPLE = new ContentSample(
            List.of(0L, 71L, 17_495L), new Sha256("0123456789abcdef".repeat(4)));
    static final ContentSample READY_SAMPLE = new ContentSample(
            List.of(0L, 71L, 17_495L), new Sha256("fedcba9876543210".repeat(4)));
    public static final Map<ImageName, ContentSample> SAMPLES = Map.of(
            ImageName.DISK, DISK_SAMPLE, ImageName.of(READY), READY_SAMPLE);

    public static final Vm FORMER = new Vm(BOX, 12, new Origin.ClonedFrom(TWO), NOON, "ann",
            Map.of(DISK.name(), DISK, READY_IMAGE.name(), READY_IMAGE));

    static final Vm FORMER_FILES = new Vm(BOX, 12, new Origin.ClonedFrom(TWO), NOON, "ann",
            Map.of(DISK.name(), DISK_FILE, READY_IMAGE.name(), READY_FILE));

    private static final FolderId REPLACED_FOLDER = new FolderId(
            131_081, Optional.of(Instant.parse("2026-11-22T09:30:00.000000001Z")));
    private static final Retention RETENTION = new Retention(Duration.ofDays(7), Duration.ofMillis(1_234_567));
    private static final DecompressedFile COMPRESSED = new DecompressedFile(
            "xz", new ByteCount(1_234_567_890), new Sha256("0123456789abcdef".repeat(4)));
    private static final ImportedPackage PACKAGE = new ImportedPackage(
            new PackageOrigin(new RootId("89abcdef01234567".repeat(4)), 12, 345, DIGEST, BOX),
            Optional.of(new Sha256("fedcba9876543210".repeat(4))));
    private static final PackageLimits LIMITS = new PackageLimits(
            Optional.of(new ByteCount(8_589_934_592L)), Optional.of(5000L), Optional.of(20_000L),
            Optional.of(new ByteCount(4_194_304)));
    private static final PackageLimits LIMITS_OF_TODAY = new PackageLimits(
            LIMITS.data(), LIMITS.ratio(), LIMITS.members(), LIMITS.header(), true);

    private Samples() {}

    public static ImageFacts inFile(ImageFacts image, long inode) {
        return new ImageFacts(image.name(), image.size(), image.modified(), Optional.of(new FileId(2049, inode)));
    }

    public static ImageFacts image(ImageName name, long bytes, String modified) {
        return new ImageFacts(name, new ByteCount(bytes), Instant.parse(modified));
    }

    /** A different id for each number below a hundred. */
    public static OperationId operation(int number) {
        return new OperationId("20261123-120501-aa%02d".formatted(number));
    }

    /** A version of an event. */
    record Version(EventName name, int number) {

        /** The one that is written today. */
        Version(EventName name) {
            this(name, name.version());
        }

        String fileName() {
            return "%s.v%d.json".formatted(name.text(), number);
        }

        static List<Version> all() {
            return Arrays.stream(EventName.values())
                    .flatMap(name -> IntStream.rangeClosed(1, name.version()).mapToObj(at -> new Version(name, at)))
                    .toList();
        }
    }

    /** The event that each approved file holds. */
    static Map<Version, Event> events() {
        Map<Version, Event> events = new LinkedHashMap<>();
        events.put(new Version(EventName.CREATE_STARTED, 1),
                started(new Request.Create(BOX, ImageSize.parse("7680M"), false)));
        events.put(new Version(EventName.CREATE_STARTED), new Event.OperationStarted(
                new Request.Create(BOX, ImageSize.parse("7680M"), true, true), Optional.of(REPLACED_FOLDER)));
        events.put(new Version(EventName.CLONE_STARTED, 1),
                started(new Request.Clone(BOX, TWO, CopyOptions.USUAL, false)));
        events.put(
                new Version(EventName.CLONE_STARTED, 2),
                started(new Request.Clone(BOX, TWO, new CopyOptions(When.NEVER, When.ALWAYS), false)));
        events.put(
                new Version(EventName.CLONE_STARTED),
                new Event.OperationStarted(
                        new Request.Clone(BOX, TWO, new CopyOptions(When.NEVER, When.ALWAYS), true, true),
                        Optional.of(REPLACED_FOLDER)));
        events.put(
                new Version(EventName.IMPORT_STARTED, 1),
                started(new Request.Import("/home/ann/MyBox.tar.gz", TWO, false, true)));
        events.put(
                new Version(EventName.IMPORT_STARTED, 2),
                started(new Request.Import("/home/ann/MyBox.tar.gz", TWO, false, LIMITS, true, false)));
        events.put(
                new Version(EventName.IMPORT_STARTED, 3),
                new Event.OperationStarted(
                        new Request.Import("/home/ann/MyBox.tar.gz", TWO, false, LIMITS, true, true),
                        Optional.of(REPLACED_FOLDER)));
        events.put(
                new Version(EventName.IMPORT_STARTED),
                new Event.OperationStarted(
                        new Request.Import("/home/ann/debian.img", TWO, true, true, LIMITS_OF_TODAY, true, true),
                        Optional.of(REPLACED_FOLDER)));
        events.put(
                new Version(EventName.EXPORT_STARTED, 1),
                started(new Request.Export(BOX, "/home/ann/MyBox.tar.gz", false, CompressionLevel.USUAL)));
        events.put(
                new Version(EventName.EXPORT_STARTED, 2),
                started(new Request.Export(BOX, "/home/ann/MyBox.tar.gz", false, CompressionLevel.level(9))));
        events.put(
                new Version(EventName.EXPORT_STARTED),
                started(new Request.Export(BOX, "/home/ann/MyBox.tar.gz", true, CompressionLevel.level(9), true)));
        events.put(new Version(EventName.VM_DELETION_STARTED, 1), started(new Request.DeleteVm(BOX)));
        events.put(new Version(EventName.VM_DELETION_STARTED, 2), started(new Request.DeleteVm(BOX, true)));
        events.put(new Version(EventName.VM_DELETION_STARTED),
                started(new Request.DeleteVm(BOX, false, Optional.of(Duration.ofDays(7)))));
        events.put(new Version(EventName.SNAPSHOT_DELETION_STARTED, 1), started(new Request.DeleteSnapshot(BOX, KEYS)));
        events.put(new Version(EventName.SNAPSHOT_DELETION_STARTED, 2),
                started(new Request.DeleteSnapshot(BOX, KEYS, true)));
        events.put(new Version(EventName.SNAPSHOT_DELETION_STARTED),
                started(new Request.DeleteSnapshot(BOX, KEYS, false, Optional.of(Duration.ofDays(7)))));
        events.put(new Version(EventName.VM_UNDELETION_STARTED),
                started(new Request.UndeleteVm(operation(7), BOX, TWO)));
        events.put(
                new Version(EventName.SNAPSHOT_UNDELETION_STARTED),
                started(new Request.UndeleteSnapshot(operation(7), KEYS, BOX, READY)));
        events.put(new Version(EventName.PACKAGE_UNDELETION_STARTED), started(new Request.UndeletePackage(
                operation(7), BOX, "/home/ann/MyBox.tar.gz", "/home/ann/Old.tar.gz")));
        events.put(new Version(EventName.PURGE_STARTED, 1),
                started(new Request.Purge(operation(7), BOX, Optional.of(KEYS))));
        events.put(new Version(EventName.PURGE_STARTED), started(new Request.Purge(
                operation(7), BOX, Optional.empty(), Optional.of("/home/ann/MyBox.tar.gz"))));
        events.put(new Version(EventName.RENAMING_STARTED), started(new Request.Rename(BOX, TWO)));
        events.put(
                new Version(EventName.TARGET_CHOSEN), new Event.TargetChosen(TWO, Optional.of(REPLACED_FOLDER)));
        events.put(new Version(EventName.VM_STAGED, 1), new Event.VmStaged(TWO, List.of(DISK, READY_IMAGE), 131_077));
        events.put(new Version(EventName.VM_STAGED, 2),
                new Event.VmStaged(TWO, List.of(DISK, READY_IMAGE), 131_077, DIGESTS));
        events.put(new Version(EventName.VM_STAGED, 3),
                new Event.VmStaged(TWO, List.of(DISK_FILE, READY_FILE), 131_077, DIGESTS));
        events.put(new Version(EventName.VM_STAGED, 4), new Event.VmStaged(
                TWO, List.of(DISK_FILE), 131_077, DIGESTS, Optional.of(COMPRESSED), Optional.empty()));
        events.put(new Version(EventName.VM_STAGED), new Event.VmStaged(
                TWO, List.of(DISK_FILE, READY_FILE), 131_077, DIGESTS, Optional.empty(), Optional.of(PACKAGE)));
        events.put(new Version(EventName.CHECKPOINT_REACHED, 1), new Event.CheckpointReached(TWO, CHECKPOINT));
        events.put(new Version(EventName.CHECKPOINT_REACHED), new Event.CheckpointReached(TWO, DIGESTED));
        events.put(new Version(EventName.VM_ARRIVED, 1),
                new Event.VmArrived(TWO, new Origin.ClonedFrom(BOX), List.of(DISK, READY_IMAGE)));
        events.put(new Version(EventName.VM_ARRIVED, 2),
                new Event.VmArrived(
                        TWO, new Origin.ImportedFrom("/home/ann/MyBox.tar.gz"), List.of(DISK, READY_IMAGE), DIGESTS,
                        Map.of()));
        events.put(new Version(EventName.VM_ARRIVED, 3),
                new Event.VmArrived(
                        TWO, new Origin.ImportedFrom("/home/ann/MyBox.tar.gz"), List.of(DISK_FILE, READY_FILE),
                        DIGESTS, Map.of()));
        events.put(new Version(EventName.VM_ARRIVED, 4),
                new Event.VmArrived(
                        TWO, new Origin.ImportedFrom("/home/ann/MyBox.tar.gz"), List.of(DISK_FILE, READY_FILE),
                        DIGESTS, SAMPLES));
        events.put(new Version(EventName.VM_ARRIVED, 5),
                new Event.VmArrived(
                        BOX, new Origin.ImportedFrom("/home/ann/MyBox.tar.gz"), List.of(DISK_FILE, READY_FILE),
                        DIGESTS, SAMPLES, Optional.of(FORMER_FILES), Optional.empty()));
        events.put(new Version(EventName.VM_ARRIVED, 7),
                new Event.VmArrived(
                        BOX, new Origin.ImportedFrom("/home/ann/debian.img.xz"), List.of(DISK_FILE), DIGESTS, SAMPLES,
                        Optional.of(FORMER_FILES), Optional.of(RETENTION), Optional.of(COMPRESSED), Optional.empty()));
        events.put(new Version(EventName.VM_ARRIVED),
                new Event.VmArrived(
                        TWO, new Origin.ImportedFrom("/home/ann/MyBox.tar.gz"), List.of(DISK_FILE, READY_FILE),
                        DIGESTS, SAMPLES, Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(PACKAGE)));
        events.put(new Version(EventName.VM_ARRIVED, 6),
                new Event.VmArrived(
                        BOX, new Origin.ImportedFrom("/home/ann/MyBox.tar.gz"), List.of(DISK_FILE, READY_FILE),
                        DIGESTS, SAMPLES, Optional.of(FORMER_FILES), Optional.of(RETENTION)));
        events.put(
                new Version(EventName.PACKAGE_CHECKPOINT_REACHED, 1),
                new Event.PackageCheckpointReached(BOX, PACKAGE_CHECKPOINT));
        events.put(
                new Version(EventName.PACKAGE_CHECKPOINT_REACHED),
                new Event.PackageCheckpointReached(BOX, PACKAGE_CHECKPOINT.completed(DIGEST)));
        events.put(
                new Version(EventName.PACKAGE_EXPORTED, 1),
                new Event.PackageExported(
                        BOX,
                        "/home/ann/MyBox.tar.gz",
                        List.of(DISK),
                        new ByteCount(20_971_520),
                        Map.of(),
                        Optional.empty(),
                        Optional.empty()));
        events.put(new Version(EventName.PACKAGE_EXPORTED, 2), exported(Optional.empty()));
        events.put(new Version(EventName.PACKAGE_EXPORTED, 3), exported(Optional.of(DIGEST)));
        events.put(new Version(EventName.PACKAGE_EXPORTED), exported(Optional.of(DIGEST), Optional.of(RETENTION)));
        events.put(new Version(EventName.VM_DELETED, 1), new Event.VmDeleted(BOX));
        events.put(new Version(EventName.VM_DELETED, 2), new Event.VmDeleted(BOX, Optional.of(FORMER)));
        events.put(new Version(EventName.VM_DELETED, 3), new Event.VmDeleted(BOX, Optional.of(FORMER_FILES)));
        events.put(new Version(EventName.VM_DELETED),
                new Event.VmDeleted(BOX, Optional.of(FORMER_FILES), Optional.of(RETENTION)));
        events.put(new Version(EventName.SNAPSHOT_DELETED, 1), new Event.SnapshotDeleted(BOX, KEYS));
        events.put(new Version(EventName.SNAPSHOT_DELETED, 2), new Event.SnapshotDeleted(BOX, KEYS, Optional.of(12L)));
        events.put(new Version(EventName.SNAPSHOT_DELETED),
                new Event.SnapshotDeleted(BOX, KEYS, Optional.of(12L), Optional.of(RETENTION)));
        events.put(
                new Version(EventName.VM_UNDELETED, 1),
                new Event.VmUndeleted(TWO, operation(7), Optional.of(FORMER), List.of(DISK, READY_IMAGE)));
        events.put(
                new Version(EventName.VM_UNDELETED),
                new Event.VmUndeleted(
                        TWO, operation(7), Optional.of(FORMER_FILES), List.of(DISK_FILE, READY_FILE)));
        events.put(new Version(EventName.SNAPSHOT_UNDELETED, 1),
                new Event.SnapshotUndeleted(BOX, operation(7), READY_IMAGE));
        events.put(new Version(EventName.SNAPSHOT_UNDELETED),
                new Event.SnapshotUndeleted(BOX, operation(7), READY_FILE));
        events.put(new Version(EventName.PACKAGE_UNDELETED),
                new Event.PackageUndeleted(BOX, "/home/ann/Old.tar.gz", operation(7)));
        events.put(new Version(EventName.TRASH_PURGED, 1),
                new Event.TrashPurged(BOX, Optional.of(KEYS), operation(7)));
        events.put(new Version(EventName.TRASH_PURGED), new Event.TrashPurged(
                BOX, Optional.empty(), Optional.of("/home/ann/MyBox.tar.gz"), operation(7)));
        events.put(new Version(EventName.VM_RENAMED), new Event.VmRenamed(BOX, TWO));
        events.put(
                new Version(EventName.OPERATION_FAILED),
                new Event.OperationFailed("/home/ann/MyBox.tar.gz: no space left on the disk", 1));
        events.put(
                new Version(EventName.OPERATION_INTERRUPTED),
                new Event.OperationInterrupted("/home/ann/s2e/vm: no space left on the disk", 1));
        events.put(new Version(EventName.OPERATION_ABANDONED), new Event.OperationAbandoned());
        events.put(new Version(EventName.VM_FOUND, 1), new Event.VmFound(BOX, List.of(DISK, KEYS_IMAGE)));
        events.put(
                new Version(EventName.VM_FOUND, 2),
                new Event.VmFound(TWO, List.of(DISK, KEYS_IMAGE), Optional.of(BOX), Optional.empty()));
        events.put(
                new Version(EventName.VM_FOUND, 3),
                new Event.VmFound(TWO, List.of(DISK, KEYS_IMAGE), Optional.of(BOX), Optional.of("ann")));
        events.put(
                new Version(EventName.VM_FOUND, 4),
                new Event.VmFound(BOX, List.of(DISK_FILE, READY_FILE), Optional.empty(), Optional.of("ann"),
                        Optional.of(FORMER_FILES)));
        events.put(
                new Version(EventName.VM_FOUND),
                new Event.VmFound(BOX, List.of(DISK_FILE, READY_FILE), Optional.empty(), Optional.of("ann"),
                        Optional.of(FORMER_FILES), DIGESTS, SAMPLES));
        events.put(new Version(EventName.VM_MOVED), new Event.VmMoved(BOX, TWO));
        events.put(new Version(EventName.VM_VANISHED, 1), new Event.VmVanished(BOX));
        events.put(new Version(EventName.VM_VANISHED), new Event.VmVanished(BOX, Optional.of(FORMER_FILES)));
        events.put(new Version(EventName.SNAPSHOT_FOUND, 1), new Event.SnapshotFound(BOX, READY_IMAGE));
        events.put(new Version(EventName.SNAPSHOT_FOUND, 2),
                new Event.SnapshotFound(BOX, READY_IMAGE, Optional.of("ann")));
        events.put(new Version(EventName.SNAPSHOT_FOUND, 3),
                new Event.SnapshotFound(BOX, READY_FILE, Optional.of("ann")));
        events.put(new Version(EventName.SNAPSHOT_FOUND),
                new Event.SnapshotFound(BOX, READY_FILE, Optional.of("ann"), Optional.of(READY_SAMPLE)));
        events.put(new Version(EventName.IMAGE_VANISHED), new Event.ImageVanished(BOX, READY_IMAGE.name()));
        events.put(new Version(EventName.IMAGE_CHANGED, 1), new Event.ImageChanged(BOX, DISK));
        events.put(new Version(EventName.IMAGE_CHANGED, 2), new Event.ImageChanged(BOX, DISK, Optional.of("ann")));
        events.put(new Version(EventName.IMAGE_DIGESTED),
                new Event.ImageDigested(BOX, DISK_FILE, new ImageDigest(DIGEST)));
        events.put(new Version(EventName.TEAM_JOINED), new Event.TeamJoined(
                "postgresql://db.example.org/ctl?sslmode=verify-full", "workshop",
                Optional.of(new RootId(DIGEST.hex()))));
        events.put(new Version(EventName.TEAM_LEFT),
                new Event.TeamLeft("postgresql://db.example.org/ctl?sslmode=verify-full", "workshop"));
        events.put(new Version(EventName.IMAGE_CHANGED, 3), new Event.ImageChanged(BOX, DISK_FILE, Optional.of("ann")));
        events.put(new Version(EventName.IMAGE_CHANGED),
                new Event.ImageChanged(BOX, DISK_FILE, Optional.of("ann"), Optional.of(Sameness.UNCHANGED),
                        Optional.of(DIGESTS.get(ImageName.DISK)), Optional.of(DISK_SAMPLE)));
        return events;
    }

    public static Event.OperationStarted started(Request request) {
        return new Event.OperationStarted(request);
    }

    /** A VM that somebody put into the folder: an event that needs no operation. */
    public static Event found(String name) {
        return new Event.VmFound(new VmName(name), List.of(DISK));
    }

    private static Event exported(Optional<Sha256> sha256) {
        return exported(sha256, Optional.empty());
    }

    private static Event exported(Optional<Sha256> sha256, Optional<Retention> retention) {
        return new Event.PackageExported(
                BOX,
                "/home/ann/MyBox.tar.gz",
                List.of(DISK),
                new ByteCount(20_971_520),
                Map.of(ImageName.DISK, new ImageDigest(DIGEST)),
                Optional.of(new Sha256("fedcba9876543210".repeat(4))),
                sha256,
                retention);
    }
}
