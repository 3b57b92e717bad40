package ctl.vm.operation.plan;

import static ctl.vm.operation.World.NEW;
import static ctl.vm.operation.World.PACKAGE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ctl.vm.durable.DiskFile;
import ctl.vm.inventory.CompressionLevel;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.ImageSize;
import ctl.vm.operation.World;
import ctl.vm.problem.Failure;
import ctl.vm.problem.VmException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images that are mostly zeros, on a disk that has room for their data, but not for all of them. */
class ImportSpaceTest {

    private static final String RAW = "/home/raw.img";
    private static final int SIZE_BYTES = 8 << 20;
    private static final int DATA_BYTES = 64 << 10;

    private final World world = World.make();

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void import_whereHolesTakeSpace_isRefusedBeforeAByteIsWritten(boolean raw) {
        world.disk.withoutHoles();
        Request.Import request = prepared(raw);

        VmException refused = catchThrowableOfType(VmException.class, () -> world.run(request));

        assertThat(refused.problem()).isInstanceOfSatisfying(Failure.NotEnoughSpace.class, lack -> {
            assertThat(lack.path()).isEqualTo("vm/, on a filesystem without holes,");
            assertThat(lack.needed()).isEqualTo("8.0 MiB");
        });
        assertThat(world.disk.tree()).doesNotContain("New", "disk.s2e.new", ".rehearsal");
        assertThat(world.inventory().open().values()).allSatisfy(
                open -> assertThat(world.disk.allocated(Path.of("/root/vm/.staging/%s/disk.s2e".formatted(open.id()))))
                        .isZero());

        world.disk.capacity(1L << 40);
        world.run(request);
        assertThat(world.inventory().open()).isEmpty();
        assertThat(world.disk.read("/root/vm/New/disk.s2e")).hasSize(SIZE_BYTES);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void import_whereHolesTakeNoSpace_isDone(boolean raw) {
        world.run(prepared(raw));

        assertThat(world.disk.read("/root/vm/New/disk.s2e")).hasSize(SIZE_BYTES);
        assertThat(world.inventory().open()).isEmpty();
    }

    /** It took no work: there is nothing to go on with. */
    @Test
    void create_whereHolesTakeSpace_leavesNothing() {
        world.disk.withoutHoles();
        world.disk.settle();
        long taken = (1L << 40) - world.context().store().free().bytes();
        world.disk.capacity(taken + (1 << 20));
        var create = new Request.Create(NEW, ImageSize.parse("8M"), false);

        VmException refused = catchThrowableOfType(VmException.class, () -> world.run(create));

        assertThat(refused.problem()).isEqualTo(new Failure.NotEnoughSpace(
                "vm/, on a filesystem without holes,", "8.0 MiB", "1.0 MiB"));
        assertThat(world.inventory().open()).isEmpty();
        assertThat(world.disk.tree()).doesNotContain("New", ".staging");
    }

    private Request.Import prepared(boolean raw) {
        byte[] data = new byte[DATA_BYTES];
        new Random(13).nextBytes(data);
        String file = raw ? RAW : "/root/vm/MyBox/disk.s2e";
        world.disk.write(file, data);
        try (DiskFile image = world.disk.openForWriting(Path.of(file))) {
            image.resize(SIZE_BYTES);
        }
        if (!raw) {
            world.run(new Request.Export(World.MY_BOX, PACKAGE.toString(), false, CompressionLevel.USUAL));
        }
        world.disk.settle();
        long taken = (1L << 40) - world.context().store().free().bytes();
        world.disk.capacity(taken + (1 << 20));
        return new Request.Import(raw ? RAW : PACKAGE.toString(), NEW, raw, false);
    }
}
