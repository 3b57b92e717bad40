package ctl.vm.operation;

import ctl.vm.inventory.Event;
import ctl.vm.inventory.ImageFacts;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.audit.AuditEntry;
import ctl.vm.inventory.audit.AuditFilter;
import ctl.vm.inventory.audit.Seal;
import ctl.vm.inventory.recognition.KnownContent;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.RootId;
import ctl.vm.inventory.value.SnapshotName;
import ctl.vm.inventory.value.VmName;
import ctl.vm.journal.Journal;
import ctl.vm.problem.Failure;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** A journal of which one append fails: before the event is there, or although it is. */
public final class FailingJournal implements Journal {

    private final Journal journal;
    private int untilFailure = Integer.MAX_VALUE;
    private boolean stored;
    private int sessions;
    private Consumer<OperationId> guard = _ -> {};

    FailingJournal(Journal journal) {
        this.journal = journal;
    }

    /** @param append 1 for the next one; @param andStores whether the event is there all the same */
    public void failAt(int append, boolean andStores) {
        untilFailure = append;
        stored = andStores;
    }

    /** Does something before each append, which may refuse it. */
    void guardBy(Consumer<OperationId> guard) {
        this.guard = guard;
    }

    @Override
    public Recorded append(OperationId operation, Event event) {
        guard.accept(operation);
        boolean fails = --untilFailure == 0;
        if (fails && !stored) {
            throw new Failure.NoSpace("journal").thrown();
        }
        Recorded recorded = journal.append(operation, event);
        if (fails) {
            throw new Failure.NoSpace("journal").thrown();
        }
        return recorded;
    }

    @Override
    public Inventory inventory() {
        return journal.inventory();
    }

    @Override
    public Latest latest() {
        return journal.latest();
    }

    @Override
    public void events(long sequence, Consumer<Recorded> reader) {
        journal.events(sequence, reader);
    }

    @Override
    public void entries(AuditFilter selection, Predicate<AuditEntry> wantsMore) {
        journal.entries(selection, wantsMore);
    }

    @Override
    public Map<VmName, Vm> gone(Set<VmName> names) {
        return journal.gone(names);
    }

    @Override
    public Set<VmName> remembered() {
        return journal.remembered();
    }

    @Override
    public Set<SnapshotName> remembered(VmName vm) {
        return journal.remembered(vm);
    }

    @Override
    public Set<OperationId> known(Set<OperationId> operations) {
        return journal.known(operations);
    }

    @Override
    public Map<ImageName, KnownContent> contents(long vm, Collection<ImageFacts> images) {
        return journal.contents(vm, images);
    }

    @Override
    public Descent descent(long vm) {
        return journal.descent(vm);
    }

    @Override
    public Map<Long, Ancestor> ancestors(Set<Long> vms) {
        return journal.ancestors(vms);
    }

    @Override
    public Feed feed(OptionalLong after) {
        return journal.feed(after);
    }

    @Override
    public Optional<Recorded> event(long sequence) {
        return journal.event(sequence);
    }

    @Override
    public Seal seal() {
        return journal.seal();
    }

    @Override
    public Optional<RootId> identity() {
        return journal.identity();
    }

    @Override
    public <T> Optional<T> tables(Function<Tables, T> reader) {
        return journal.tables(reader);
    }

    @Override
    public <T> T writeSession(Supplier<T> quick) {
        sessions++;
        try {
            return journal.writeSession(quick);
        } finally {
            sessions--;
        }
    }

    /** Whether other processes would have to wait for the journal now. */
    boolean isInWriteSession() {
        return sessions > 0;
    }
}
