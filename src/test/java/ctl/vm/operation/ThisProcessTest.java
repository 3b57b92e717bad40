package ctl.vm.operation;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.inventory.Actor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who runs this very test, compared with what Java knows of it. */
class ThisProcessTest {

    private final Actor actor = ThisProcess.actor(List.of("ctl", "vm"), Map.of("SUDO_USER", "ada"));

    @Test
    void actor_isWhoTheKernelSays_andSudoIsAClaim() throws IOException {
        assertThat(actor.user()).isEqualTo(System.getProperty("user.name"));
        assertThat(actor.uid()).isEqualTo(((Number) Files.getAttribute(Path.of("/proc/self"), "unix:uid")).longValue());
        assertThat(actor.sudoUser()).contains("ada");
        assertThat(actor.process().pid()).isEqualTo(ProcessHandle.current().pid());
        assertThat(actor.process().bootId())
                .isEqualTo(Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip());
    }

    @Test
    void parents_areToldUpToTheFirst_eachByWhatTellsItFromALaterOneOfItsNumber() {
        List<Long> ancestors = ProcessHandle.current().parent().stream()
                .<ProcessHandle>mapMulti((parent, found) -> {
                    for (var next = java.util.Optional.of(parent); next.isPresent(); next = next.get().parent()) {
                        found.accept(next.get());
                    }
                })
                .map(ProcessHandle::pid)
                .limit(12)
                .toList();

        assertThat(actor.parents()).extracting(Actor.Parent::pid).isEqualTo(ancestors);
        assertThat(actor.parents()).allSatisfy(parent -> {
            assertThat(parent.command()).isNotEmpty();
            assertThat(parent.startTicks()).isBetween(0L, actor.process().startTicks());
        });
        assertThat(actor.alone().parents()).isEmpty();
    }
}
