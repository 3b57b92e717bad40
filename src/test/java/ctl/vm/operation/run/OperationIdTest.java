package ctl.vm.operation.run;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.inventory.Event;
import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.ImageSize;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.VmName;
import ctl.vm.operation.OperationContext;
import ctl.vm.operation.OperationLocks;
import ctl.vm.operation.World;
import ctl.vm.store.Locks;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Ids of operations that begin in one second, where chance gives them the same letters. */
class OperationIdTest {

    private static final Instant NOW = Instant.parse("2026-11-30T10:00:00Z");

    private final World world = World.make();

    @Test
    void start_withTheIdOfOneThatHasEnded_takesAnother() {
        run(create("One"), 7);
        run(create("Two"), 7, 7, 8);

        assertThat(started()).containsExactly(OperationId.startedAt(NOW, 7), OperationId.startedAt(NOW, 8));
    }

    @Test
    void start_withTheIdOfOneThatRuns_takesAnother() {
        try (Locks.Hold _ = new Locks(world.locks).tryHold(OperationId.startedAt(NOW, 7), create("One"))
                .orElseThrow()) {
            run(create("Two"), 7, 9);
        }
        assertThat(started()).containsExactly(OperationId.startedAt(NOW, 9));
    }

    private static Request create(String name) {
        return new Request.Create(new VmName(name), ImageSize.parse("1M"), false);
    }

    private void run(Request request, Integer... numbers) {
        Deque<Integer> left = new ArrayDeque<>(List.of(numbers));
        Random random = new Random() {
            @Override
            public int nextInt() {
                return left.remove();
            }
        };
        OperationContext usual = world.context();
        new StartOperation(new OperationContext(usual.journal(), usual.store(), usual.packages(), usual.locks(),
                usual.reporter(), usual.stop(), usual.checkpointInterval(), usual.retention(), usual.copy(),
                Clock.fixed(NOW, ZoneOffset.UTC), usual.machine(), random, usual.description()), false).run(request);
    }

    private List<OperationId> started() {
        List<OperationId> started = new ArrayList<>();
        world.journal.events(1, (Recorded recorded) -> {
            if (recorded.event() instanceof Event.OperationStarted start
                    && start.request() instanceof Request.Create) {
                started.add(recorded.operation());
            }
        });
        return started;
    }
}
