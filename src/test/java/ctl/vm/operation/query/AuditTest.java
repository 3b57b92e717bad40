package ctl.vm.operation.query;

import static ctl.vm.operation.World.MY_BOX;
import static ctl.vm.operation.World.NEW;
import static ctl.vm.operation.World.READY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import ctl.vm.inventory.CompressionLevel;
import ctl.vm.inventory.CopyOptions;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.audit.AuditEntry.Action;
import ctl.vm.inventory.audit.AuditEntry.Outcome;
import ctl.vm.inventory.audit.AuditEntry;
import ctl.vm.inventory.audit.AuditFilter;
import ctl.vm.inventory.value.ImageSize;
import ctl.vm.inventory.value.SnapshotName;
import ctl.vm.inventory.value.VmName;
import ctl.vm.operation.World;
import ctl.vm.problem.VmException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Questions to a journal in which a VM was cloned, exported in vain, and bereft of a snapshot and deleted. */
class AuditTest {

    private final World world = World.make();

    @BeforeEach
    void live() {
        world.run(new Request.Clone(MY_BOX, NEW, CopyOptions.USUAL, false));
        world.disk.remove(World.PACKAGE.getParent());
        assertThatThrownBy(
                () -> world.run(new Request.Export(MY_BOX, "/root/vm/New/x/y.tar", false, CompressionLevel.USUAL)))
                .isInstanceOf(VmException.class);
        world.run(new Request.DeleteSnapshot(NEW, READY));
        world.run(new Request.DeleteVm(NEW));
    }

    @Test
    void everything_isToldInOrder() {
        assertThat(answers(question(Optional.empty(), Optional.empty(), Set.of(), false, 100)))
                .extracting(AuditEntry::action, AuditEntry::outcome)
                .containsExactly(
                        tuple(Action.CLONE, Outcome.DONE),
                        tuple(Action.DELETE, Outcome.DONE),
                        tuple(Action.DELETE, Outcome.DONE));
    }

    @Test
    void operation_duringWhichTheClockWasSetBack_hasNoDuration() {
        Deque<Instant> back = new ArrayDeque<>();
        World world = World.make(_ -> new Clock() {
            @Override
            public Instant instant() {
                back.push(back.isEmpty() ? Instant.parse("2026-11-30T10:00:00Z") : back.peek().minusSeconds(60));
                return back.peek();
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        });
        world.run(new Request.Create(NEW, ImageSize.parse("1M"), false));
        List<AuditEntry> entries = new ArrayList<>();
        world.journal.entries(AuditFilter.ALL, entries::add);

        assertThat(entries.getLast().action()).isEqualTo(Action.CREATE);
        assertThat(entries.getLast().outcome()).isEqualTo(Outcome.DONE);
        assertThat(entries.getLast().took()).isEmpty();
    }

    @Test
    void snapshotOfAVmThatIsGone_keepsItsHistory() {
        List<AuditEntry> entries = answers(question(Optional.of(NEW), Optional.of(READY), Set.of(), false, 100));

        assertThat(entries).extracting(AuditEntry::action).containsExactly(Action.CLONE, Action.DELETE);
        assertThat(entries.getLast().request()).contains(new Request.DeleteSnapshot(NEW, READY));
    }

    @Test
    void snapshotOfAVmThatWasRenamedTwice_isAskedForByTheNewName() {
        VmName last = new VmName("Last");
        world.run(new Request.DeleteSnapshot(MY_BOX, READY));
        world.run(new Request.Rename(MY_BOX, new VmName("Between")));
        world.run(new Request.Rename(new VmName("Between"), last));
        world.run(new Request.Create(MY_BOX, ImageSize.DEFAULT, false));

        List<AuditEntry> entries = answers(
                question(Optional.of(last), Optional.of(READY), Set.of(Action.DELETE), false, 100));

        assertThat(entries).extracting(AuditEntry::request)
                .containsExactly(Optional.of(new Request.DeleteSnapshot(MY_BOX, READY)));
        assertThat(answers(question(Optional.of(last), Optional.empty(), Set.of(), false, 100)))
                .as("not what another VM of an old name did")
                .extracting(AuditEntry::action)
                .doesNotContain(Action.CREATE)
                .endsWith(Action.RENAME, Action.RENAME);
    }

    @Test
    void actions_narrowTheAnswer() {
        assertThat(answers(question(Optional.empty(), Optional.empty(), Set.of(Action.DELETE), false, 100))).hasSize(2);
        assertThat(answers(question(Optional.empty(), Optional.empty(), Set.of(Action.IMPORT), false, 100))).isEmpty();
    }

    @Test
    void limit_isOfAnswersAndNotOfEvents() {
        assertThat(answers(question(Optional.empty(), Optional.empty(), Set.of(Action.DELETE), false, 1))).hasSize(1);
        assertThat(answers(question(Optional.empty(), Optional.empty(), Set.of(), false, 0))).isEmpty();
    }

    @Test
    void failure_isToldWithItsReason() {
        world.journal.failAt(3, false);
        assertThatThrownBy(() -> world.run(new Request.Clone(MY_BOX, new VmName("Late"), CopyOptions.USUAL, false)))
                .isInstanceOf(VmException.class);

        assertThat(answers(question(Optional.empty(), Optional.empty(), Set.of(), true, 100)))
                .singleElement()
                .satisfies(entry -> {
                    assertThat(entry.outcome()).isEqualTo(Outcome.INTERRUPTED);
                    assertThat(entry.reason()).get().asString().contains("no space");
                });
    }

    private static AuditFilter question(
            Optional<VmName> vm, Optional<SnapshotName> snapshot, Set<Action> actions, boolean failed, long limit) {
        return new AuditFilter(vm, snapshot, Set.of(), Optional.empty(), actions, failed, Optional.empty(),
                Optional.empty(), false, limit);
    }

    private List<AuditEntry> answers(AuditFilter question) {
        List<AuditEntry> entries = new ArrayList<>();
        new Audit(world.context()).entries(question, entries::add);
        return entries;
    }
}
