package ctl.vm.journal.repair;

import ctl.vm.inventory.Fold;
import ctl.vm.inventory.ImpossibleEvent;
import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.audit.Seal;
import ctl.vm.inventory.drift.IntegrityError.Kind;
import ctl.vm.inventory.drift.IntegrityError.Place;
import ctl.vm.inventory.drift.IntegrityError;
import ctl.vm.inventory.recognition.KnownDigests;
import ctl.vm.journal.chain.EventLine;
import ctl.vm.journal.chain.HashChain;
import ctl.vm.journal.chain.Head;
import ctl.vm.journal.sql.TableCheck;
import ctl.vm.problem.Failure;
import ctl.vm.problem.VmException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The events of a journal, read one after the other: checks each against the one before it, and keeps what they give.
 */
final class ChainVerifier {

    private final HashChain chain;
    private final Fold fold = new Fold();
    private final Optional<TableCheck> tables;
    private final Optional<Seal> seal;
    private final KnownDigests digests = new KnownDigests();
    private Optional<String> sealed = Optional.empty();
    private Optional<IntegrityError> impossible = Optional.empty();

    /** @param tables where they can be compared @param seal the event that the chain has to contain */
    ChainVerifier(Path journal, Optional<TableCheck> tables, Optional<Seal> seal) {
        this.chain = new HashChain(journal, Head.BEGINNING);
        this.tables = tables;
        this.seal = seal;
        rememberSealedHash();
    }

    /** The next event. @return whether it can follow; if not, it was not taken */
    boolean accepts(EventLine line) throws SQLException {
        try {
            Recorded recorded = chain.next(line);
            if (impossible.isEmpty()) {
                fold(recorded);
            }
            rememberSealedHash();
            return true;
        } catch (VmException broken) {
            if (broken.problem() instanceof Failure.JournalDamaged) {
                return false;
            }
            throw broken;
        }
    }

    private void fold(Recorded recorded) throws SQLException {
        try {
            Fold.Change change = fold.next(recorded);
            if (tables.isPresent()) {
                tables.get().next(change);
            }
            digests.add(recorded);
        } catch (ImpossibleEvent refused) {
            impossible = Optional.of(IntegrityError.of(
                    Place.JOURNAL, Kind.IMPOSSIBLE, recorded.sequence(), refused.getMessage()));
        }
    }

    private void rememberSealedHash() {
        if (seal.filter(sealing -> sealing.sequence() == chain.head().sequence()).isPresent()) {
            sealed = Optional.of(chain.head().hash());
        }
    }

    Head head() {
        return chain.head();
    }

    /** As of the last event that could follow. */
    Inventory inventory() {
        return fold.inventory();
    }

    KnownDigests digests() {
        return digests;
    }

    /** What is wrong with what the events say, with the tables, and with where the seal should be. */
    List<IntegrityError> errors() throws SQLException {
        List<IntegrityError> errors = new ArrayList<>();
        impossible.ifPresent(errors::add);
        if (tables.isPresent() && impossible.isEmpty()) {
            tables.get().differences(inventory())
                    .forEach(words -> errors.add(IntegrityError.of(Place.TABLES, Kind.EDITED, words)));
        }
        seal.flatMap(this::broken).ifPresent(errors::add);
        return errors;
    }

    private Optional<IntegrityError> broken(Seal sealing) {
        if (sealed.isEmpty()) {
            return Optional.of(IntegrityError.of(Place.JOURNAL, Kind.UNSEALED, sealing.sequence(),
                    "the journal ends with event %d, and the seal is of event %d: what came between was taken out"
                            .formatted(head().sequence(), sealing.sequence())));
        }
        return sealed.get().equals(sealing.hash().hex())
                ? Optional.empty()
                : Optional.of(IntegrityError.of(Place.JOURNAL, Kind.UNSEALED, sealing.sequence(),
                        "event %d is not the one that was sealed: the journal was written anew, up to there or before"
                                .formatted(sealing.sequence())));
    }
}
