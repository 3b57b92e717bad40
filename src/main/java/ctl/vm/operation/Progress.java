package ctl.vm.operation;

import ctl.vm.inventory.ByteCount;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Request;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Says how far an operation has come. */
final class Progress {

    private final Workbench workbench;

    Progress(Workbench workbench) {
        this.workbench = workbench;
    }

    /** {@code clone of MyBox to Two: 3.1 GiB of 7.5 GiB are done}. */
    String words(OpenOperation operation) {
        String what = operation.request().words();
        if (operation.staged().isPresent()) {
            return what + ": all is copied";
        }
        ByteCount durable = operation.durable();
        if (durable.equals(ByteCount.ZERO)) {
            return what;
        }
        String of = total(operation.request()).map(total -> " of " + total.brief()).orElse("");
        return "%s: %s%s are done".formatted(what, durable.brief(), of);
    }

    /** Bytes with holes, as checkpoints count; empty where nobody knows before the end. */
    private Optional<ByteCount> total(Request request) {
        return switch (request) {
            case Request.Clone clone -> workbench
                    .store()
                    .look(List.of(clone.source()))
                    .vm(clone.source())
                    .map(vm -> vm.size());
            case Request.Export export -> workbench
                    .store()
                    .look(List.of(export.vm()))
                    .vm(export.vm())
                    .map(vm -> vm.size());
            case Request.Import from when from.raw() -> Optional.of(workbench.packages().size(Path.of(from.file())));
            case Request.Import _, Request.Create _, Request.DeleteVm _, Request.DeleteSnapshot _,
                    Request.UndeleteVm _, Request.UndeleteSnapshot _, Request.Purge _, Request.Rename _ ->
                Optional.empty();
        };
    }
}
