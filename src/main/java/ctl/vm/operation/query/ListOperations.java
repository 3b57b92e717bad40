package ctl.vm.operation.query;

import ctl.vm.inventory.OpenOperation;
import ctl.vm.operation.DiskFailures;
import ctl.vm.operation.OperationContext;
import ctl.vm.operation.Progress;
import ctl.vm.problem.NotFound;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Lists the operations that have not ended: those that run, and those that were interrupted. */
public final class ListOperations {

    private final OperationContext context;

    public ListOperations(OperationContext context) {
        this.context = context;
    }

    /** An operation that has not ended. @param running whether a living process carries it out; @param progress in words */
    public record Unfinished(OpenOperation operation, boolean running, String progress) {}

    /** The oldest first. */
    public List<Unfinished> all() {
        List<Unfinished> unfinished = new ArrayList<>();
        DiskFailures.explained(() -> context.journal().latest().inventory().open().values().stream()
                .sorted((one, other) -> one.started().compareTo(other.started()))
                .map(operation -> new Unfinished(
                        operation,
                        context.locks().isRunning(operation.id()),
                        new Progress(context).describe(operation)))
                .forEach(unfinished::add));
        return unfinished;
    }

    /** Those that nobody carries out. */
    public List<Unfinished> interrupted() {
        return all().stream().filter(operation -> !operation.running()).toList();
    }

    /** The operation of this id, or all that were interrupted. @throws ctl.vm.problem.VmException NoSuchOperation */
    public List<Unfinished> chosen(Optional<String> id) {
        return id.map(text -> List.of(require(text))).orElseGet(this::interrupted);
    }

    private Unfinished require(String id) {
        return all().stream()
                .filter(unfinished -> unfinished.operation().id().text().equals(id))
                .findFirst()
                .orElseThrow(() -> new NotFound.NoSuchOperation(id).thrown());
    }
}
