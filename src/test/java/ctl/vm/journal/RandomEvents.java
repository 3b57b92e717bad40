package ctl.vm.journal;

import ctl.vm.inventory.Actor;
import ctl.vm.inventory.Checkpoint;
import ctl.vm.inventory.CompressionLevel;
import ctl.vm.inventory.CopyOptions;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.ImageFacts;
import ctl.vm.inventory.Origin;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.audit.AuditEntry;
import ctl.vm.inventory.audit.AuditFilter;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.FileId;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.ImageSize;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.SnapshotName;
import ctl.vm.inventory.value.VmName;
import ctl.vm.journal.json.Samples;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Events, possible and impossible ones, and questions about them, at random: the same for the same seed. */
public final class RandomEvents {

    /** When files were changed: also before 1970, and before and after the times that 64 bits of nanoseconds hold. */
    public static final List<Instant> FILE_TIMES = List.of(Samples.NOON, Samples.NOON, Instant.EPOCH.minusNanos(1),
            Instant.parse("1600-02-29T00:00:00Z"), Instant.parse("2262-04-11T23:47:16.854775807Z"),
            Instant.parse("2486-07-02T20:20:24.987654321Z"));

    /** The last cannot be told in UTF-8, nor by every engine. */
    private static final List<String> REASONS = List.of("no space", "", "it's \"ö\\\uD83D\uDE00\n",
            "NUL \0, halves \uD83D and \uDE00");

    /** No login, but an environment can say so: more than an index of a server holds, and it cannot be compressed. */
    private static final String LONG_CLAIM = new Random(1).ints(10_000, 'a', 'z' + 1)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();

    private final RandomGenerator random;
    private final List<VmName> names;
    private final List<SnapshotName> snapshots;

    public RandomEvents(long seed, List<VmName> names, List<SnapshotName> snapshots) {
        this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        this.names = names;
        this.snapshots = snapshots;
    }

    /** One of a few, so that an event often continues what another has begun. */
    public OperationId operation() {
        return Samples.operation(random.nextInt(4));
    }

    public Event event() {
        VmName vm = one(names);
        SnapshotName snapshot = one(snapshots);
        return switch (random.nextInt(20)) {
            case 0, 1, 2 -> new Event.OperationStarted(request());
            case 3 -> new Event.VmStaged(vm, images(), random.nextLong());
            case 4, 5 -> new Event.VmArrived(vm, origin(), images());
            case 6 -> new Event.PackageExported(
                    vm, "/tmp/x.tar", images(), new ByteCount(random.nextInt(1000)), Map.of(), Optional.empty(),
                    Optional.of(Samples.DIGEST));
            case 7 -> new Event.VmDeleted(vm);
            case 8 -> new Event.SnapshotDeleted(vm, snapshot);
            case 9 -> new Event.OperationFailed(one(REASONS), 1);
            case 10 -> new Event.OperationInterrupted(one(REASONS), 130);
            case 11 -> new Event.OperationAbandoned();
            case 12 -> new Event.CheckpointReached(vm, checkpoint());
            case 13 -> new Event.PackageCheckpointReached(vm, Samples.PACKAGE_CHECKPOINT);
            case 14 -> random.nextBoolean()
                    ? new Event.VmFound(vm, images(), Optional.empty(), Optional.empty(),
                            random.nextBoolean() ? Optional.empty() : Optional.of(former()))
                    : new Event.VmVanished(vm, random.nextBoolean() ? Optional.empty() : Optional.of(former()));
            case 15 -> random.nextBoolean()
                    ? new Event.VmMoved(one(names), vm)
                    : new Event.ImageVanished(vm, ImageName.of(snapshot));
            case 16 -> new Event.ImageChanged(vm, image(ImageName.DISK));
            case 17 -> random.nextBoolean()
                    ? new Event.VmRenamed(one(names), vm)
                    : new Event.TrashPurged(vm, Optional.empty(), Samples.operation(9));
            case 18 -> random.nextBoolean()
                    ? new Event.VmUndeleted(vm, Samples.operation(9), Optional.of(former()), images())
                    : new Event.SnapshotUndeleted(vm, Samples.operation(9), image(ImageName.of(snapshot)));
            default -> new Event.SnapshotFound(vm, image(ImageName.of(snapshot)));
        };
    }

