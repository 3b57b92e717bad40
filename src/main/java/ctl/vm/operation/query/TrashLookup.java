package ctl.vm.operation.query;

import ctl.vm.inventory.Inventory;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.audit.AuditEntry;
import ctl.vm.inventory.value.SnapshotName;
import ctl.vm.inventory.value.VmName;
import ctl.vm.operation.OperationContext;
import ctl.vm.operation.query.ListTrash.Entry;
import ctl.vm.problem.NotFound;
import ctl.vm.problem.Suggestions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Finds what a user means in the trash, and makes the requests about it. One that was interrupted is asked for again,
 * as what it was about may have left the trash already.
 */
public final class TrashLookup {

    private final OperationContext context;

    public TrashLookup(OperationContext context) {
        this.context = context;
    }

    /**
     * What brings back the VM of this name that was deleted last.
     *
     * @throws ctl.vm.problem.VmException NotInTrash
     */
    public Request undeletion(VmName from, VmName vm) {
        return interrupted(request -> request instanceof Request.UndeleteVm undelete
                && undelete.from().equals(from) && undelete.vm().equals(vm))
                .orElseGet(() -> new Request.UndeleteVm(newest(from, Optional.empty()).deletion(), from, vm));
    }

    /**
     * What brings back the snapshot of this name that was deleted last.
     *
     * @param named the VM that had it, by its name then or now
     * @param to the VM that is to have it, where that is another; otherwise the one that had it, by its name now
     * @throws ctl.vm.problem.VmException NotInTrash
     */
    public Request undeletion(VmName named, SnapshotName from, Optional<VmName> to, SnapshotName snapshot) {
        Optional<Request> interrupted = interrupted(request -> request instanceof Request.UndeleteSnapshot undelete
                && undelete.from().equals(from)
                && undelete.vm().equals(to.orElse(named))
                && undelete.snapshot().equals(snapshot));
        return interrupted.orElseGet(() -> {
            Entry entry = newest(named, Optional.of(from));
            return new Request.UndeleteSnapshot(
                    entry.deletion(), from, to.orElseGet(() -> nameNow(entry).orElse(named)), snapshot);
        });
    }

    /** The deletion that a request takes back; empty where the journal does not know it. */
    public Optional<AuditEntry> deletion(Request undeletion) {
        return undeletion.takesFromTrash()
                .flatMap(new ListTrash(context)::deletion);
    }

    /**
     * What frees all deletions of this name.
     *
     * @throws ctl.vm.problem.VmException NotInTrash
     */
    public List<Request.Purge> purges(VmName vm, Optional<SnapshotName> snapshot) {
        List<Request.Purge> purges = new ArrayList<>();
        interruptedPurges().stream()
                .filter(purge -> purge.vm().equals(vm) && purge.snapshot().equals(snapshot) && purge.file().isEmpty())
                .forEach(purges::add);
        matching(vm, snapshot).stream().map(Entry::purge).filter(purge -> !purges.contains(purge)).forEach(purges::add);
        if (purges.isEmpty()) {
            throw missing(vm, snapshot);
        }
        return purges;
    }

    /**
     * What brings back the package that was replaced last at this path.
     *
     * @throws ctl.vm.problem.VmException NotInTrash
     */
    public Request undeletion(Path from, Path file) {
        return interrupted(request -> request instanceof Request.UndeletePackage undelete
                && undelete.from().equals(from.toString()) && undelete.file().equals(file.toString()))
                .orElseGet(() -> {
                    Entry newest = packages(from).reduce((_, last) -> last)
                            .orElseThrow(() -> missing(from.toString()));
                    return new Request.UndeletePackage(
                            newest.deletion(), newest.vm(), from.toString(), file.toString());
                });
    }

    /**
     * What frees all packages that were replaced at this path.
     *
     * @throws ctl.vm.problem.VmException NotInTrash
     */
    public List<Request.Purge> purges(Path file) {
        List<Request.Purge> purges = Stream.concat(
                interruptedPurges().stream().filter(purge -> purge.file().equals(Optional.of(file.toString()))),
                packages(file).map(Entry::purge)).distinct().toList();
        if (purges.isEmpty()) {
            throw missing(file.toString());
        }
        return purges;
    }

    private Stream<Entry> packages(Path file) {
        return new ListTrash(context).all().stream()
                .filter(entry -> entry.file().equals(Optional.of(file.toString())));
    }

    /** Purges that can go on. */
    public List<Request.Purge> interruptedPurges() {
        return interrupted().filter(Request.Purge.class::isInstance).map(Request.Purge.class::cast).toList();
    }

    private Optional<Request> interrupted(Predicate<Request> wanted) {
        return interrupted().filter(wanted).findFirst();
    }

    /** What was asked for and no process carries out. */
    private Stream<Request> interrupted() {
        return context.journal().inventory().open().values().stream()
                .filter(operation -> !context.locks().isRunning(operation.id()))
                .map(OpenOperation::request);
    }

    private Entry newest(VmName vm, Optional<SnapshotName> snapshot) {
        List<Entry> matching = matching(vm, snapshot);
        if (matching.isEmpty()) {
            throw missing(vm, snapshot);
        }
        return matching.getLast();
    }

    private List<Entry> matching(VmName vm, Optional<SnapshotName> snapshot) {
        return matching(new ListTrash(context).all(), context.journal().inventory(), vm, snapshot);
    }

    /** What a user can mean by this name: the VM that had the snapshot, by its name then or now. */
    static List<Entry> matching(List<Entry> trash, Inventory inventory, VmName vm, Optional<SnapshotName> snapshot) {
        Optional<Long> since = inventory.vm(vm).map(Vm::since);
        return trash.stream()
                .filter(entry -> entry.snapshot().equals(snapshot) && entry.file().isEmpty())
                .filter(entry -> entry.vm().equals(vm) || (since.isPresent() && entry.vmSince().equals(since)))
                .toList();
    }

    /** The VM that had the snapshot, as it is called now, where it is there. */
    private Optional<VmName> nameNow(Entry entry) {
        return entry.vmSince().flatMap(since -> context.journal().inventory().vms().values().stream()
                .filter(vm -> vm.since() == since)
                .map(Vm::name)
                .findFirst());
    }

    private RuntimeException missing(VmName vm, Optional<SnapshotName> snapshot) {
        return missing(snapshot.map(of -> vm + ":" + of).orElse(vm.text()));
    }

    private RuntimeException missing(String name) {
        List<Entry> all = new ListTrash(context).all();
        // Without a "/", it was taken for a VM.
        Optional<String> replaced = all.stream().flatMap(entry -> entry.file().stream())
                .filter(file -> Path.of(file).endsWith(Path.of(name)))
                .reduce((_, last) -> last);
        return new NotFound.NotInTrash(
                name, replaced.or(() -> Suggestions.to(name, all.stream().map(Entry::name).toList()))).thrown();
    }
}
