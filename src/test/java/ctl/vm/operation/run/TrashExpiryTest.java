package ctl.vm.operation.run;

import static ctl.vm.operation.World.MY_BOX;
import static ctl.vm.operation.World.OLD;
import static ctl.vm.operation.World.READY;
import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.inventory.CopyOptions;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.ImageSize;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.VmName;
import ctl.vm.operation.Machine;
import ctl.vm.operation.RetentionPeriod;
import ctl.vm.operation.World;
import ctl.vm.operation.query.ListTrash;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When the trash frees Old, which was deleted to be kept for a day, on a machine whose clock is not always right. */
class TrashExpiryTest {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration YEAR = Duration.ofDays(365);

    private final Machine machine = new Machine();
    private final World world = World.on(machine);
    private int commands;

    @Test
    void deletion_isKeptForItsTime_andFreedByTheNextChangeAfterIt() {
        delete();

        machine.runs(DAY.minusMinutes(1));
        assertKept();
        machine.runs(Duration.ofMinutes(2));
        assertFreed();
        assertThat(world.reporter.lines())
                .contains("hint: freed Old from the trash (8.0 KiB): it has been kept long enough");
    }

    @Test
    void deletion_isKeptAsLongAsWasDecidedThen_notAsIsSetNow() {
        world.keep = period(Duration.ofDays(7));
        delete();
        world.keep = RetentionPeriod.NONE;
        machine.runs(Duration.ofDays(6));
        assertKept();
        world.keep = period(Duration.ofDays(30));
        machine.runs(DAY.plus(HOUR));
        assertFreed();
    }

    @Test
    void deletionForWhichATimeWasAskedFor_isKeptForThat_alsoWhereItGoesOnLater() {
        world.run(new Request.DeleteVm(OLD, false, Optional.of(Duration.ofDays(3))));

        machine.runs(Duration.ofDays(2));
        assertKept();
        machine.runs(DAY.plus(HOUR));
        assertFreed();
    }

    @Test
    void deletionOfASnapshot_isKeptForItsTime() {
        world.run(new Request.DeleteSnapshot(MY_BOX, READY, false, Optional.of(Duration.ofDays(3))));

        machine.runs(Duration.ofDays(2));
        change();
        assertThat(world.trash()).containsKey("disk.s2e.ready");
        machine.runs(DAY.plus(HOUR));
        change();
        assertThat(world.trash()).isEmpty();
    }

    @Test
    void vmThatWasReplaced_isKeptForTheTimeOfItsReplacement() {
        world.keep = period(Duration.ofDays(3));
        world.run(new Request.Clone(MY_BOX, OLD, CopyOptions.USUAL, true));
        world.keep = period(HOUR);

        machine.runs(Duration.ofDays(2));
        assertKept();
        machine.runs(DAY.plus(HOUR));
        assertFreed();
    }

    @Test
    void deletionOfAnOlderProgram_isKeptAsIsSetNow() {
        OperationId id = world.context().newOperation();
        world.disk.write("/root/vm/.trash/%s/Gone/disk.s2e".formatted(id), new byte[] {1});
        VmName gone = new VmName("Gone");
        world.journal.append(id, new Event.VmFound(gone, List.of()));
        world.journal.append(id, new Event.OperationStarted(new Request.DeleteVm(gone)));
        world.journal.append(id, new Event.VmDeleted(gone));

        machine.runs(Duration.ofDays(2));
        world.keep = period(Duration.ofDays(3));
        change();
        assertThat(world.trash()).containsKey("Gone/disk.s2e");
        world.keep = period(DAY);
        change();
        assertThat(world.trash()).isEmpty();
    }

    @Test
    void clockAYearForward_inTheSameBoot_freesNothing_andIsSaidOnce() {
        delete();
        machine.clockJumps(YEAR);

        assertKept();
        assertThat(warnings()).singleElement().asString().contains("the clock may be wrong").contains("has run");
        machine.runs(HOUR.multipliedBy(2));
        assertKept();
        assertThat(warnings()).hasSize(1);

        machine.runs(DAY);
        assertFreed();
    }

    @Test
    void clockAYearBack_inTheSameBoot_doesNotKeepItForAYear() {
        delete();
        machine.clockJumps(YEAR.negated());

        machine.runs(DAY.minus(HOUR));
        assertKept();
        machine.runs(HOUR.multipliedBy(2));
        assertFreed();
    }

    @Test
    void clockForwardAndBackAgain_inTheSameBoot_freesNothing() {
        delete();
        machine.clockJumps(YEAR);
        assertKept();
        machine.runs(HOUR);
        machine.clockJumps(YEAR.negated());
        assertKept();
        machine.runs(DAY);
        assertFreed();
    }

