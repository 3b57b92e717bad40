package ctl.vm.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ctl.vm.inventory.CopyOptions;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.ImageSize;
import ctl.vm.problem.VmException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A link below {@code vm/} that somebody has put where we write leads nothing of ours to somewhere else. */
class PlantedLinkTest {

    private final World world = World.make();

    @BeforeEach
    void makeAPlaceToLeadTo() {
        world.disk.folder("/elsewhere");
        world.disk.write("/victim", new byte[] {1, 2, 3});
    }

    @Test
    void stagingThatIsALink_isRefused() {
        world.disk.createLink(Path.of("/root/vm/.staging"), Path.of("/elsewhere"));

        assertRefused(new Request.Create(World.NEW, ImageSize.parse("4k"), false));
        assertThat(world.vm(World.NEW)).isEmpty();
    }

    @Test
    void trashThatIsALink_isRefused() {
        world.disk.createLink(Path.of("/root/vm/.trash"), Path.of("/elsewhere"));

        assertRefused(new Request.DeleteVm(World.MY_BOX));
        assertThat(world.vm(World.MY_BOX)).hasSize(4);
    }

    @Test
    void nameOfAVmThatIsALink_isRefused() {
        world.disk.createLink(Path.of("/root/vm/New"), Path.of("/elsewhere"));

        assertRefused(new Request.Create(World.NEW, ImageSize.parse("4k"), false));
        assertRefused(new Request.Create(World.NEW, ImageSize.parse("4k"), true));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void diskImageThatIsALink_isNeitherCopiedNorReplaced(boolean replace) {
        world.disk.remove(Path.of("/root/vm/MyBox/disk.s2e"));
        world.disk.createLink(Path.of("/root/vm/MyBox/disk.s2e"), Path.of("/victim"));

        assertRefused(new Request.Clone(
                World.MY_BOX, replace ? World.OLD : World.NEW, CopyOptions.USUAL, replace));
    }

    private void assertRefused(Request request) {
        assertThatThrownBy(() -> world.run(request)).isInstanceOfSatisfying(VmException.class,
                refused -> assertThat(refused.problem().exitCode()).isEqualTo(7));
        assertThat(world.disk.list(Path.of("/elsewhere"))).isEmpty();
        assertThat(world.disk.read("/victim")).containsExactly(1, 2, 3);
    }
}
