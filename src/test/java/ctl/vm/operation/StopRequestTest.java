package ctl.vm.operation;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.problem.Busy;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StopRequestTest {

    private static final Busy OPENED = new Busy.OpenedMeanwhile("MyBox", "qemu (pid 4242)");

    private final StopRequest stop = new StopRequest();

    @Test
    void reason_ofAnOuterOperation_holdsWhenAnInnerOneHasEnded() {
        try (StopRequest.Registration _ = stop.alsoFor(() -> Optional.of(OPENED))) {
            stop.alsoFor(Optional::empty).close();

            assertThat(stop.isMade()).isTrue();
        }
        assertThat(stop.isMade()).isFalse();
    }

    @Test
    void reason_ofAnInnerOperation_holdsBesideThatOfTheOuterOne() {
        try (StopRequest.Registration _ = stop.alsoFor(Optional::empty);
                StopRequest.Registration _ = stop.alsoFor(() -> Optional.of(OPENED))) {
            assertThat(stop.isMade()).isTrue();
        }
    }
}
