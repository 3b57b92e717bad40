package ctl.vm.store;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.archive.write.NewFile;
import ctl.vm.durable.Disk;
import ctl.vm.durable.ForgetfulDisk;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.Layout;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.VmName;
import ctl.vm.inventory.value.WorkName;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * What was staged is known again on filesystems that hand out inodes anew (FUSE), and by chance give one to another
 * file.
 */
class ForgottenInodesTest {

    private static final Path VMS = Path.of("/root/vm");
    private static final Layout LAYOUT = new Layout(Path.of("/root"), VMS);
    private static final OperationId OPERATION = OperationId.of("20261130-000000-abcd").orElseThrow();
    private static final VmName MY_BOX = new VmName("MyBox");
    private static final Path PACKAGE = Path.of("/root/box.tar");

    private final ForgetfulDisk disk = new ForgetfulDisk();

    @Test
    void vmThatGotTheInodeOfTheStagedOneByChance_isNotTakenForIt() {
        List.of("/root", "/root/vm", "/root/vm/MyBox").forEach(disk::folder);
        disk.write("/root/vm/MyBox/disk.s2e", new byte[10]);
        var staging = new Staging(forgetting(), LAYOUT, LAYOUT.staging(OPERATION), List::of);
        staging.prepare();
        staging.createDisk(new ByteCount(4096));
        long inode = disk.entry(VMS.resolve("MyBox")).orElseThrow().inode();
        var staged = new Event.VmStaged(MY_BOX, staging.images(), inode, Map.of());

        assertThat(staging.isPublished(MY_BOX, staged)).isFalse();
        assertThat(new Staging(disk, LAYOUT, LAYOUT.staging(OPERATION), List::of).isPublished(MY_BOX, staged)).isTrue();

        disk.rename(VMS.resolve("MyBox"), VMS.resolve("Old"));
        staging.publish(MY_BOX);
        assertThat(staging.isPublished(MY_BOX, staged)).isTrue();
    }

    @Test
    void packageThatGotTheInodeOfTheFinishedOneByChance_isNotTakenForIt() {
        disk.folder("/root");
        disk.write(PACKAGE.toString(), new byte[10]);
        Path partial = Layout.partialPackage(PACKAGE, new WorkName(OPERATION));
        disk.write(partial.toString(), new byte[20]);
        Optional<ByteCount> size = Optional.of(new ByteCount(20));
        long inode = disk.entry(PACKAGE).orElseThrow().inode();
        var target = new NewFile(forgetting(), PACKAGE, new WorkName(OPERATION), true);

        assertThat(target.isPublished(inode, size)).isFalse();
        target.publish(inode, size, true);

        assertThat(disk.entry(PACKAGE).orElseThrow().size()).isEqualTo(20);
        assertThat(target.isPublished(inode + 1000, size)).isTrue();
        target.publish(inode + 1000, size, true);
        assertThat(disk.entry(PACKAGE).orElseThrow().size()).isEqualTo(20);
    }

    private Disk forgetting() {
        return (Disk) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {Disk.class},
                (_, method, arguments) -> {
                    try {
                        return method.getName().equals("keepsInodes") ? false : method.invoke(disk, arguments);
                    } catch (InvocationTargetException failed) {
                        throw failed.getCause();
                    }
                });
    }
}
