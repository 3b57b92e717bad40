package ctl.vm.operation.query;

import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.VmName;
import ctl.vm.operation.DiskFailures;
import ctl.vm.operation.OperationContext;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What a request that may replace something would replace, as it stands now. */
public final class Replaced {

    private final OperationContext context;

    public Replaced(OperationContext context) {
        this.context = context;
    }

    /** The VM that would go; empty where nothing would. */
    public Optional<FolderVm> vm(Request request) {
        return switch (request) {
            case Request.Create create -> there(create.vm(), create.replace());
            case Request.Clone clone -> there(clone.vm(), clone.replace());
            case Request.Import from -> there(from.vm(), from.replace());
            case Request.Export _, Request.DeleteVm _, Request.DeleteSnapshot _, Request.UndeleteVm _,
                    Request.UndeleteSnapshot _, Request.Purge _, Request.Rename _ -> Optional.empty();
        };
    }

    /** The size of the package file that would go; empty where none would. */
    public Optional<ByteCount> packageFile(Request.Export request) {
        return request.replace() && !request.isPiped()
                ? DiskFailures.explained(() -> context.packages().existing(Path.of(request.file())))
                : Optional.empty();
    }

    private Optional<FolderVm> there(VmName name, boolean replace) {
        return replace
                ? DiskFailures.explained(() -> context.store().look(List.of(name)).vm(name))
                : Optional.empty();
    }
}
