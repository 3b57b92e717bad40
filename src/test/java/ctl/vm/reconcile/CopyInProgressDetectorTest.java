package ctl.vm.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.archive.Packages;
import ctl.vm.child.Children;
import ctl.vm.cli.problem.ProblemText;
import ctl.vm.compression.Compressors;
import ctl.vm.durable.InMemoryLocks;
import ctl.vm.durable.LinuxDisk;
import ctl.vm.inventory.Sample;
import ctl.vm.inventory.drift.Finding;
import ctl.vm.inventory.value.Layout;
import ctl.vm.inventory.value.VmName;
import ctl.vm.journal.InMemoryJournal;
import ctl.vm.journal.Journal;
import ctl.vm.operation.CheckpointInterval;
import ctl.vm.operation.OperationContext;
import ctl.vm.operation.RetentionPeriod;
import ctl.vm.operation.StopRequest;
import ctl.vm.store.Locks;
import ctl.vm.store.Store;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies of MyBox, 200 KB and a snapshot of 5000 bytes, that somebody makes by hand and that are not whole yet. */
class CopyInProgressDetectorTest {

    private static final VmName HALF = new VmName("Half");

    @TempDir
    Path root;

    private final Journal journal = new InMemoryJournal(Sample.actor(), Clock.systemUTC());
    private Duration later = Duration.ofMinutes(1);

    @BeforeEach
    void makeMyBox() throws Exception {
        shell("mkdir -p vm/MyBox && head -c 200000 /dev/urandom > vm/MyBox/disk.s2e"
                + " && head -c 5000 /dev/urandom > vm/MyBox/disk.s2e.ready");
        assertThat(reconcile().record().findings()).hasSize(1);
    }

    @Test
    void copyWrittenToAMomentAgo_isLeft() throws Exception {
        shell("cp -r vm/MyBox vm/Half");
        later = Duration.ZERO;
        assertLeft(Optional.of(new VmName("MyBox")));
        later = Duration.ofMinutes(1);
        assertRecorded(Optional.of(new VmName("MyBox")));
    }

    @Test
    void copySmallerThanItsSource_isLeftUntilItHasStoodForLong() throws Exception {
        shell("mkdir vm/Half && head -c 70000 vm/MyBox/disk.s2e > vm/Half/disk.s2e");
        assertLeft(Optional.of(new VmName("MyBox")));
        later = Duration.ofMinutes(11);
        assertRecorded(Optional.empty());
    }

    @Test
    void copyOfWhichTheSnapshotIsSmaller_isLeft() throws Exception {
        shell("cp -r vm/MyBox vm/Half && truncate -s 4000 vm/Half/disk.s2e.ready");
        assertLeft(Optional.of(new VmName("MyBox")));
    }

    @Test
    void smallerVmWithAnotherContent_isRecorded() throws Exception {
        shell("mkdir vm/Half && head -c 70000 /dev/urandom > vm/Half/disk.s2e");
        assertRecorded(Optional.empty());
    }

    @Test
    void vmThatSomebodyHasOpenForWriting_isLeft() throws Exception {
        shell("mkdir vm/Half && head -c 300000 /dev/urandom > vm/Half/disk.s2e && touch -d yesterday vm/Half/disk.s2e");
        Process writer = Children.start(new ProcessBuilder("/bin/sh", "-c", "exec 3>>vm/Half/disk.s2e; echo; read line")
                .directory(root.toFile()));
        writer.getInputStream().read();
        assertLeft(Optional.empty());
        writer.getOutputStream().close();
        writer.waitFor();
        assertRecorded(Optional.empty());
    }

    @Test
    void vmThatRsyncIsMaking_isLeft() throws Exception {
        shell("cp -a vm/MyBox vm/Half && mv vm/Half/disk.s2e vm/Half/.disk.s2e.Xy12aB");
        assertLeft(Optional.of(new VmName("MyBox")));
    }

    @Test
    void copyWithTimesToCome_isRecorded() throws Exception {
        shell("cp -a vm/MyBox vm/Half && touch -d '+1 day' vm/Half/disk.s2e");
        assertRecorded(Optional.of(new VmName("MyBox")));
    }

    private void assertLeft(Optional<VmName> source) {
        for (Reconcile.Report report : List.of(reconcile().look(), reconcile().record(), reconcile().look())) {
            assertThat(report.isClean()).isFalse();
            assertThat(report.findings()).singleElement()
                    .isInstanceOfSatisfying(Finding.VmBeingMade.class, made -> {
                        assertThat(made.vm()).isEqualTo(HALF);
                        assertThat(made.copyOf()).isEqualTo(source);
                    });
        }
        assertThat(journal.inventory().vm(HALF)).isEmpty();
    }

    private void assertRecorded(Optional<VmName> source) {
        assertThat(reconcile().record().findings()).singleElement()
                .isInstanceOfSatisfying(
                        Finding.VmAppeared.class, appeared -> assertThat(appeared.copyOf()).isEqualTo(source));
        assertThat(journal.inventory().vm(HALF)).isPresent();
        assertThat(reconcile().record().isClean()).isTrue();
    }

    private Reconcile reconcile() {
        var disk = new LinuxDisk();
        var context = new OperationContext(
                journal, new Store(disk, Layout.at(root)), new Packages(disk, Compressors.BEST, null, System.out),
                new Locks(new InMemoryLocks()), null, new StopRequest(), CheckpointInterval.USUAL,
                () -> RetentionPeriod.USUAL,
                Clock.offset(Clock.systemUTC(), later), new Random(7), ProblemText::message);
        return new Reconcile(context, false);
    }

    private void shell(String line) throws Exception {
        Process process = Children.start(
                new ProcessBuilder("/bin/sh", "-ec", line).directory(root.toFile()).inheritIO());
        assertThat(process.waitFor()).as(line).isZero();
        assertThat(Files.isDirectory(root)).isTrue();
    }
}
