package ctl.vm.team;

import ctl.vm.inventory.Event;
import ctl.vm.inventory.ImportedPackage;
import ctl.vm.inventory.Recorded;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.value.PackageOrigin;
import ctl.vm.inventory.value.VmName;
import ctl.vm.team.TeamDatabase.TeamEntry;
import ctl.vm.team.TeamDatabase.TeamVm;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where a VM came from and what became of it, across roots: a package names the VM that it was made of, and the team's
 * database has the journal of that root.
 */
public final class TeamProvenance {

    /** VMs that one came from, one after the other: nobody reads more. */
    private static final int MOST_GENERATIONS = 100;

    private final TeamDatabase database;
    private final TeamRoots roots;

    public TeamProvenance(TeamDatabase database, TeamRoots roots) {
        this.database = database;
        this.roots = roots;
    }

    /** How what a package says of itself stands to what was shipped. */
    public enum Claim {
        /** That root has shipped the export, and of this very package. */
        TRUE,
        /** That root has shipped the export; the package has no seal that could tell it from another. */
        WITHOUT_SEAL,
        /** No such root has joined, or it has not shipped that much. */
        UNKNOWN,
        /** That root has shipped something else under this number, or has exported another package then. */
        FALSE
    }

    /**
     * Where the package of a VM comes from.
     *
     * @param root of the origin, where it has joined the team
     * @param export the event that started the export, where the claim can be believed
     * @param now what that VM is called now; empty where it is there no more, or unknown
     */
    public record Source(PackageOrigin origin, Claim claim, Optional<TeamRoot> root, Optional<Recorded> export,
            Optional<VmName> now) {}

    /**
     * A VM that was imported from a package of another.
     *
     * @param name the last that it had
     * @param isThere whether it still is
     * @param arrival the end of the import
     */
    public record Copy(TeamRoot root, VmName name, boolean isThere, Recorded arrival) {}

    /**
     * What is known of a VM.
     *
     * @param source of the package that it was imported from, if it was, and that says so
     * @param history what was done to it and, before they were cloned or exported, to those that it came from: newest
     *     first, of each VM no more than the newest {@value TeamAuditQuery#MOST_OF_A_VM}
     * @param copies that were imported from packages of it
     */
    public record Known(Optional<Source> source, List<TeamEntry> history, List<Copy> copies) {}

    /** A VM by the number of the event that brought it in, and the last event of its root that matters for another. */
    private record Generation(TeamRoot root, long vm, long until) {}

    public Known of(TeamVm vm) {
        List<TeamEntry> history = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        Optional<Source> first = source(vm.root(), vm.vm().since());
        Optional<Generation> next = Optional.of(new Generation(vm.root(), vm.vm().since(), Long.MAX_VALUE));
        while (next.isPresent() && seen.size() < MOST_GENERATIONS
                && seen.add(next.get().root().number() + "/" + next.get().vm())) {
            Generation one = next.get();
            history.addAll(database.entriesOf(roots, one.root(), one.vm(), one.until()));
            next = before(one);
        }
        return new Known(first, history, copies(vm));
    }

    /** The VM that one was cloned from, or exported from. */
    private Optional<Generation> before(Generation one) {
        return source(one.root(), one.vm())
                .filter(source -> source.export().isPresent())
                .map(source -> new Generation(
                        source.root().orElseThrow(), source.origin().vm(), source.origin().event()))
                .or(() -> database.query("""
                        SELECT source_id FROM ctl_team.audit_entry
                        WHERE root = ? AND vm_id = ? AND source_id IS NOT NULL AND source_id <> vm_id
                        ORDER BY sequence LIMIT 1""", row -> row.getLong(1), one.root().number(), one.vm())
                        .stream().findFirst().map(source -> new Generation(one.root(), source, one.vm())));
    }

    private Optional<Source> source(TeamRoot root, long vm) {
        return database.event(root, vm).flatMap(TeamProvenance::unpacked).map(this::judged);
    }

    private static Optional<ImportedPackage> unpacked(Recorded arrival) {
        return arrival.event() instanceof Event.VmArrived arrived ? arrived.unpacked() : Optional.empty();
    }

