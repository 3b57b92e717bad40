package ctl.vm.operation.run;

import static ctl.vm.operation.World.MY_BOX;
import static ctl.vm.operation.World.NEW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.ImageSize;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.linux.LinuxError;
import ctl.vm.operation.World;
import ctl.vm.problem.Errno;
import ctl.vm.problem.Failure;
import ctl.vm.problem.VmException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A root whose filesystem keeps no locks. */
class NoLocksTest {

    private final World world = World.make();

    static Stream<Request> requests() {
        return Stream.of(
                new Request.Create(NEW, ImageSize.DEFAULT, false),
                new Request.DeleteVm(MY_BOX));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void operation_whereNoLockIsGiven_isRefusedBeforeItIsRecorded(Request request) {
        Path file = Path.of("/root/journal/operations.lock");
        world.locks.refuse(() -> LinuxError.of(Errno.ENOLCK, "fcntl", file));

        VmException refused = catchThrowableOfType(VmException.class, () -> world.run(request));

        assertThat(refused.problem()).isEqualTo(new Failure.NoLocks(file.toString(), "No locks available"));
        assertThat(world.journal.inventory().open()).isEmpty();
        assertThat(world.disk.entry(Path.of("/root/vm/New"))).isEmpty();
        assertThat(world.disk.entry(Path.of("/root/vm/MyBox"))).isPresent();
    }
}
