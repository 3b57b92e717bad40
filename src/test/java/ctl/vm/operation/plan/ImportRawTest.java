package ctl.vm.operation.plan;

import static ctl.vm.operation.World.NEW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ctl.vm.archive.read.TarBytes;
import ctl.vm.inventory.value.DecompressedFile;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.PackageLimits;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.Sha256;
import ctl.vm.operation.QuietReporter;
import ctl.vm.operation.World;
import ctl.vm.operation.run.StartOperation;
import ctl.vm.problem.Cancelled;
import ctl.vm.problem.Failure;
import ctl.vm.problem.Problem;
import ctl.vm.problem.Unsafe;
import ctl.vm.problem.VmException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Imports of a raw image that is compressed. */
class ImportRawTest {

    private static final String FILE = "/home/debian.img.gz";
    private static final Request.Import REQUEST = new Request.Import(FILE, NEW, true, false);
    private static final byte[] IMAGE = image();
    private static final byte[] COMPRESSED = TarBytes.gzip(IMAGE);
    private static final DecompressedFile DECOMPRESSED = new DecompressedFile(
            "gzip", new ByteCount(COMPRESSED.length), Sha256.over(COMPRESSED));

    private final World world = World.make();

    private static byte[] image() {
        byte[] image = new byte[6 << 20];
        new Random(5).nextBytes(image);
        Arrays.fill(image, 2 << 20, 3 << 20, (byte) 0);
        return image;
    }

    @BeforeEach
    void fileIsThere() {
        world.disk.write(FILE, COMPRESSED);
        world.disk.settle();
    }

    @Test
    void import_stoppedAnywhere_goesOnAndIsRecordedWithTheDigestOfItsFile() {
        for (int advances = 1; advances <= 6; advances += 2) {
            World stopped = world.copy();
            assertThat(stop(stopped, advances)).isInstanceOf(Cancelled.class);
            ByteCount durable = stopped.inventory().open().values().iterator().next().durable();
            assertThat(durable.bytes()).isBetween(1L << 20, (long) IMAGE.length);
            World again = stopped.copy();

            again.run(REQUEST);

            assertThat(again.disk.read("/root/vm/New/disk.s2e")).as("stopped after %d", advances).isEqualTo(IMAGE);
            assertThat(again.reporter.lines())
                    .contains("hint: resuming import of %s to New: %s are done".formatted(FILE, durable.brief()));
            assertThat(arrived(again).decompressed()).contains(DECOMPRESSED);
        }
    }

    /** Nothing is written that would have to be given up again. */
    @Test
    void import_whereTheDiskIsSmallerThanTheFile_isRefusedBeforeAByteIsWritten() {
        long taken = (1L << 40) - world.context().store().free().bytes();
        world.disk.capacity(taken + COMPRESSED.length / 2);

        assertThat(problem(REQUEST)).isInstanceOf(Failure.NotEnoughSpace.class);

        assertThat(world.inventory().open().keySet())
                .noneMatch(id -> world.disk.exists("/root/vm/.staging/%s/disk.s2e".formatted(id)));
        world.disk.capacity(1L << 40);
        world.run(REQUEST);
        assertThat(world.disk.read("/root/vm/New/disk.s2e")).isEqualTo(IMAGE);
    }

    @Test
    void import_ofMoreDataThanAllowed_leavesNothing() {
        for (boolean asIs : new boolean[] {false, true}) {
            var limits = new PackageLimits(
                    Optional.of(new ByteCount(4 << 20)), Optional.empty(), Optional.empty(), Optional.empty());

            assertThat(problem(new Request.Import(FILE, NEW, true, asIs, limits, false, false)))
                    .isInstanceOf(Unsafe.PackageOverLimit.class);
            assertThat(world.disk.exists("/root/vm/.staging")).isFalse();
        }
    }

    @Test
    void import_asItIs_takesTheCompressedFile() {
        world.run(new Request.Import(FILE, NEW, true, true, PackageLimits.USUAL, false, false));

        assertThat(world.disk.read("/root/vm/New/disk.s2e")).isEqualTo(COMPRESSED);
        assertThat(arrived(world).decompressed()).isEmpty();
    }

    @Test
    void import_fromAPipe_isRecordedWithTheDigestOfWhatCame() {
        world.pipe(COMPRESSED);

        world.run(new Request.Import(Request.PIPE, NEW, true, false));

        assertThat(world.disk.read("/root/vm/New/disk.s2e")).isEqualTo(IMAGE);
        assertThat(arrived(world).decompressed()).contains(DECOMPRESSED);
    }

    private static Problem stop(World world, int advances) {
        var reporter = new QuietReporter() {
            private int left = advances;

            @Override
            public void advance(long bytes) {
                if (--left == 0) {
                    world.stop.stop(Cancelled.Signal.INTERRUPT);
                }
            }
        };
        return catchThrowableOfType(
                VmException.class, () -> new StartOperation(world.context(reporter), false).run(REQUEST)).problem();
    }

    private Problem problem(Request request) {
        return catchThrowableOfType(VmException.class, () -> world.run(request)).problem();
    }

    private static Event.VmArrived arrived(World world) {
        return (Event.VmArrived) world.events().getLast();
    }
}
