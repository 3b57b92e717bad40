package ctl.vm.operation.plan;

import ctl.vm.inventory.Event;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Request;
import ctl.vm.operation.OperationContext;
import ctl.vm.problem.AlreadyThere;
import ctl.vm.problem.DiskException;
import ctl.vm.problem.Errno;
import ctl.vm.problem.Misuse;
import ctl.vm.problem.NotFound;
import ctl.vm.store.TrashedFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Gives a package that an export replaced back to its path, or another one, in one rename. If we die after it, it
 * stands in either place, whole, and only its record is missing.
 */
final class PackageUndeletion implements Plan {

    private final OperationContext context;
    private final OpenOperation operation;
    private final Request.UndeletePackage request;
    private final Path file;
    private final TrashedFile trashed;

    PackageUndeletion(OperationContext context, OpenOperation operation, Request.UndeletePackage request) {
        this.context = context;
        this.operation = operation;
        this.request = request;
        this.file = Path.of(request.file());
        this.trashed = context.store().work().trashedFile(request.deletion(), Path.of(request.from()));
    }

    @Override
    public List<Step> steps() {
        return List.of(Step.brief(
                "undelete " + request.file(), () -> context.journal().writeSession(this::restore)));
    }

    @Override
    public boolean isDone() {
        return !trashed.isKept() && isThere();
    }

    /** What is in the trash is as it was; what came under the path before, if anything, goes. */
    @Override
    public void undo() {
        trashed.undoHalf(file);
    }

    @Override
    public void tidy() {
        context.store().work().trash(request.deletion()).removeIfEmpty();
    }

    private Event restore() {
        if (!trashed.isKept() && !isThere()) {
            throw new NotFound.NotInTrash(request.from(), Optional.empty()).thrown();
        }
        if (trashed.isKept() && !trashed.isHalfRestored(file)) {
            context.packages().requireNew(file, false);
        }
        move();
        var undeleted = new Event.PackageUndeleted(request.vm(), request.file(), request.deletion());
        return context.journal().append(operation.id(), undeleted).event();
    }

    private void move() {
        try {
            trashed.restore(file);
        } catch (DiskException failed) {
            if (failed.is(Errno.EEXIST)) {
                throw new AlreadyThere.PackageExists(file).thrown();
            }
            if (failed.is(Errno.EXDEV)) {
                throw new Misuse.NotBesideTrash(file).thrown();
            }
            throw failed;
        }
    }

    private boolean isThere() {
        return context.packages().existing(file).isPresent();
    }
}
