package ctl.vm.operation.run;

import static ctl.vm.operation.World.NEW;
import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.ImageSize;
import ctl.vm.operation.World;
import org.junit.jupiter.api.Test;

/** A root on a filesystem that other machines have as well. */
class RemoteJournalTest {

    private final World world = World.make();

    @Test
    void operation_whoseJournalIsOnANetworkFilesystem_warnsInOneLineAndIsDone() {
        world.disk.remote("nfs");

        world.run(new Request.Create(NEW, ImageSize.DEFAULT, false));

        assertThat(world.reporter.lines().stream().filter(line -> line.startsWith("warn: "))).singleElement().asString()
                .contains("network filesystem (nfs)").contains("/root/journal");
        assertThat(world.inventory().open()).isEmpty();
    }

    @Test
    void operation_whoseJournalIsLocal_warnsOfNothing() {
        world.run(new Request.Create(NEW, ImageSize.DEFAULT, false));

        assertThat(world.reporter.lines()).noneMatch(line -> line.startsWith("warn: "));
    }
}