    @Test
    void clockAYearForward_atABoot_freesNothingUntilAnHourLaterATimePastTheEndIsThereStill() {
        delete();
        machine.boots(Duration.ofMinutes(1));
        machine.clockJumps(YEAR);

        assertKept();
        assertThat(warnings()).singleElement().asString().contains("the clock may be wrong").contains("an hour");
        machine.runs(Duration.ofMinutes(50));
        assertKept();
        assertThat(warnings()).hasSize(1);
        machine.runs(Duration.ofMinutes(20));
        assertFreed();
    }

    @Test
    void clockAYearForward_atABoot_untilTheNetworkCorrectsIt_freesNothing() {
        delete();
        machine.boots(Duration.ofMinutes(1));
        machine.clockJumps(YEAR);
        assertKept();
        machine.clockJumps(YEAR.negated());
        machine.runs(HOUR.multipliedBy(3));
        assertKept();

        machine.boots(Duration.ofMinutes(1));
        machine.clockJumps(YEAR);
        assertKept();
    }

    @Test
    void clockThatJumpsTwice_atABoot_isNoWitnessOfItself() {
        delete();
        machine.boots(Duration.ofMinutes(1));
        machine.clockJumps(YEAR);
        assertKept();
        machine.runs(Duration.ofMinutes(2));
        machine.clockJumps(YEAR);

        assertKept();
    }

    @Test
    void clockAYearBack_atABoot_freesNothing() {
        delete();
        machine.boots(Duration.ofMinutes(1));
        machine.clockJumps(YEAR.negated());
        machine.runs(HOUR.multipliedBy(2));

        assertKept();
    }

    @Test
    void entriesOfATimeBeforeTheDeletionInWhichTheClockWasAhead_areNoWitnesses() {
        machine.clockJumps(YEAR);
        change();
        machine.clockJumps(YEAR.negated());
        delete();
        machine.boots(Duration.ofMinutes(1));
        machine.clockJumps(YEAR.multipliedBy(2));

        assertKept();
    }

    @Test
    void machineThatIsSwitchedOffEachNight_freesItOnTheSecondDay() {
        delete();
        machine.boots(Duration.ofHours(16));
        machine.runs(HOUR);
        assertKept();
        machine.runs(Duration.ofHours(8));
        assertKept();

        machine.boots(Duration.ofHours(15));
        assertFreed();
        assertThat(warnings()).isEmpty();
    }

    @Test
    void machineThatIsBootedForOneCommandADay_freesIt() {
        delete();
        machine.boots(DAY.plus(HOUR));
        assertKept();
        machine.boots(DAY);
        assertFreed();
        assertThat(warnings()).isEmpty();
    }

    @Test
    void laptopThatWasSuspendedForAWeek_freesIt() {
        delete();
        machine.runs(Duration.ofDays(7));

        assertFreed();
        assertThat(warnings()).isEmpty();
    }

    @Test
    void guestThatStoodStillForAWeek_keepsItForTheTimeThatItRuns() {
        delete();
        machine.clockJumps(Duration.ofDays(7));

        assertKept();
        assertThat(entry().left()).isEqualTo(DAY);
        assertThat(entry().keptUntil()).isEqualTo(machine.clock().instant().plus(DAY));
        machine.runs(DAY);
        assertFreed();
    }

    @Test
    void trash_listsHowLongItIsStillKept() {
        delete();
        machine.runs(Duration.ofHours(20));
        assertThat(entry().left()).isEqualTo(Duration.ofHours(4));
        assertThat(entry().period()).isEqualTo(DAY);
        assertThat(entry().isUnconfirmed()).isFalse();

        machine.boots(Duration.ofHours(5));
        assertThat(entry().left()).isZero();
        assertThat(entry().isUnconfirmed()).isTrue();
    }

    private void delete() {
        world.run(new Request.DeleteVm(OLD));
    }

    private void change() {
        world.run(new Request.Create(new VmName("New" + ++commands), ImageSize.parse("1M"), false));
    }

    private void assertKept() {
        change();
        assertThat(world.trash()).containsKey("Old/disk.s2e");
    }

    private void assertFreed() {
        change();
        assertThat(world.trash()).isEmpty();
    }

    private ListTrash.Entry entry() {
        return new ListTrash(world.context()).all().getFirst();
    }

    private List<String> warnings() {
        return world.reporter.lines().stream().filter(line -> line.startsWith("warn: ")).toList();
    }

    private static RetentionPeriod period(Duration time) {
        return new RetentionPeriod(time);
    }
}
