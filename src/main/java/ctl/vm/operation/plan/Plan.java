package ctl.vm.operation.plan;

import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.VmName;
import ctl.vm.operation.OperationContext;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** One thing a user asked for, as the steps that reach it. */
public interface Plan {

    /** @param freeSpace frees trash until the folder of VMs has so many bytes, where it has so much trash */
    static Plan of(OperationContext context, OpenOperation operation, Consumer<ByteCount> freeSpace) {
        return switch (operation.request()) {
            case Request.Create create -> new CreateVm(context, operation, freeSpace, create);
            case Request.Clone clone -> new CloneVm(context, operation, freeSpace, clone);
            case Request.Import from when from.raw() -> new ImportRaw(context, operation, freeSpace, from);
            case Request.Import from when context.packages().isConverted(from) ->
                new ImportDisk(context, operation, freeSpace, from);
            case Request.Import from -> new ImportPackage(context, operation, freeSpace, from);
            case Request.Export export when export.isPiped() -> new ExportStream(context, operation, export);
            case Request.Export export -> export.isQcow2()
                    ? new ExportQcow2(context, operation, export)
                    : new ExportPackage(context, operation, export);
            case Request.DeleteVm delete ->
                new Deletion(context, operation, delete.vm(), Optional.empty(), delete.now());
            case Request.DeleteSnapshot delete ->
                new Deletion(context, operation, delete.vm(), Optional.of(delete.snapshot()), delete.now());
            case Request.UndeleteVm undelete -> new Undeletion(context, operation, undelete);
            case Request.UndeleteSnapshot undelete -> new Undeletion(context, operation, undelete);
            case Request.UndeletePackage undelete -> new PackageUndeletion(context, operation, undelete);
            case Request.Purge purge -> new Purge(context, operation, purge);
            case Request.Rename rename -> new RenameVm(context, operation, rename);
        };
    }

    /** In order. The last one records the result in the journal, which ends the operation. */
    List<Step> steps();

    /** Whether the result stands already and only its record is missing. */
    boolean isDone();

    /** Whether {@link #undo} is still possible when it is done: no user can have used what it made. */
    default boolean canBeTakenBackWhenDone() {
        return false;
    }

    /** Records what stands whole but for that record: what has failed since shall not cost it. */
    default void secure() {}

    /**
     * Goes on under another name, which nothing may have.
     *
     * @throws ctl.vm.problem.VmException where the name is taken
     */
    default void chooseName(VmName name) {
        throw new IllegalStateException("it brings in no VM");
    }

    /**
     * Takes back whatever the steps have done, so that the inventory is as it was before; what is in the way of no one
     * may stay for {@link #tidy}. Safe to call again. Done before that end is recorded, under the locks of the
     * operation, and in no write session: no other process waits while files are removed.
     */
    void undo();

    /**
     * Removes what is left behind when the end of the operation is recorded, whichever it is. Nothing of it is part of
     * the inventory; if we die before, a later operation removes it.
     */
    void tidy();
}
