package ctl.vm.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.durable.LinuxDisk;
import ctl.vm.durable.RefusingDisk;
import ctl.vm.inventory.value.VmName;
import ctl.vm.problem.Errno;
import ctl.vm.problem.VmException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What reconcile makes of a copied VM on filesystems of which each does not know one call. */
class RefusedCallsReconcileTest {

    private static final VmName COPY = new VmName("Copy");

    @TempDir
    private Path root;

    static Stream<String> calls() {
        return RefusingDisk.calls();
    }

    @ParameterizedTest
    @MethodSource("calls")
    void reconcile_whereOneCallIsRefused_recordsTheCopyOrSaysWhyNot(String call) throws Exception {
        HandMade hand = new HandMade(root);
        hand.shell("cp -rp vm/MyBox vm/Copy");
        hand.at(Duration.ofMinutes(1)).on(new RefusingDisk(new LinuxDisk(), call, Errno.EOPNOTSUPP).disk());

        if (records(hand)) {
            assertThat(hand.journal().inventory().vm(COPY)).isPresent();
        }

        hand.on(new LinuxDisk());
        hand.reconcile().record();
        assertThat(hand.journal().inventory().vm(COPY)).isPresent();
        assertThat(hand.reconcile().record().isClean()).isTrue();
    }

    /** A folder that cannot be read is reported and not recorded. */
    private static boolean records(HandMade hand) {
        try {
            return hand.reconcile().record().warnings().isEmpty();
        } catch (VmException refused) {
            assertThat(refused.problem().exitCode()).as(refused.toString()).isEqualTo(1);
            return false;
        }
    }
}
