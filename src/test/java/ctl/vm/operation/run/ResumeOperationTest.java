package ctl.vm.operation.run;

import static ctl.vm.operation.World.MY_BOX;
import static ctl.vm.operation.World.NEW;
import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.durable.PowerLost;
import ctl.vm.inventory.CopyOptions;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.ImageSize;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.operation.World;
import ctl.vm.operation.query.Orphans;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What comes after an operation that died between its rename and its record. */
class ResumeOperationTest {

    private static final Request DELETION = new Request.DeleteVm(MY_BOX);

    @Test
    void deletion_thatDiedBeforeItsRecord_isRepeatedWithoutAComplaint() {
        World world = diedBeforeItsRecord(DELETION);

        world.start().check(DELETION);
        world.run(DELETION);

        assertThat(world.vm(MY_BOX)).isEmpty();
        assertThat(world.inventory().open()).isEmpty();
    }

    @Test
    void deletion_thatDiedBeforeItsRecord_isRecordedBeforeANewVmOfThatName() {
        World world = diedBeforeItsRecord(DELETION);

        world.run(new Request.Create(MY_BOX, ImageSize.parse("1M"), false));

        assertThat(world.vm(MY_BOX)).containsOnlyKeys("disk.s2e");
        assertThat(world.events().getLast()).isInstanceOf(Event.VmArrived.class);
        assertThat(world.inventory().open()).isEmpty();
    }

    @Test
    void deletion_thatDiedBeforeItsRecord_sparesAVmMadeByHandSince() {
        World world = diedBeforeItsRecord(DELETION);
        world.disk.write("/root/vm/MyBox/disk.s2e", new byte[] {1, 2, 3});

        List.copyOf(world.inventory().open().keySet()).forEach(world.resume()::resume);

        assertThat(world.disk.read("/root/vm/MyBox/disk.s2e")).containsExactly(1, 2, 3);
        assertThat(world.inventory().vm(MY_BOX)).isEmpty();
    }

    @Test
    void clone_thatDiedBeforeItsRecord_isKeptWhenGivenUp() {
        World world = diedBeforeItsRecord(new Request.Clone(MY_BOX, NEW, CopyOptions.USUAL, false));
        world.disk.write("/root/vm/New/disk.s2e.mine", new byte[] {1});

        List.copyOf(world.inventory().open().keySet()).forEach(world.resume()::abandon);

        assertThat(world.vm(NEW)).containsKeys("disk.s2e", "disk.s2e.mine");
        assertThat(world.inventory().vm(NEW)).isPresent();
    }

    @Test
    void resume_freesWhatAnEndedOperationLeft() {
        World world = diedBeforeItsRecord(DELETION);
        OperationId ended = new OperationId("20261101-101500-aaaa");
        world.journal.append(ended, new Event.OperationStarted(new Request.Create(NEW, ImageSize.DEFAULT, false)));
        world.journal.append(ended, new Event.OperationAbandoned());
        String leftover = "/root/vm/.staging/20261101-101500-aaaa/disk.s2e";
        world.disk.write(leftover, new byte[] {1});

        List.copyOf(world.inventory().open().keySet()).forEach(world.resume()::resume);

        assertThat(world.disk.exists(leftover)).isFalse();
    }

    @Test
    void staging_ofNoOperationThatTheJournalKnows_isToldAndStays() {
        World world = World.make();
        String orphan = "/root/vm/.staging/20261101-101500-aaaa/disk.s2e";
        world.disk.write(orphan, new byte[] {1});
        world.disk.write("/root/vm/.trash/mine/disk.s2e", new byte[] {1});
        assertThat(new Orphans(world.context()).all()).containsExactly(".staging/20261101-101500-aaaa",
                ".trash/mine");

        world.run(new Request.Create(NEW, ImageSize.DEFAULT, false));

        assertThat(world.disk.exists(orphan)).isTrue();
        assertThat(world.disk.exists("/root/vm/.trash/mine/disk.s2e")).isTrue();
    }

    /** A world in which power went between the rename and the record, and in which the rename is durable. */
    private static World diedBeforeItsRecord(Request request) {
        World start = World.make();
        World goal = start.copy();
        goal.run(request);
        for (int at = 1; at <= goal.disk.acts(); at++) {
            for (long seed = 0; seed < 20; seed++) {
                World world = start.copy();
                world.disk.losePowerAt(at);
                runUntilPowerLoss(world, request);
                world.disk.restart(seed);
                world.disk.settle();
                world.locks.processDies();
                boolean renamed = request.equals(DELETION) ? world.vm(MY_BOX).isEmpty() : !world.vm(NEW).isEmpty();
                if (renamed && !world.inventory().open().isEmpty()) {
                    return world;
                }
            }
        }
        throw new AssertionError("never between the rename and the record");
    }

    private static void runUntilPowerLoss(World world, Request request) {
        try {
            world.run(request);
        } catch (PowerLost expected) {
            // The machine is off.
        }
    }
}
