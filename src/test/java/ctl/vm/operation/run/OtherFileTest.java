package ctl.vm.operation.run;

import static ctl.vm.operation.World.NEW;
import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.archive.read.TarBytes;
import ctl.vm.durable.PowerLost;
import ctl.vm.inventory.CompressionLevel;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.operation.World;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Imports that die at any act of the disk and go on when another file has the name of the one that they read. */
class OtherFileTest {

    private static final String RAW = "/home/raw.img";
    private static final String COMPRESSED = "/home/raw.img.gz";
    private static final String PACKAGED = "/home/MyBox.tar.gz";

    @ParameterizedTest
    @ValueSource(strings = {RAW, COMPRESSED, PACKAGED})
    void import_thatGoesOnWithAnotherFile_warnsAndTakesAllOfThat(String file) {
        World start = World.make();
        World other = World.make();
        byte[] content = new byte[64 << 10];
        new Random(11).nextBytes(content);
        Request request = new Request.Import(file, NEW, !file.equals(PACKAGED), false);
        prepare(start, file, start.disk.read("/root/vm/MyBox/disk.s2e"));
        prepare(other, file, content);
        byte[] otherFile = other.disk.read(file);
        World whole = start.copy();
        whole.run(request);
        int warned = 0;
        for (int at = 1; at <= whole.disk.acts(); at++) {
            World world = start.copy();
            world.disk.losePowerAt(at);
            try {
                world.run(request);
            } catch (PowerLost expected) {
                // The machine is off.
            }
            world.disk.restart(at);
            world.locks.processDies();
            List<OpenOperation> open = List.copyOf(world.inventory().open().values());
            if (open.isEmpty() || open.getFirst().staged().isPresent()) {
                continue;
            }
            boolean hasBegun = open.getFirst().checkpoint(ImageName.DISK).isPresent();
            world.disk.write(file, otherFile);

            world.resume().resume(open.getFirst().id());

            assertThat(world.disk.read("/root/vm/New/disk.s2e")).as("at %d", at).isEqualTo(content);
            assertThat(world.reporter.lines().stream().filter(line -> line.startsWith("warn: "))).as("at %d", at)
                    .hasSize(hasBegun ? 1 : 0)
                    .allMatch(line -> line.contains("is not the file that it was when this import began"));
            warned += hasBegun ? 1 : 0;
        }
        assertThat(warned).isGreaterThan(3);
    }

    /** Puts the file in place that is imported. */
    private static void prepare(World world, String file, byte[] content) {
        if (file.equals(RAW)) {
            world.disk.write(RAW, content);
        } else if (file.equals(COMPRESSED)) {
            world.disk.write(COMPRESSED, TarBytes.gzip(content));
        } else {
            world.disk.write("/root/vm/MyBox/disk.s2e", content);
            world.run(new Request.Export(World.MY_BOX, PACKAGED, false, CompressionLevel.USUAL));
        }
        world.disk.settle();
        world.reporter.lines().clear();
    }
}