    private Source judged(ImportedPackage unpacked) {
        PackageOrigin origin = unpacked.origin();
        Optional<TeamRoot> root = database.query("SELECT number FROM ctl_team.root WHERE id = ?",
                row -> row.getInt(1), origin.root().text()).stream().findFirst().flatMap(roots::numbered);
        Optional<Recorded> event = root.flatMap(there -> database.event(there, origin.event()));
        if (event.isEmpty()) {
            return new Source(origin, Claim.UNKNOWN, root, Optional.empty(), Optional.empty());
        }
        Claim claim = claim(unpacked, root.get(), event.get());
        return new Source(origin, claim, root, event.filter(_ -> claim != Claim.FALSE),
                current(root.get(), origin.vm()).filter(_ -> claim != Claim.FALSE));
    }

    /** The hash is that of the export; its end has the seal of the package. */
    private Claim claim(ImportedPackage unpacked, TeamRoot root, Recorded event) {
        PackageOrigin origin = unpacked.origin();
        // Up to the export, as only so many entries are handed over: it must not be missed for what came later.
        List<TeamEntry> exports = database.entriesOf(roots, root, origin.vm(), origin.event()).stream()
                .filter(entry -> entry.entry().beginning().sequence() == origin.event())
                .toList();
        boolean isExport = event.event() instanceof Event.OperationStarted started
                && started.request() instanceof Request.Export;
        if (!isExport || !event.hash().equals(origin.hash().hex()) || exports.isEmpty()) {
            return Claim.FALSE;
        }
        if (unpacked.seal().isEmpty()
                || !(exports.getFirst().entry().latest().event() instanceof Event.PackageExported exported)) {
            return Claim.WITHOUT_SEAL;
        }
        return exported.seal().equals(unpacked.seal()) ? Claim.TRUE : Claim.FALSE;
    }

    private Optional<VmName> current(TeamRoot root, long vm) {
        return database.query("SELECT name FROM ctl_team.vm WHERE root = ? AND since = ?",
                row -> new VmName(row.getString(1)), root.number(), vm).stream().findFirst();
    }

    /** The imports of all roots are looked through: there are few, beside all that is recorded. */
    private List<Copy> copies(TeamVm vm) {
        List<Copy> copies = new ArrayList<>();
        List<String> id = database.query("SELECT id FROM ctl_team.root WHERE number = ?", row -> row.getString(1),
                vm.root().number());
        database.query("""
                SELECT entry.root, event.sequence, event.line FROM ctl_team.audit_entry AS entry
                    JOIN ctl_team.event ON (event.root, event.sequence) = (entry.root, entry.latest)
                WHERE entry.action = 'import' AND entry.outcome = 'done' AND position(? IN event.line) > 0
                ORDER BY entry.time, entry.root, entry.sequence""",
                row -> new Found(row.getInt(1), row.getLong(2), row.getString(3)),
                "\"package\":{\"root\":\"%s\"".formatted(id.getFirst()))
                .forEach(found -> copy(found, vm.vm()).ifPresent(copies::add));
        return copies;
    }

    private record Found(int root, long sequence, String line) {}

    private Optional<Copy> copy(Found found, Vm source) {
        return roots.numbered(found.root()).flatMap(root -> {
            Recorded arrival = CheckedEvents.alone(root.name(), found.sequence(), Optional.of(found.line()));
            return unpacked(arrival)
                    .filter(unpacked -> unpacked.origin().vm() == source.since())
                    .map(this::judged)
                    .filter(judged -> judged.export().isPresent())
                    .map(_ -> current(root, found.sequence())
                            .map(name -> new Copy(root, name, true, arrival))
                            .orElseGet(() -> new Copy(root, lastName(root, arrival), false, arrival)));
        });
    }

    private VmName lastName(TeamRoot root, Recorded arrival) {
        return database.query("""
                SELECT vm FROM ctl_team.audit_entry WHERE root = ? AND vm_id = ? AND vm IS NOT NULL
                ORDER BY sequence DESC LIMIT 1""",
                row -> new VmName(row.getString(1)), root.number(), arrival.sequence()).stream()
                .findFirst()
                .orElseGet(() -> ((Event.VmArrived) arrival.event()).vm());
    }
}
