package ctl.vm.journal;

import ctl.vm.inventory.Event;
import ctl.vm.inventory.EventSubject;
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
import ctl.vm.problem.Problem;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The ordered, durable sequence of events, and the inventory that they fold to.
 *
 * <p>Several processes may use one journal. Failures are {@link ctl.vm.problem.VmException}: JournalInUse when another
 * process keeps it open for longer than the deadline it was made with, JournalDamaged, JournalTooNew, or what the disk
 * reports. An {@link ctl.vm.inventory.ImpossibleEvent} offered to {@link #append} is our bug and travels up as it is.
 */
public interface Journal {

    /**
     * Begins what opening the journal takes, where that is a while. It is done beside other work, and nothing has to
     * wait for it: the first that needs it waits.
     */
    default void getReady() {}

    /**
     * Appends an event. When this returns the event survives a power cut; when it throws the event may or may not be
     * there, and no later reader sees half of it.
     *
     * @return the event with its place, time, actor and hashes
     */
    Recorded append(OperationId operation, Event event);

    /** What the events fold to, all of them: waits while another process appends. */
    Inventory inventory();

    /**
     * The newest inventory that can be had without waiting: for showing, not for deciding. Never throws, so that a
     * listing works while others work and beside a damaged journal.
     */
    Latest latest();

    /** Hands over every event from {@code sequence} on, in order, each checked against the one before it. */
    void events(long sequence, Consumer<Recorded> reader);

    /** One event, checked by itself; empty where it is not there. */
    Optional<Recorded> event(long sequence);

    /**
     * Hands over the selected entries in the order in which they began, until the reader says that it has enough. Takes
     * as long as the answer is, however long the journal is. Each event is checked by itself, not whether others were
     * taken out between them.
     */
    void entries(AuditFilter selection, Predicate<AuditEntry> wantsMore);

    /** What the journal said last of VMs that went under these names, deleted or by hand, as far as it knows. */
    Map<VmName, Vm> gone(Set<VmName> names);

    /**
     * What it knows of the content of a VM's images, there or gone; of a clone, also what it knows of its source.
     *
     * @param vm number of the event that brought it in
     * @param images as the journal knows them, or knew them last
     */
    Map<ImageName, KnownContent> contents(long vm, Collection<ImageFacts> images);

    /**
     * The VMs that its newest events are about, there or gone, as far as they can be had in a moment: to remind of a
     * name.
     */
    Set<VmName> remembered();

    /** The same for the snapshots of one VM. */
    Set<SnapshotName> remembered(VmName vm);

    /** Those of these operations of which it has events. */
    Set<OperationId> known(Set<OperationId> operations);

    /** What came from a VM. @param vm number of the event that brought it in */
    Descent descent(long vm);

    /**
     * Where VMs came from, and where those came from in turn, there or gone.
     *
     * @param vms numbers of the events that brought them in
     */
    Map<Long, Ancestor> ancestors(Set<Long> vms);

    /**
     * The events from now on, each as soon as it is recorded.
     *
     * @param after number of the last event that the reader has; empty where only what comes is wanted
     */
    Feed feed(OptionalLong after);

    /** The end of the journal as it is now. */
    Seal seal();

    /**
     * What identifies this journal wherever its events go: the hash of its first event. Empty where there is none yet.
     * Takes a moment, however long the journal is.
     */
    Optional<RootId> identity();

    /**
     * Does something quick during which no other process can append: what it reads here stays true until it returns.
     * Saves opening the database for each append, too. Bursts may be nested.
     */
    <T> T writeSession(Supplier<T> quick);

    /**
     * Reads rows of the tables that the events fold to, all as they were in one moment, for a copy of them elsewhere.
     * Keeps no process from appending, however long the reader takes.
     *
     * @return empty where there is no journal yet
     */
    <T> Optional<T> tables(Function<Tables, T> reader);

    /**
     * An inventory that may be behind.
     *
     * @param inventory what could be read, empty where nothing could
     * @param trouble why the inventory may be behind the journal; empty where it is not
     */
    record Latest(Inventory inventory, Optional<Problem> trouble) {}

    /**
     * A VM that others may have come from.
     *
     * @param name the last that it had
     * @param source number of the event that brought in the VM that it is a copy of
     */
    record Ancestor(VmName name, Optional<Long> source) {}

    /**
     * What came from a VM, whatever it was called then.
     *
     * @param copies of VMs that were made from it, there or gone: the numbers of the events that brought them in
     * @param exports the ends of those that made a package of it, the newest first
     */
    record Descent(Set<Long> copies, List<Recorded> exports) {}

    /** Events for a reader that misses none and gets none twice. */
    interface Feed extends AutoCloseable {

        /**
         * What was recorded since it was asked before, in order; none where nothing was. Costs next to nothing then.
         *
         * @throws ctl.vm.problem.VmException JournalDamaged where what stands next does not follow
         */
        List<Entry> take();

        /** Gives up what it has open. */
        @Override
        default void close() {}

        /** An event, and how it stands in the mirror: one line of JSON. */
        record Entry(Recorded recorded, String json) {}
    }

    /** The tables that the events fold to, as they were in one moment. */
    interface Tables {

        /** Number of the newest event that they contain; 0 where there is none. */
        long newest();

        /** The rows that some events may have changed. */
        Rows rows(Changed changed);

        /**
         * Rows of several tables, each as a JSON array of objects that have a field for each column that is not empty.
         *
         * @param entries of the audit
         * @param names of VMs that have had more than one
         * @param vms that are there
         * @param images of these VMs; {@code modified_ns} is in nanoseconds since 1970
         */
        record Rows(String entries, String names, String vms, String images) {}
    }

    /**
     * What a series of events may have changed.
     *
     * @param first number of the first event
     * @param last number of the last one
     * @param operations that they belong to
     * @param vms that they touch
     */
    record Changed(long first, long last, Set<OperationId> operations, Set<VmName> vms) {

        /** @param events in order, at least one */
        public static Changed by(List<Recorded> events) {
            return new Changed(
                    events.getFirst().sequence(),
                    events.getLast().sequence(),
                    events.stream().map(Recorded::operation).collect(Collectors.toCollection(TreeSet::new)),
                    events.stream().flatMap(recorded -> EventSubject.touched(recorded.event()).stream())
                            .collect(Collectors.toCollection(TreeSet::new)));
        }
    }
}
