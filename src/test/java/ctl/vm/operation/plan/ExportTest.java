package ctl.vm.operation.plan;

import static ctl.vm.operation.World.MY_BOX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ctl.vm.archive.Packages;
import ctl.vm.cli.problem.ProblemText;
import ctl.vm.compression.Compressors;
import ctl.vm.inventory.CompressionLevel;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.Sha256;
import ctl.vm.operation.CheckpointInterval;
import ctl.vm.operation.OperationContext;
import ctl.vm.operation.OperationLocks;
import ctl.vm.operation.ProgressReporter;
import ctl.vm.operation.RetentionPeriod;
import ctl.vm.operation.StopRequest;
import ctl.vm.operation.StoppingReporter;
import ctl.vm.operation.Uptime;
import ctl.vm.operation.World;
import ctl.vm.operation.query.ListTrash;
import ctl.vm.operation.query.TrashLookup;
import ctl.vm.operation.run.StartOperation;
import ctl.vm.problem.AlreadyThere;
import ctl.vm.problem.Cancelled;
import ctl.vm.problem.Failure;
import ctl.vm.problem.VmException;
import ctl.vm.process.InMemoryQemuImg;
import ctl.vm.store.Locks;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exports that are interrupted, and exports to standard output. */
class ExportTest {

    private static final String DISK = "/root/vm/MyBox/disk.s2e";
    private static final Request.Export TO_STREAM = new Request.Export(MY_BOX, Request.PIPE, false,
            CompressionLevel.USUAL);

    private static final String OLD_PACKAGE = "/home/stale.tar.gz";

    private final World world = World.make();

