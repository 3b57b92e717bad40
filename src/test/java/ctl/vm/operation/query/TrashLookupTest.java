package ctl.vm.operation.query;

import static ctl.vm.operation.World.MY_BOX;
import static ctl.vm.operation.World.NEW;
import static ctl.vm.operation.World.OLD;
import static ctl.vm.operation.World.READY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ctl.vm.cli.problem.ProblemText;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.SnapshotName;
import ctl.vm.inventory.value.VmName;
import ctl.vm.operation.World;
import ctl.vm.problem.VmException;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A name that two VMs have had: MyBox lost its snapshot ready and became New, then Old became MyBox and lost one of the
 * same name.
 */
class TrashLookupTest {

    private final World world = World.make();

    private World.Content first;

    @BeforeEach
    void live() {
        first = world.vm(MY_BOX).get("disk.s2e.ready");
        world.run(new Request.DeleteSnapshot(MY_BOX, READY));
        world.run(new Request.Rename(MY_BOX, NEW));
        world.disk.write("/root/vm/Old/disk.s2e.ready", new byte[] {1, 2, 3});
        world.run(new Request.Rename(OLD, MY_BOX));
        world.run(new Request.DeleteSnapshot(MY_BOX, READY));
    }

    @Test
    void snapshot_askedForByTheNameOfItsVmNow_comesBackToIt() {
        world.run(undeletion(NEW));

        assertThat(world.vm(NEW)).containsEntry("disk.s2e.ready", first);
        assertThat(world.vm(MY_BOX)).doesNotContainKey("disk.s2e.ready");
    }

    @Test
    void snapshot_askedForByANameThatTwoHaveHad_isTheOneThatWasDeletedLast_andThenTheOther() {
        world.run(undeletion(MY_BOX));
        assertThat(world.vm(MY_BOX)).containsKey("disk.s2e.ready");
        assertThat(world.vm(NEW)).doesNotContainKey("disk.s2e.ready");

        world.run(undeletion(MY_BOX));
        assertThat(world.vm(NEW)).as("where it was").containsEntry("disk.s2e.ready", first);
    }

    @Test
    void nameThatWasMistyped_isAnsweredWithTheNearestInTheTrash() {
        assertThatThrownBy(() -> undeletion(new VmName("MyBxo")))
                .isInstanceOfSatisfying(VmException.class,
                        failed -> assertThat(ProblemText.of(failed.problem()).nextStep())
                                .isEqualTo("did you mean MyBox:ready? \"ctl vm trash\" shows all"));
    }

    private Request undeletion(VmName named) {
        SnapshotName ready = READY;
        return new TrashLookup(world.context()).undeletion(named, ready, Optional.empty(), ready);
    }
}
