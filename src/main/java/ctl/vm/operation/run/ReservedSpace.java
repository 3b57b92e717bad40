package ctl.vm.operation.run;

import ctl.vm.operation.DiskFailures;
import ctl.vm.operation.OperationContext;
import ctl.vm.problem.Failure;
import ctl.vm.problem.VmException;
import ctl.vm.store.SpaceReserve;
import java.nio.file.Path;

/**
 * The space that is kept on the disks of a root, so that what frees space works on a full disk as well. Who frees gets
 * it when nothing else is left; who only takes space never does.
 */
final class ReservedSpace {

    private final OperationContext context;

    ReservedSpace(OperationContext context) {
        this.context = context;
    }

    /**
     * Runs what frees space.
     *
     * @param work run once more where the disk is full without saying so beforehand, as with a quota
     */
    void spend(Runnable work) {
        releaseWhereNeeded();
        try {
            work.run();
        } catch (VmException failed) {
            if (!(failed.problem() instanceof Failure.NoSpace) || !release()) {
                throw failed;
            }
            work.run();
        }
        DiskFailures.explained(() -> context.store().reserves().forEach(SpaceReserve::keep));
    }

    /** Gives up what is kept on a full disk, before something that frees space. */
    void releaseWhereNeeded() {
        DiskFailures.explained(() -> context.store().reserves().stream().filter(SpaceReserve::isNeeded)
                .forEach(SpaceReserve::release));
    }

    private boolean release() {
        return DiskFailures.explained(() -> context.store().reserves().stream().map(SpaceReserve::release)
                .reduce(false, Boolean::logicalOr));
    }

    /**
     * Makes sure, before something that takes space, that it will leave what is kept.
     *
     * @throws VmException NotEnoughSpace, where that was given up, and there is no room to keep it again
     */
    void require() {
        DiskFailures.explained(() -> context.store().reserves().forEach(this::require));
    }

    private void require(SpaceReserve reserve) {
        reserve.keep();
        boolean isShort = reserve.free().compareTo(SpaceReserve.room()) < 0;
        if (!reserve.isKept() && reserve.isReleased() && isShort) {
            Path place = context.store().shown(reserve.place());
            throw new Failure.NotEnoughSpace(
                    place + "/", SpaceReserve.room().brief(), reserve.free().brief()).thrown();
        }
    }
}