    @BeforeEach
    void makeALargeImage() {
        byte[] image = new byte[12 << 20];
        new Random(3).nextBytes(image);
        world.disk.write(DISK, image);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/home/fresh.tar.gz", "/home/fresh.tar.zst", "/home/fresh.tar"})
    void export_stoppedAfterAnyPiece_goesOnAndIsTheSame(String file) {
        World goal = world.copy();
        goal.run(export(file));
        for (int pieces = 1; pieces <= 3; pieces++) {
            World stopped = world.copy();
            stop(stopped, export(file), pieces);
            assertThat(stopped.disk.exists(file)).isFalse();
            ByteCount durable = stopped.inventory().open().values().iterator().next().durable();
            assertThat(durable.bytes()).isGreaterThanOrEqualTo((long) pieces << 20);

            stopped.run(export(file));

            assertThat(stopped.disk.read(file)).as("after %d pieces", pieces).isEqualTo(goal.disk.read(file));
            assertThat(stopped.reporter.lines()).anySatisfy(line -> assertThat(line)
                    .startsWith("hint: resuming export of MyBox to " + file)
                    .endsWith("%s of 12.0 MiB are done".formatted(durable.brief())));
            assertThat(exported(stopped)).isEqualTo(exported(goal));
            assertThat(exported(stopped).sha256()).hasValue(Sha256.over(stopped.disk.read(file)));
        }
    }

    @Test
    void export_ofAnImageThatChangedMeanwhile_isWrittenAnew() {
        String file = "/home/fresh.tar.gz";
        stop(world, export(file), 2);
        byte[] image = world.disk.read(DISK);
        image[0]++;
        world.disk.write(DISK, image);

        world.run(export(file));

        assertThat(world.reporter.lines()).contains("warn: MyBox has changed since: the package is written anew");
        World fresh = world.copy();
        fresh.run(export("/home/other.tar.gz"));
        assertThat(world.disk.read(file)).isEqualTo(fresh.disk.read("/home/other.tar.gz"));
    }

    @Test
    void export_goingOnById_keepsItsLevel() {
        var request = new Request.Export(MY_BOX, "/home/fresh.tar.gz", false, CompressionLevel.level(1));
        World goal = world.copy();
        goal.run(request);
        stop(world, request, 2);

        List.copyOf(world.inventory().open().keySet()).forEach(world.resume()::resume);

        assertThat(world.disk.read(request.file())).isEqualTo(goal.disk.read(request.file()));
    }

    @Test
    void export_onADiskThatIsFull_goesOnOnceThereIsRoom() {
        String file = "/home/fresh.tar.gz";
        World goal = world.copy();
        goal.run(export(file));
        world.disk.capacity(18 << 20);
        assertThatThrownBy(() -> world.run(export(file)))
                .isInstanceOfSatisfying(VmException.class, thrown -> assertThat(thrown.problem())
                        .isInstanceOf(Failure.NoSpace.class));
        assertThat(world.inventory().open().values().iterator().next().durable().bytes()).isPositive();
        world.disk.capacity(1L << 40);

        world.run(export(file));

        assertThat(world.disk.read(file)).isEqualTo(goal.disk.read(file));
    }

    @Test
    void export_thatIsNotCompressed_isRefusedBeforeItsFirstByte_whereItLacksOneByte() {
        String file = "/home/fresh.tar";
        World goal = world.copy();
        goal.run(export(file));
        long taken = (1L << 40) - world.disk.freeBytes(Path.of("/home"));
        long size = goal.disk.read(file).length;
        world.disk.capacity(taken + size - 1);
        int acts = world.disk.acts();

        assertThatThrownBy(() -> world.run(export(file)))
                .isInstanceOfSatisfying(VmException.class, thrown -> assertThat(thrown.problem())
                        .isInstanceOfSatisfying(Failure.NotEnoughSpace.class,
                                lack -> assertThat(lack.path()).isEqualTo("/home")));
        assertThat(world.disk.list(Path.of("/home"))).isEmpty();
        assertThat(world.disk.acts() - acts).as("acts: none but those that sync the names of the folders")
                .isLessThan(4);

        // The disk gives out whole blocks.
        world.disk.capacity(taken + size + 4095);
        world.run(export(file));
        assertThat(world.disk.read(file)).isEqualTo(goal.disk.read(file));
        assertThat(world.reporter.lines()).noneMatch(line -> line.contains("may not fit"));
    }

    @Test
    void export_thatIsNotCompressed_needsOnlyTheRest_whereItGoesOn() {
        String file = "/home/fresh.tar";
        World goal = world.copy();
        goal.run(export(file));
        long taken = (1L << 40) - world.disk.freeBytes(Path.of("/home"));
        stop(world, export(file), 2);
        world.disk.capacity(taken + goal.disk.read(file).length + 4095);

        world.run(export(file));

        assertThat(world.disk.read(file)).isEqualTo(goal.disk.read(file));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/home/fresh.tar.gz", "/home/fresh.tar.zst"})
    void export_thatIsCompressed_isWarnedOfWhereItMayNotFit_andRefusedWhereItCannot(String file) {
        long taken = (1L << 40) - world.disk.freeBytes(Path.of("/home"));
        world.disk.write(DISK, new byte[12 << 20]);
        world.disk.capacity(taken + (1 << 20));

        world.run(export(file));

        assertThat(world.reporter.lines()).contains(
                "warn: /home has 1.0 MiB free for 12.0 MiB that are to be compressed: the package may not fit");
        world.disk.capacity(taken);
        String again = file.replace("fresh", "again");
        assertThatThrownBy(() -> world.run(export(again)))
                .isInstanceOfSatisfying(VmException.class, thrown -> assertThat(thrown.problem())
                        .isInstanceOf(Failure.NotEnoughSpace.class));
    }

    @Test
    void package_toStandardOutput_isThatOfAFile() {
        var output = new ByteArrayOutputStream();
        new StartOperation(context(world, output, world.reporter), false).run(TO_STREAM);
        World goal = world.copy();
        goal.run(export("/home/fresh.tar.gz"));

        assertThat(output.toByteArray()).isEqualTo(goal.disk.read("/home/fresh.tar.gz"));
        assertThat(exported(world).digests()).isEqualTo(exported(goal).digests());
        assertThat(exported(world).sha256()).hasValue(Sha256.over(output.toByteArray()));
    }

    @Test
    void package_toAReaderThatGoesAway_fails() {
        OutputStream full = new PrintStream(OutputStream.nullOutputStream()) {
            @Override
            public boolean checkError() {
                return true;
            }
        };
        assertThatThrownBy(() -> new StartOperation(context(world, full, world.reporter), false).run(TO_STREAM))
                .isInstanceOfSatisfying(VmException.class, thrown -> assertThat(thrown.problem())
                        .isEqualTo(new Failure.OutputLost()));
        assertThat(world.inventory().open()).isEmpty();
        assertThat(world.events().getLast()).isInstanceOf(Event.OperationFailed.class);
    }

    @Test
    void package_toStandardOutputThatWasStopped_endsAsFailed() {
        stop(world, TO_STREAM, 2);

        assertThat(world.inventory().open()).isEmpty();
        assertThat(world.events().getLast()).isInstanceOf(Event.OperationFailed.class);
    }

    @Test
    void package_toStandardOutputOfAProcessThatDied_isEndedByTheNextOne() {
        OutputStream dying = new OutputStream() {
            @Override
            public void write(int singleByte) {
                throw new ProcessDied();
            }
        };
        assertThatThrownBy(() -> new StartOperation(context(world, dying, world.reporter), false).run(TO_STREAM))
                .isInstanceOf(ProcessDied.class);
        world.locks.processDies();
        assertThat(world.inventory().open()).hasSize(1);

        world.run(export("/home/fresh.tar.gz"));

        assertThat(world.inventory().open()).isEmpty();
        assertThat(world.events()).anyMatch(event -> event instanceof Event.OperationFailed);
    }

    @Test
    void packageReplaced_isInTheTrash_andComesBackWhereItsPathIsFree() {
        byte[] old = replace(OLD_PACKAGE, false);

        assertThat(trash()).singleElement().satisfies(entry -> {
            assertThat(entry.name()).isEqualTo(OLD_PACKAGE);
            assertThat(entry.isReplaced()).isTrue();
            assertThat(entry.period()).isEqualTo(Duration.ofDays(1));
        });
        assertThat(new TrashLookup(world.context()).purges(Path.of(OLD_PACKAGE))).hasSize(1);
        assertThatThrownBy(() -> new TrashLookup(world.context()).purges(MY_BOX, Optional.empty()))
                .as("a VM of the name was not deleted").isInstanceOf(VmException.class);

        Request toItsPath = new TrashLookup(world.context()).undeletion(Path.of(OLD_PACKAGE), Path.of(OLD_PACKAGE));
        assertThatThrownBy(() -> world.run(toItsPath)).isInstanceOfSatisfying(VmException.class,
                thrown -> assertThat(thrown.problem()).isInstanceOf(AlreadyThere.PackageExists.class));

        world.disk.remove(Path.of(OLD_PACKAGE));
        world.run(toItsPath);
        assertThat(world.disk.read(OLD_PACKAGE)).isEqualTo(old);
        assertThat(trash()).isEmpty();
        assertThat(world.disk.tree()).doesNotContain(".trash");
    }

    @Test
    void packageReplaced_comesBackUnderAnotherPath_besideTheNewOne() {
        byte[] old = replace(OLD_PACKAGE, false);
        byte[] made = world.disk.read(OLD_PACKAGE);

        world.run(new TrashLookup(world.context()).undeletion(Path.of(OLD_PACKAGE), Path.of("/home/before.tar.gz")));

        assertThat(world.disk.read("/home/before.tar.gz")).isEqualTo(old);
        assertThat(world.disk.read(OLD_PACKAGE)).isEqualTo(made);
    }

    @Test
    void packageReplaced_purged_isGone() {
        replace(OLD_PACKAGE, false);

        ListTrash.Entry replaced = trash().getFirst();
        world.run(replaced.purge());

        assertThat(trash()).isEmpty();
        assertThat(world.disk.tree()).doesNotContain(".trash", ".staging");
        assertThat(world.events().getLast()).isEqualTo(new Event.TrashPurged(
                MY_BOX, Optional.empty(), Optional.of(OLD_PACKAGE), replaced.deletion()));
    }

    @Test
    void packageReplacedWithNow_isNotInTheTrash() {
        replace(OLD_PACKAGE, true);

        assertThat(trash()).isEmpty();
        assertThat(world.disk.tree()).doesNotContain(".trash");
    }

    /** As on FAT, and as where the package is on another filesystem than the VMs. */
    @Test
    void packageThatCannotBeKept_isReplacedForGood_whichIsSaidOnceBeforeTheFirstByte() {
        world.disk.withoutSecondNames();

        replace(OLD_PACKAGE, false);

        assertThat(trash()).isEmpty();
        assertThat(exported(world).retention()).isEmpty();
        List<String> said = world.reporter.lines().stream().filter(line -> line.contains("for good")).toList();
        assertThat(said).singleElement().asString().contains(OLD_PACKAGE);
        assertThat(world.reporter.lines().stream()
                .dropWhile(line -> !line.equals(said.getFirst())).anyMatch(line -> line.startsWith("package ")))
                .isTrue();
    }

    /** Replaces a package by one of MyBox. @return what it held */
    private byte[] replace(String file, boolean now) {
        world.run(new Request.Export(World.OLD, file, false, CompressionLevel.USUAL));
        byte[] old = world.disk.read(file);
        world.run(new Request.Export(MY_BOX, file, true, CompressionLevel.USUAL, now));
        assertThat(world.disk.read(file)).isNotEqualTo(old);
        return old;
    }

    private List<ListTrash.Entry> trash() {
        return new ListTrash(world.context()).all();
    }

    /** Nobody has time to record anything. */
    private static final class ProcessDied extends Error {}

    private static Request.Export export(String file) {
        return new Request.Export(MY_BOX, file, false, CompressionLevel.USUAL);
    }

    private static Event.PackageExported exported(World world) {
        return (Event.PackageExported) world.events().getLast();
    }

    /** Runs a request that is asked to stop when so many pieces are packed. */
    private static void stop(World world, Request request, int pieces) {
        var reporter = new StoppingReporter(pieces);
        assertThatThrownBy(() -> new StartOperation(
                context(world, new ByteArrayOutputStream(), reporter), false).run(request))
                .isInstanceOfSatisfying(VmException.class, thrown -> assertThat(thrown.problem())
                        .isInstanceOf(Cancelled.class));
    }

    /** With checkpoints at the usual pace, so that the one made when stopping counts. */
    private static OperationContext context(World world, OutputStream output, ProgressReporter reporter) {
        StopRequest stop = reporter instanceof StoppingReporter stopping ? stopping.stop() : world.stop;
        return new OperationContext(
                world.journal,
                world.store(),
                new Packages(
                        world.disk,
                        Compressors.BEST,
                        () -> Channels.newChannel(InputStream.nullInputStream()),
                        new PrintStream(output), () -> Optional.of(new InMemoryQemuImg(world.disk))),
                new OperationLocks(new Locks(world.locks)),
                reporter,
                stop,
                CheckpointInterval.USUAL,
                () -> RetentionPeriod.USUAL,
                Optional::empty,
                Clock.systemUTC(),
                () -> Uptime.UNKNOWN,
                new Random(1),
                ProblemText::message);
    }
}
