package ctl.vm.operation.query;

import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.ByteCount;
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
        return DiskFailures.explained(
                () -> request.replaces().flatMap(name -> context.store().look(List.of(name)).vm(name)));
    }

    /** The size of the package file that would go; empty where none would. */
    public Optional<ByteCount> packageFile(Request.Export request) {
        return request.replace() && !request.isPiped()
                ? DiskFailures.explained(() -> context.packages().existing(Path.of(request.file())))
                : Optional.empty();
    }
}
