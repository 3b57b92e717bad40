package ctl.vm.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import ctl.vm.archive.Packages;
import ctl.vm.child.Children;
import ctl.vm.cli.problem.ProblemText;
import ctl.vm.compression.Compressors;
import ctl.vm.durable.Disk;
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
import ctl.vm.operation.OperationLocks;
import ctl.vm.operation.QuietReporter;
import ctl.vm.operation.RetentionPeriod;
import ctl.vm.operation.StopRequest;
import ctl.vm.operation.Uptime;
import ctl.vm.store.Locks;
import ctl.vm.store.Store;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.assertj.core.api.InstanceOfAssertFactories;

/**
 * A root on this machine's disk with the VM MyBox, 200 KB and a snapshot of 5000 bytes, and what is made there by hand.
 */
final class HandMade {

    static final VmName MY_BOX = new VmName("MyBox");

    private final Path root;
    private final Journal journal = new InMemoryJournal(Sample.actor(), Clock.systemUTC());
    private Disk disk = new LinuxDisk();
    private Duration later = Duration.ZERO;

    HandMade(Path root) throws Exception {
        this.root = root;
        shell("mkdir -p vm/MyBox && head -c 200000 /dev/urandom > vm/MyBox/disk.s2e"
                + " && head -c 5000 /dev/urandom > vm/MyBox/disk.s2e.ready");
        assertThat(at(Duration.ofMinutes(1)).reconcile().record().findings()).hasSize(1);
        at(Duration.ZERO);
    }

    Disk disk() {
        return disk;
    }

    HandMade on(Disk other) {
        disk = other;
        return this;
    }

    /** From now on the clock is so much ahead. */
    HandMade at(Duration ahead) {
        later = ahead;
        return this;
    }

    Journal journal() {
        return journal;
    }

    Reconcile reconcile() {
        var context = new OperationContext(
                journal, new Store(disk, Layout.at(root)),
                new Packages(disk, Compressors.BEST, null, System.out, Optional::empty),
                new OperationLocks(new Locks(new InMemoryLocks())), new QuietReporter(), new StopRequest(),
                CheckpointInterval.USUAL,
                () -> RetentionPeriod.USUAL,
                Optional::empty,
                Clock.offset(Clock.systemUTC(), later),
                () -> Uptime.UNKNOWN, new Random(7), ProblemText::message);
        return new Reconcile(context, false);
    }

    /** The one VM that is not complete, which stays unrecorded. */
    Finding.VmBeingMade left() {
        var found = assertThat(reconcile().look().findings()).singleElement()
                .asInstanceOf(InstanceOfAssertFactories.type(Finding.VmBeingMade.class)).actual();
        assertThat(reconcile().record().findings()).singleElement().isInstanceOf(Finding.VmBeingMade.class);
        assertThat(journal.inventory().vm(found.vm())).isEmpty();
        return found;
    }

    /** The one new VM, which is recorded, after a wait if need be. */
    Finding.VmAppeared recorded(Duration patience) {
        var found = assertThat(reconcile().record(patience).findings()).singleElement()
                .asInstanceOf(InstanceOfAssertFactories.type(Finding.VmAppeared.class)).actual();
        assertThat(journal.inventory().vm(found.vm())).isPresent();
        assertThat(reconcile().record().isClean()).isTrue();
        return found;
    }

    /** A line of shell in the root. */
    void shell(String line) throws Exception {
        assertThat(start(line).waitFor()).as(line).isZero();
    }

    Process start(String line) throws Exception {
        return Children.start(
                new ProcessBuilder("/bin/bash", "-euc", line).directory(root.toFile())
                        .redirectError(ProcessBuilder.Redirect.INHERIT));
    }
}
