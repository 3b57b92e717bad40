package ctl.vm.operation.run;

import static ctl.vm.operation.World.MY_BOX;
import static ctl.vm.operation.World.NEW;
import static ctl.vm.operation.World.OLD;
import static ctl.vm.operation.World.PACKAGE;
import static ctl.vm.operation.World.READY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ctl.vm.cli.problem.ProblemText;
import ctl.vm.cli.problem.Refused;
import ctl.vm.inventory.CompressionLevel;
import ctl.vm.inventory.CopyOptions;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageSize;
import ctl.vm.operation.Machine;
import ctl.vm.operation.QuietReporter;
import ctl.vm.operation.World;
import ctl.vm.problem.VmException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Images that another process has open. */
class InUseCheckTest {

    private static final String QEMU = "qemu-system-i386 (pid 4242)";
    private static final Request.Clone CLONE = new Request.Clone(MY_BOX, NEW, CopyOptions.USUAL, false);
    private static final Request.Export EXPORT = new Request.Export(MY_BOX, PACKAGE.toString(), false,
            CompressionLevel.USUAL);

    private final World world = World.make();

    static List<Request> touching() {
        return List.of(CLONE, EXPORT, new Request.DeleteVm(MY_BOX), new Request.DeleteSnapshot(MY_BOX, READY),
                new Request.Import("/root/vm/MyBox/disk.s2e.ready", NEW, true, false),
                new Request.Create(MY_BOX, ImageSize.DEFAULT, true),
                new Request.Clone(OLD, MY_BOX, CopyOptions.USUAL, true));
    }