    /** Each came in at a time of its own, as no two VMs came in with one event. */
    private Vm former() {
        Vm sample = Samples.FORMER;
        return new Vm(sample.name(), -1 - random.nextInt(Integer.MAX_VALUE), sample.origin(), sample.arrived(),
                sample.by(),
                sample.images());
    }

    private Checkpoint checkpoint() {
        ImageFacts image = image(random.nextBoolean() ? ImageName.DISK : ImageName.of(one(snapshots)));
        var source = new Checkpoint.Source(image.size(), image.modified(), Samples.NOON, random.nextLong());
        return new Checkpoint(image.name(), new ByteCount(random.nextLong(1L << 50)), source);
    }

    private Request request() {
        VmName vm = one(names);
        return switch (random.nextInt(8)) {
            case 0 -> new Request.Create(vm, ImageSize.parse("1G"), random.nextBoolean());
            case 1 -> new Request.Clone(one(names), vm, CopyOptions.USUAL, random.nextBoolean());
            case 2 -> new Request.Import("/tmp/x.tar", vm, random.nextBoolean(), random.nextBoolean());
            case 3 -> new Request.Export(vm, "/tmp/x.tar", random.nextBoolean(), CompressionLevel.USUAL);
            case 4 -> new Request.DeleteVm(vm);
            case 5 -> new Request.Rename(one(names), vm);
            case 6 -> new Request.UndeleteVm(Samples.operation(9), one(names), vm);
            default -> new Request.DeleteSnapshot(vm, one(snapshots));
        };
    }

    private Origin origin() {
        return switch (random.nextInt(4)) {
            case 0 -> new Origin.Created();
            case 1 -> new Origin.ClonedFrom(one(names));
            case 2 -> new Origin.ImportedFrom("/tmp/x.tar");
            default -> new Origin.Found();
        };
    }

    private List<ImageFacts> images() {
        List<ImageFacts> images = new ArrayList<>();
        images.add(image(ImageName.DISK));
        snapshots.stream().filter(_ -> random.nextBoolean()).map(ImageName::of).map(this::image).forEach(images::add);
        return images;
    }

    private ImageFacts image(ImageName name) {
        return new ImageFacts(name, new ByteCount(random.nextLong(1L << 50)),
                one(FILE_TIMES).plusNanos(random.nextInt()),
                random.nextBoolean() ? Optional.empty() : Optional.of(new FileId(1, random.nextLong())));
    }

    private <T> T one(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    public Actor actor() {
        Actor ann = Samples.ACTOR;
        return new Actor(one(List.of("ann", "ben", "root")), 1000, ann.loginUid(),
                random.nextBoolean() ? Optional.of(one(List.of("ann", "ben", LONG_CLAIM))) : Optional.empty(),
                ann.host(),
                ann.process(),
                ann.terminal(), ann.workingFolder(), ann.commandLine());
    }

    /** A question about events up to that time. Every second one asks for one thing alone. */
    public AuditFilter selection(Instant last) {
        int only = random.nextBoolean() ? random.nextInt(8) : -1;
        Set<AuditEntry.Action> actions = new TreeSet<>();
        while (isAsked(4, only) && actions.size() < 3) {
            actions.add(one(List.of(AuditEntry.Action.values())));
        }
        return new AuditFilter(
                isAsked(0, only) ? Optional.of(one(names)) : Optional.empty(),
                isAsked(1, only) ? Optional.of(one(snapshots)) : Optional.empty(),
                isAsked(2, only) ? Set.of(Samples.operation(random.nextInt(4)), Samples.operation(4)) : Set.of(),
                isAsked(3, only) ? Optional.of(one(List.of("ann", "ben", "nobody"))) : Optional.empty(),
                actions,
                isAsked(5, only),
                isAsked(6, only) ? Optional.of(within(last)) : Optional.empty(),
                isAsked(7, only) ? Optional.of(within(last)) : Optional.empty(),
                random.nextBoolean(),
                random.nextBoolean() ? Long.MAX_VALUE : random.nextInt(30));
    }

    private boolean isAsked(int filter, int only) {
        return only < 0 ? random.nextInt(3) == 0 : filter == only;
    }

    /** Some time between the first event and the last, to the second: often that of an event. */
    private Instant within(Instant last) {
        return Samples.NOON.plusSeconds(random.nextLong(Duration.between(Samples.NOON, last).toSeconds()));
    }
}
