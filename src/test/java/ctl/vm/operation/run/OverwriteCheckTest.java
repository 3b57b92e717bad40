package ctl.vm.operation.run;

import static ctl.vm.operation.World.MY_BOX;
import static ctl.vm.operation.World.NEW;
import static ctl.vm.operation.World.OLD;
import static ctl.vm.operation.World.READY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ctl.vm.durable.ForgetfulDisk;
import ctl.vm.inventory.CopyOptions;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.Rules;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.VmName;
import ctl.vm.operation.World;
import ctl.vm.problem.Unsafe;
import ctl.vm.problem.VmException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Operations that died as soon as they had started, and what would go if they went on. */
class OverwriteCheckTest {

    private static final Request REPLACEMENT = new Request.Clone(MY_BOX, OLD, CopyOptions.USUAL, true);
    private static final Request DELETION = new Request.DeleteVm(OLD);
    private static final Request SNAPSHOT_DELETION = new Request.DeleteSnapshot(MY_BOX, READY);
    private static final OperationId DIED = new OperationId("20261101-101500-aaaa");

    private final World world = World.make(OverwriteCheckTest::clockOf);

    /** The time of the disk: each look at it is a moment later. */
    private static Clock clockOf(ForgetfulDisk disk) {
        return new Clock() {
            @Override
            public Instant instant() {
                disk.write("/clock", new byte[] {1});
                return disk.entry(Path.of("/clock")).orElseThrow().changed();
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        };
    }

    static List<Request> takingOld() {
        return List.of(REPLACEMENT, DELETION);
    }

    @Test
    void loss_isWhatGoesAndNothingElse() {
        assertThat(loss(REPLACEMENT)).contains("Old");
        assertThat(loss(DELETION)).contains("Old");
        assertThat(loss(SNAPSHOT_DELETION)).contains("MyBox:ready");
        assertThat(loss(new Request.Clone(MY_BOX, NEW, CopyOptions.USUAL, true))).isEmpty();
        assertThat(loss(new Request.Rename(OLD, NEW))).isEmpty();
    }

    private Optional<String> loss(Request request) {
        World another = world.copy();
        return another.resume().loss(begun(another, request));
    }

    @ParameterizedTest
    @MethodSource("takingOld")
    void resume_nothingHasChanged_goesOn(Request request) {
        begun(world, request);
        world.resume().resume(DIED);

        assertThat(world.inventory().open()).isEmpty();
        assertThat(world.events().getLast()).isInstanceOfAny(Event.VmArrived.class, Event.VmDeleted.class);
    }

    /** Whoever uses a VM does not tell the journal of it. */
    @ParameterizedTest
    @MethodSource("takingOld")
    void resume_imageWasWrittenToBeforeItBegan_goesOn(Request request) {
        world.journal.append(DIED, new Event.VmFound(OLD, List.of()));
        begun(world, request);
        world.resume().resume(DIED);

        assertThat(world.inventory().open()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("takingOld")
    void resume_imageWasWrittenToSince_isRefusedAndKeepsIt(Request request) {
        begun(world, request);
        world.disk.write("/root/vm/Old/disk.s2e", new byte[] {1, 2, 3});

        assertRefused(request, "Old");
        assertThat(world.disk.read("/root/vm/Old/disk.s2e")).containsExactly(1, 2, 3);
    }

    @ParameterizedTest
    @MethodSource("takingOld")
    void resume_snapshotWasTakenSince_isRefused(Request request) {
        begun(world, request);
        world.disk.write("/root/vm/Old/disk.s2e.mine", new byte[] {1});

        assertRefused(request, "Old");
    }

    @ParameterizedTest
    @MethodSource("takingOld")
    void resume_anotherVmHasTheNameByNow_isRefused(Request request) {
        begun(world, request);
        OperationId another = new OperationId("20261101-101600-bbbb");
        world.journal.append(another, new Event.OperationStarted(new Request.Rename(OLD, NEW)));
        world.journal.append(another, new Event.VmRenamed(OLD, NEW));
        world.journal.append(another, world.inventory().vm(NEW)
                .<Event>map(vm -> new Event.VmFound(OLD, List.copyOf(vm.images().values())))
                .orElseThrow());

        assertRefused(request, "Old");
    }

    @Test
    void resume_underAnotherName_leavesWhatHasChangedAlone() {
        begun(world, REPLACEMENT);
        world.disk.write("/root/vm/Old/disk.s2e", new byte[] {1, 2, 3});

        world.resume().resume(DIED, NEW);

        assertThat(world.vm(NEW)).isEqualTo(world.vm(MY_BOX));
        assertThat(world.disk.read("/root/vm/Old/disk.s2e")).containsExactly(1, 2, 3);
        assertThat(world.inventory().open()).isEmpty();
    }

    @Test
    void resume_snapshotToBeDeletedWasWrittenToSince_isRefused() {
        begun(world, SNAPSHOT_DELETION);
        world.disk.write("/root/vm/MyBox/disk.s2e.ready", new byte[] {1});

        assertRefused(SNAPSHOT_DELETION, "MyBox:ready");
    }

    @Test
    void resume_anotherImageThanTheSnapshotWasWrittenTo_goesOn() {
        begun(world, SNAPSHOT_DELETION);
        world.disk.write("/root/vm/MyBox/disk.s2e", new byte[] {1});
        world.resume().resume(DIED);

        assertThat(world.events().getLast()).isInstanceOf(Event.SnapshotDeleted.class);
    }

    @ParameterizedTest
    @MethodSource("takingOld")
    void sameCommandAgain_whateverHasChanged_goesOn(Request request) {
        begun(world, request);
        world.disk.write("/root/vm/Old/disk.s2e", new byte[] {1, 2, 3});
        world.run(request);

        assertThat(world.inventory().open()).isEmpty();
        assertThat(world.events().getLast()).isInstanceOfAny(Event.VmArrived.class, Event.VmDeleted.class);
    }

    private static OpenOperation begun(World world, Request request) {
        List<VmName> names = List.of(MY_BOX, OLD, NEW);
        Rules.decide(
                request, world.inventory(), world.store().look(names),
                request.replaces().flatMap(world.store()::folder))
                .forEach(event -> world.journal.append(DIED, event));
        return world.inventory().operation(DIED).orElseThrow();
    }

    private void assertRefused(Request request, String loss) {
        assertThatThrownBy(() -> world.resume().resume(DIED)).isInstanceOfSatisfying(
                VmException.class,
                refused -> assertThat(refused.problem())
                        .isEqualTo(new Unsafe.ChangedMeanwhile(
                                request.describe(), loss, request.bringsIn(), DIED.text())));
        assertThat(world.inventory().open()).containsKey(DIED);
    }
}
