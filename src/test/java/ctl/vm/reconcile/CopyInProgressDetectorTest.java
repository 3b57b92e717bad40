package ctl.vm.reconcile;

import static ctl.vm.reconcile.HandMade.MY_BOX;
import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.durable.Disk;
import ctl.vm.durable.FileWatch;
import ctl.vm.inventory.drift.Finding;
import ctl.vm.inventory.drift.Incomplete;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.SnapshotName;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies of MyBox that somebody makes by hand: those that are complete, and those that are not. */
class CopyInProgressDetectorTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration ELEVEN_MINUTES = Duration.ofMinutes(11);

    @TempDir
    Path root;

    private HandMade made;

    @BeforeEach
    void makeMyBox() throws Exception {
        made = new HandMade(root);
    }

    @Test
    void copyThatIsComplete_isRecordedAtOnce() throws Exception {
        made.shell("cp -r vm/MyBox vm/Copy");

        assertThat(made.recorded(Duration.ZERO).copyOf()).contains(MY_BOX);
    }

    @Test
    void copyWithoutASnapshot_isLeftForAMoment() throws Exception {
        made.shell("mkdir vm/Half && cp vm/MyBox/disk.s2e vm/Half/");
        assertThat(made.left().why())
                .isEqualTo(new Incomplete.Missing(List.of(ImageName.of(new SnapshotName("ready")))));

        made.at(MINUTE).recorded(Duration.ZERO);
    }

    @Test
    void copyOfASnapshotAlone_isLeftForAMoment() throws Exception {
        made.shell("mkdir vm/Half && cp vm/MyBox/disk.s2e.ready vm/Half/");
        assertThat(made.left().why()).isEqualTo(new Incomplete.Missing(List.of(ImageName.DISK)));

        made.at(MINUTE).recorded(Duration.ZERO);
    }

    @Test
    void copyWithoutASnapshotThatWasChangedAfterIt_isRecordedAtOnce() throws Exception {
        made.shell("mkdir vm/Copy; cp vm/MyBox/disk.s2e vm/Copy/; touch vm/MyBox/disk.s2e.ready");

        assertThat(made.reconcile().record().findings()).filteredOn(Finding.VmAppeared.class::isInstance).hasSize(1);
    }

    @Test
    void copySmallerThanItsSource_isLeftUntilItHasStoodForLong() throws Exception {
        made.shell("mkdir vm/Half && head -c 70000 vm/MyBox/disk.s2e > vm/Half/disk.s2e");
        for (Duration age : List.of(Duration.ZERO, MINUTE)) {
            assertThat(made.at(age).left().why())
                    .isEqualTo(new Incomplete.Smaller(ImageName.DISK, new ByteCount(70000), new ByteCount(200000)));
            assertThat(made.left().copyOf()).contains(MY_BOX);
        }

        assertThat(made.at(ELEVEN_MINUTES).recorded(Duration.ZERO).copyOf()).isEmpty();
    }

    @Test
    void copyThatStandsStill_isNotWaitedFor() throws Exception {
        made.shell("mkdir vm/Half && head -c 70000 vm/MyBox/disk.s2e > vm/Half/disk.s2e");
        long begun = System.nanoTime();

        made.at(MINUTE).reconcile().record(Duration.ofHours(1));

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofMinutes(30));
    }

    @Test
    void copyOfWhichTheSnapshotIsSmaller_isLeft() throws Exception {
        made.shell("cp -r vm/MyBox vm/Half && truncate -s 4000 vm/Half/disk.s2e.ready");

        assertThat(made.at(MINUTE).left().why()).isInstanceOf(Incomplete.Smaller.class);
    }

    @Test
    void copyOfOneOfTwoThatBeginAlike_isComplete() throws Exception {
        made.shell("cp -a vm/MyBox vm/Larger && head -c 5000 /dev/urandom >> vm/Larger/disk.s2e");
        made.at(ELEVEN_MINUTES).recorded(Duration.ZERO);
        made.shell("cp -r vm/MyBox vm/Copy");

        assertThat(made.at(MINUTE).recorded(Duration.ZERO).copyOf()).contains(MY_BOX);
    }

    @Test
    void smallerVmWithAnotherContent_isRecorded() throws Exception {
        made.shell("mkdir vm/New && head -c 70000 /dev/urandom > vm/New/disk.s2e");

        assertThat(made.recorded(Duration.ZERO).copyOf()).isEmpty();
    }

    @Test
    void vmThatAProcessHasOpenForWriting_isLeftHoweverOldItIs() throws Exception {
        made.shell("mkdir vm/Half && head -c 300000 /dev/urandom > vm/Half/disk.s2e");
        Process writer = made.start("exec 3>>vm/Half/disk.s2e; echo; read line || true");
        writer.getInputStream().read();

        var left = made.at(Duration.ofDays(1)).left();
        assertThat(left.copyOf()).isEmpty();
        assertThat(left.why())
                .isEqualTo(new Incomplete.OpenForWriting("disk.s2e", "bash (pid %d)".formatted(writer.pid())));

        writer.getOutputStream().close();
        writer.waitFor();
        made.recorded(Duration.ZERO);
    }

    @Test
    void vmThatAProcessHasOpenForWriting_isWaitedFor() throws Exception {
        made.shell("mkdir vm/Half");
        Process writer = made.start("exec 3>vm/Half/disk.s2e; echo; read line; cat vm/MyBox/disk.s2e >&3;"
                + " cp vm/MyBox/disk.s2e.ready vm/Half/");
        writer.getInputStream().read();
        assertThat(made.left().why()).isInstanceOf(Incomplete.OpenForWriting.class);

        writer.getOutputStream().write('\n');
        writer.getOutputStream().close();
        assertThat(made.recorded(Duration.ofMinutes(5)).copyOf()).contains(MY_BOX);
    }

    @Test
    void vmThatRsyncWasMaking_isLeftUntilItHasStoodForLong() throws Exception {
        made.shell("cp -a vm/MyBox vm/Half && mv vm/Half/disk.s2e vm/Half/.disk.s2e.Xy12aB");
        assertThat(made.at(MINUTE).left().why()).isEqualTo(new Incomplete.TemporaryFile(".disk.s2e.Xy12aB"));

        made.at(ELEVEN_MINUTES).recorded(Duration.ZERO);
    }

    @Test
    void vmOfWhichWritersCannotBeSeen_isLeftForAMoment() throws Exception {
        made.on(blind(made.disk()));
        made.shell("cp -r vm/MyBox vm/Copy");
        assertThat(made.left().why()).isEqualTo(new Incomplete.Changing());

        assertThat(made.recorded(Duration.ofMinutes(5)).copyOf()).contains(MY_BOX);
    }

    @Test
    void copyWithTimesToCome_isRecorded() throws Exception {
        made.shell("cp -a vm/MyBox vm/Copy && touch -d '+1 day' vm/Copy/disk.s2e");

        assertThat(made.recorded(Duration.ZERO).copyOf()).isEqualTo(Optional.of(MY_BOX));
    }

    /** On which no process is seen that has a file open: as a user sees the files of others on a server. */
    private static Disk blind(Disk disk) {
        return (Disk) Proxy.newProxyInstance(
                Disk.class.getClassLoader(), new Class<?>[] {Disk.class}, (_, method, arguments) -> {
                    try {
                        return method.getName().equals("watch") ? FileWatch.BLIND : method.invoke(disk, arguments);
                    } catch (InvocationTargetException failed) {
                        throw failed.getCause();
                    }
                });
    }
}
