package ctl.vm.operation;

import ctl.vm.inventory.OperationId;
import ctl.vm.inventory.Origin;
import ctl.vm.inventory.Request;
import java.nio.file.Path;
import java.util.List;

/** Makes a VM from a raw disk image. */
final class ImportRaw implements Plan {

    private final Workbench workbench;
    private final Path file;
    private final Arrival arrival;

    ImportRaw(Workbench workbench, OperationId id, Request.Import request) {
        this.workbench = workbench;
        this.file = Path.of(request.file());
        var origin = new Origin.ImportedFrom(request.file());
        this.arrival = new Arrival(workbench, id, request, origin, request.replace());
    }

    @Override
    public void check() {
        workbench.packages().requireFile(file);
    }

    @Override
    public List<Step> steps() {
        return List.of(
                arrival.initialise(),
                new Step("copy disk image", workbench.packages().allocated(file), this::copy),
                Step.silent(arrival::publish));
    }

    @Override
    public void tidy() {
        arrival.staging().discard();
    }

    private void copy() {
        arrival.staging().copyDisk(file, workbench.narrator()::advance);
    }
}