    @ParameterizedTest
    @MethodSource("touching")
    void image_openForWriting_isNotTouchedAndNothingIsRecorded(Request request) {
        world.disk.openFor(QEMU, "/root/vm/MyBox/disk.s2e.ready", 0);
        String before = world.disk.tree();

        assertThatThrownBy(() -> world.run(request)).isInstanceOfSatisfying(VmException.class, refused -> {
            assertThat(refused.problem().exitCode()).isEqualTo(7);
            assertThat(ProblemText.of(refused.problem()).message()).endsWith("is open for writing by " + QEMU);
            assertThat(ProblemText.of(refused.problem()).nextStep()).isEqualTo("stop it, or pass --while-in-use");
        });
        assertThat(world.disk.tree()).isEqualTo(before);
        assertThat(world.events()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("touching")
    void image_openForWriting_isTouchedByWhoInsists(Request request) {
        world.disk.openFor(QEMU, "/root/vm/MyBox/disk.s2e.ready", 0);

        new StartOperation(world.context(), true).run(request);

        assertThat(world.inventory().open()).isEmpty();
        assertThat(world.reporter.lines()).anyMatch(line -> line.startsWith("warn: ") && line.endsWith(QEMU));
    }

    @Test
    void snapshot_besideOneOpenForWriting_isDeleted() {
        world.disk.openFor(QEMU, "/root/vm/MyBox/disk.s2e", 0);

        world.run(new Request.DeleteSnapshot(MY_BOX, READY));

        assertThat(world.vm(MY_BOX)).doesNotContainKey("disk.s2e.ready");
    }

    @Test
    void image_thatAMachineReads_isCopiedAndNotDeleted() {
        world.disk.openFor(QEMU, "/root/vm/MyBox/disk.s2e");

        world.run(CLONE);
        world.run(EXPORT);

        assertThat(world.vm(NEW)).isEqualTo(world.vm(MY_BOX));
        assertThatThrownBy(() -> world.run(new Request.DeleteVm(MY_BOX)))
                .extracting(Refused::message).asString().contains("MyBox is in use by " + QEMU);
    }

    @Test
    void check_ofADeletionOfWhatIsOpenForWriting_refusesBeforeAnythingIsAsked() {
        world.disk.openFor(QEMU, "/root/vm/MyBox/disk.s2e", 0);

        assertThatThrownBy(() -> world.start().check(new Request.DeleteVm(MY_BOX)))
                .extracting(Refused::message).asString().contains("MyBox is open for writing");
    }

    @Test
    void clone_whoseSourceIsOpenedMeanwhile_stopsWhereverItIsAndGoesOnLater() {
        int stopped = 0;
        for (int at = 1; at < acts(); at++) {
            World each = World.make();
            each.disk.openFor(QEMU, "/root/vm/MyBox/disk.s2e", at);
            Optional<VmException> failed = failure(each, CLONE);
            if (failed.isPresent() && !each.events().isEmpty()) {
                stopped++;
                assertThat(Refused.message(failed.get())).as("from act %d on", at)
                        .isEqualTo("MyBox was opened for writing meanwhile, by " + QEMU);
                assertThat(each.events().getLast()).isInstanceOf(Event.OperationInterrupted.class);
                assertThat(each.vm(NEW)).isEmpty();
            }
            each.disk.strangersLeave();
            failed.ifPresent(_ -> each.run(CLONE));
            assertThat(each.vm(NEW)).isEqualTo(each.vm(MY_BOX));
        }
        assertThat(stopped).isGreaterThan(10);
    }

    /** As it is with a purge that makes room for a clone. */
    @Test
    void clone_withinWhichAnotherOperationRuns_stillStopsWhenItsSourceIsOpened() {
        var reporter = new QuietReporter() {
            @Override
            public void begin(String name, ByteCount work) {
                if (name.startsWith("copy ") && !world.vm(OLD).isEmpty()) {
                    world.run(new Request.DeleteVm(OLD));
                    world.disk.openFor(QEMU, "/root/vm/MyBox/disk.s2e", 0);
                }
            }
        };

        assertThatThrownBy(() -> new StartOperation(world.context(reporter), false).run(CLONE))
                .extracting(Refused::message).isEqualTo("MyBox was opened for writing meanwhile, by " + QEMU);
        assertThat(world.vm(OLD)).isEmpty();
        assertThat(world.vm(NEW)).isEmpty();
    }

    @Test
    void clone_beforeWhichExpiredTrashIsFreed_stillStopsWhenItsSourceIsOpened() {
        int stopped = 0;
        int before = withExpiredTrash().disk.acts();
        for (int at = 1; at < before + acts(); at++) {
            World each = withExpiredTrash();
            each.disk.openFor(QEMU, "/root/vm/MyBox/disk.s2e", at);
            Optional<VmException> failed = failure(each, CLONE);
            if (failed.isPresent() && !each.inventory().open().isEmpty()) {
                stopped++;
                assertThat(Refused.message(failed.get())).startsWith("MyBox was opened for writing meanwhile");
                assertThat(each.vm(NEW)).isEmpty();
            }
        }
        assertThat(stopped).isGreaterThan(10);
    }

    private static World withExpiredTrash() {
        Machine machine = new Machine();
        World world = World.on(machine);
        world.run(new Request.DeleteVm(OLD));
        machine.runs(Duration.ofHours(25));
        return world;
    }

    @Test
    void vm_openedWhenOnlyItsRecordIsMissing_isRecordedAllTheSame() {
        Request request = new Request.Clone(MY_BOX, OLD, CopyOptions.USUAL, true);
        World goal = world.copy();
        goal.run(request);
        world.journal.failAt(goal.events().size(), false);
        assertThatThrownBy(() -> world.run(request)).isInstanceOf(VmException.class);
        world.disk.openFor(QEMU, "/root/vm/Old/disk.s2e", 0);

        List.copyOf(world.inventory().open().keySet()).forEach(world.resume()::resume);

        assertThat(world.inventory().open()).isEmpty();
        assertThat(world.vm(OLD)).isEqualTo(world.vm(MY_BOX));
    }

    private static int acts() {
        World world = World.make();
        world.run(CLONE);
        return world.disk.acts();
    }

    private static Optional<VmException> failure(World world, Request request) {
        try {
            world.run(request);
            return Optional.empty();
        } catch (VmException failed) {
            return Optional.of(failed);
        }
    }
}
