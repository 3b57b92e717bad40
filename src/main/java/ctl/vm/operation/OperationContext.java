package ctl.vm.operation;

import ctl.vm.archive.Packages;
import ctl.vm.inventory.Retention;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.RootId;
import ctl.vm.journal.Journal;
import ctl.vm.problem.Problem;
import ctl.vm.store.Store;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * What every operation works with.
 *
 * @param checkpointInterval how often a copy makes a checkpoint
 * @param description what a user reads about a problem: its sentences are the command line's
 * @param machine how long it has run, by a clock that no one can set; asked only by what needs to know it
 * @param retention how long the trash keeps what was deleted; asked only by what needs to know it
 * @param copy the identity that a root has which was copied from another; empty for any other root
 */
public record OperationContext(
        Journal journal,
        Store store,
        Packages packages,
        OperationLocks locks,
        ProgressReporter reporter,
        StopRequest stop,
        CheckpointInterval checkpointInterval,
        Supplier<RetentionPeriod> retention,
        Supplier<Optional<RootId>> copy,
        Clock clock,
        Supplier<Uptime> machine,
        RandomGenerator random,
        Function<Problem, String> description) {

    /** How long the trash keeps what was deleted. */
    public RetentionPeriod keep() {
        return retention.get();
    }

    /** What identifies the root; empty where nothing has happened in it yet. */
    public Optional<RootId> root() {
        return copy.get().or(journal::identity);
    }

    /** What is recorded of something that comes into the trash now, to be kept for so long. */
    public Retention keptFor(Duration period) {
        return new Retention(period, machine.get().time());
    }

    /** What happened, in one line, for events and warnings. */
    public String describe(Problem problem) {
        return description.apply(problem);
    }

    /** The id of an operation that starts now. */
    public OperationId newOperation() {
        return OperationId.startedAt(clock.instant(), random.nextInt());
    }

    /** The same for one that takes no locks, in a write session: no other has this id, nor will have it. */
    public OperationId newOperationInSession() {
        OperationId id = newOperation();
        while (isTaken(id)) {
            id = newOperation();
        }
        return id;
    }

    /** Whether the journal has events of an operation of that id. To be asked in a write session. */
    public boolean isTaken(OperationId id) {
        return !journal.known(Set.of(id)).isEmpty();
    }
}
