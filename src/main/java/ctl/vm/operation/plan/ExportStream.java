package ctl.vm.operation.plan;

import ctl.vm.archive.write.PackageWriter;
import ctl.vm.archive.write.PackingWatcher;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.FolderImage;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.PackageCheckpoint;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.operation.OperationContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Packs a VM to the program's own output. Nothing of it stands anywhere that we know: whatever interrupts it ends it,
 * and the missing end tells the reader.
 */
final class ExportStream implements Plan {

    private final OperationContext context;
    private final OpenOperation operation;
    private final Request.Export request;
    private final SourceVm source;
    private Optional<PackageWriter> output = Optional.empty();

    ExportStream(OperationContext context, OpenOperation operation, Request.Export request) {
        this.context = context;
        this.operation = operation;
        this.request = request;
        this.source = new SourceVm(context, request.vm());
    }

    @Override
    public List<Step> steps() {
        FolderVm vm = source.now();
        List<Step> steps = new ArrayList<>();
        steps.add(Step.brief("", () -> begin(vm)));
        vm.images().forEach(image -> steps.add(pack(image)));
        steps.add(Step.lasting("compress package", ByteCount.ZERO, () -> finish(vm)));
        return steps;
    }

    @Override
    public boolean isDone() {
        return false;
    }

    @Override
    public boolean canBeTakenBackWhenDone() {
        return true;
    }

    @Override
    public void undo() {
        output.ifPresent(PackageWriter::close);
    }

    @Override
    public void tidy() {
        output.ifPresent(PackageWriter::close);
    }

    private void begin(FolderVm vm) {
        ExportPackage.announcePackage(context, request, vm);
        output = Optional.of(context.packages().stream(request.level(), source.origin(operation.id())));
    }

    private Step pack(FolderImage image) {
        return Step.lasting("package " + image.name(), image.allocated(), () -> output.orElseThrow()
                .add(image.name(), source.path(image), new Advance()));
    }

    private void finish(FolderVm vm) {
        source.requireUnchanged(vm);
        PackageCheckpoint whole = output.orElseThrow().finish();
        var exported = new Event.PackageExported(
                request.vm(), request.file(), vm.facts(), whole.written(), whole.digests(), whole.seal(), whole.file());
        context.journal().append(operation.id(), exported);
        context.reporter().exported(exported);
    }

    /** Shows progress, and stops when asked. */
    private final class Advance implements PackingWatcher {

        @Override
        public void packed(long bytes) {
            context.reporter().advance(bytes);
            context.stop().throwIfMade();
        }

        @Override
        public boolean wantsCheckpoint() {
            return false;
        }

        @Override
        public void reached(PackageCheckpoint durable) {}
    }
}
