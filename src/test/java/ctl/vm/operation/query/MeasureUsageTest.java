package ctl.vm.operation.query;

import static ctl.vm.operation.World.MY_BOX;
import static ctl.vm.operation.World.OLD;
import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.durable.PowerLost;
import ctl.vm.inventory.CopyOptions;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Request;
import ctl.vm.operation.World;
import ctl.vm.operation.query.MeasureUsage.Part;
import ctl.vm.operation.query.MeasureUsage.Root;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the parts of a root take, where an operation was interrupted. */
class MeasureUsageTest {

    /**
     * A power cut at each act of a replacement: between the exchange and its record, the old VM is the one that is
     * hidden.
     */
    @ParameterizedTest
    @CsvSource({"false, TRASH", "true, INTERRUPTED_DELETION"})
    void vmThatWasReplaced_butForTheRecord_isNotWhatAbandoningFrees(boolean now, Part expected) {
        Request request = new Request.Clone(MY_BOX, OLD, CopyOptions.USUAL, true, now);
        World goal = World.make();
        goal.run(request);
        List<Integer> seen = new ArrayList<>();
        for (int at = 1; at <= goal.disk.acts(); at++) {
            World world = World.make();
            world.disk.settle();
            world.disk.losePowerAt(world.disk.acts() + at);
            try {
                world.run(request);
            } catch (PowerLost expectedLoss) {
                world.locks.processDies();
            }
            world.disk.restart(1);
            List<OpenOperation> open = List.copyOf(world.inventory().open().values());
            boolean isExchanged = world.vm(OLD).keySet().equals(world.vm(MY_BOX).keySet());
            if (!open.isEmpty() && isExchanged) {
                var usage = new MeasureUsage(world.context());
                Root root = usage.ofRoot();
                assertThat(count(root, Part.INTERRUPTED)).as("at %d", at).isEmpty();
                assertThat(usage.freedByAbandoning(open).onDisk().bytes()).as("at %d", at).isZero();
                count(root, expected).filter(count -> count > 0).ifPresent(seen::add);
            }
        }
        assertThat(seen).isNotEmpty();
    }

    private static Optional<Integer> count(Root root, Part part) {
        return root.parts().stream().filter(measured -> measured.part() == part).findFirst()
                .flatMap(MeasureUsage.Measured::count);
    }
}
