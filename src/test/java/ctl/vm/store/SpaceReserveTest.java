package ctl.vm.store;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.durable.Fault;
import ctl.vm.durable.ForgetfulDisk;
import ctl.vm.durable.PowerLost;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The reserve of a full disk: it is whole under its name, or given up, whatever happened while it was made. */
class SpaceReserveTest {

    private static final Path FOLDER = Path.of("/root/journal/reserve");
    private static final long MEBIBYTE = 1 << 20;

    private final ForgetfulDisk disk = roomy();

    private static ForgetfulDisk roomy() {
        ForgetfulDisk disk = new ForgetfulDisk();
        disk.folder("/root/journal");
        return disk;
    }

    @Test
    void reserve_onARoomyDisk_takesItsSpaceAndGivesAllOfItBack() {
        SpaceReserve reserve = new SpaceReserve(disk, FOLDER);
        long free = disk.freeBytes(FOLDER.getParent());

        reserve.keep();
        assertThat(reserve.isKept()).isTrue();
        assertThat(disk.freeBytes(FOLDER.getParent())).isEqualTo(free - 4 * MEBIBYTE);

        assertThat(reserve.release()).isTrue();
        assertThat(reserve.isKept()).isFalse();
        assertThat(reserve.isReleased()).isTrue();
        assertThat(disk.freeBytes(FOLDER.getParent())).isEqualTo(free);
        assertThat(reserve.release()).as("twice").isFalse();

        reserve.keep();
        assertThat(reserve.isKept()).isTrue();
        assertThat(reserve.isReleased()).isFalse();
    }

    @Test
    void reserve_onASmallDisk_isNotMade_andIsNotTakenForOneThatWasGivenUp() {
        disk.capacity(8 * MEBIBYTE - 1);
        SpaceReserve reserve = new SpaceReserve(disk, FOLDER);

        reserve.keep();

        assertThat(reserve.isKept()).isFalse();
        assertThat(reserve.isReleased()).isFalse();
        assertThat(reserve.release()).isFalse();
    }

    @Test
    void reserve_whoseMakerLosesPowerAnywhere_isWhole_orIsNotKept() {
        int acts = acts(new SpaceReserve(disk, FOLDER)::keep);
        for (int act = 1; act <= acts; act++) {
            for (long seed = 0; seed < 3; seed++) {
                ForgetfulDisk other = roomy();
                other.settle();
                other.losePowerAt(act);
                SpaceReserve reserve = new SpaceReserve(other, FOLDER);
                untilPowerIsLost(reserve::keep);
                other.restart(seed);

                assertIsWholeWhereKept(other, reserve, "lost at %d, seed %d".formatted(act, seed));
                reserve.keep();
                assertThat(reserve.isKept()).isTrue();
                assertIsWholeWhereKept(other, reserve, "made again after %d, seed %d".formatted(act, seed));
            }
        }
    }

    @Test
    void reserve_thatIsGivenUpWhenPowerIsLostAnywhere_canBeGivenUpAndMadeAgain() {
        ForgetfulDisk made = roomy();
        new SpaceReserve(made, FOLDER).keep();
        made.settle();
        long free = made.freeBytes(FOLDER.getParent());
        for (int act = 1; act <= 7; act++) {
            ForgetfulDisk other = made.copy();
            other.losePowerAt(act);
            SpaceReserve reserve = new SpaceReserve(other, FOLDER);
            untilPowerIsLost(reserve::release);
            other.restart(act);

            assertIsWholeWhereKept(other, reserve, "lost at " + act);
            reserve.release();
            assertThat(other.freeBytes(FOLDER.getParent())).as("lost at " + act).isEqualTo(free + 4 * MEBIBYTE);
            assertThat(reserve.isReleased()).isTrue();
            reserve.keep();
            assertThat(reserve.isKept()).isTrue();
        }
    }

    @Test
    void reserve_whoseMakerMeetsAFullDiskAnywhere_leavesNothingBehind() {
        int acts = acts(new SpaceReserve(disk, FOLDER)::keep);
        for (int act = 1; act < acts; act++) {
            ForgetfulDisk other = roomy();
            long free = other.freeBytes(FOLDER.getParent());
            SpaceReserve reserve = new SpaceReserve(other, FOLDER);
            other.failAt(act, Fault.NO_SPACE);

            reserve.keep();

            assertThat(reserve.isKept()).as("failed at " + act).isFalse();
            assertThat(other.freeBytes(FOLDER.getParent())).as("failed at " + act).isEqualTo(free);
        }
    }

    private int acts(Runnable action) {
        int before = disk.acts();
        action.run();
        return disk.acts() - before;
    }

    private static void untilPowerIsLost(Runnable action) {
        try {
            action.run();
        } catch (PowerLost cut) {
            // As it was planned.
            return;
        }
    }

    private static void assertIsWholeWhereKept(ForgetfulDisk disk, SpaceReserve reserve, String when) {
        if (reserve.isKept()) {
            assertThat(disk.list(FOLDER)).as(when).hasSize(4)
                    .allSatisfy(file -> assertThat(disk.allocated(file)).as(when).isEqualTo(MEBIBYTE));
        }
    }
}
