package ctl.vm.operation.plan;

import ctl.vm.archive.write.PackageFormat;
import ctl.vm.archive.write.PackageTarget.ImageFile;
import ctl.vm.archive.write.PackageTarget;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.FolderImage;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.PackageCheckpoint;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.operation.OperationContext;
import ctl.vm.operation.ProgressReporter;
import ctl.vm.problem.AlreadyThere;
import ctl.vm.problem.VmException;
import ctl.vm.problem.Failure;
import ctl.vm.problem.Unsafe;
import ctl.vm.store.TrashedFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Packs a VM into a file. The package is written beside its final name, made durable, and then renamed: who sees the
 * name sees a whole package. What was interrupted goes on at its last checkpoint, if the images are as they were.
 */
final class ExportVm implements Plan {

    private final OperationContext context;
    private final OpenOperation operation;
    private final Request.Export request;
    private final SourceVm source;
    private final PackageTarget target;
    private final Checkpoints checkpoints;
    private final TrashedFile replaced;
    /** What is to be recorded of a package that this attempt has finished. */
    private List<Event> finished = List.of();
    /** Whether the user knows that the package which is replaced cannot be kept. */
    private boolean isSaid;

    ExportVm(OperationContext context, OpenOperation operation, Request.Export request) {
        this.context = context;
        this.operation = operation;
        this.request = request;
        this.source = new SourceVm(context, request.vm());
        this.target = context.packages().target(Path.of(request.file()), operation.id(), request.replace());
        this.checkpoints = new Checkpoints(context, operation);
        this.replaced = context.store().work().trashedFile(operation.id(), Path.of(request.file()));
    }

    @Override
    public List<Step> steps() {
        List<Step> steps = new ArrayList<>();
        if (operation.staged().isEmpty()) {
            FolderVm vm = source.now();
            PackageCheckpoint start = start(vm);
            steps.add(new Step("", () -> readAgain(start), () -> true, () -> begin(vm, start)));
            vm.images().forEach(image -> steps.add(pack(image, start)));
            steps.add(Step.brief("compress package", () -> finish(vm)));
        }
        steps.add(request.replace()
                ? Step.lasting("clean up", ByteCount.ZERO, this::replace)
                : Step.brief("clean up", () -> context.journal().writeSession(this::publish)));
        return steps;
    }

    @Override
    public boolean isDone() {
        return isPublished(operation.staged());
    }

    private boolean isPublished(Optional<Event.VmStaged> staged) {
        return staged
                .filter(event -> target.isPublished(event.folderInode(),
                        operation.packed().map(PackageCheckpoint::written)))
                .isPresent();
    }

    /** The package that was to be replaced gets its name back before the other name that it may have goes. */
    @Override
    public void undo() {
        if (request.replace()) {
            replaced.giveBack();
        }
        operation.staged().ifPresentOrElse(
                staged -> target.undoFinished(staged.folderInode(), operation.packed().map(PackageCheckpoint::written)),
                target::undo);
    }

    @Override
    public void tidy() {
        target.discard();
        if (request.replace()) {
            context.store().work().trash(operation.id()).removeIfEmpty();
        }
    }

    /** Says where an export goes, and what will not be in it. */
    static void announce(OperationContext context, Request.Export request, FolderVm vm) {
        ProgressReporter reporter = context.reporter();
        reporter.info("exporting to " + (request.isPiped() ? "standard output" : request.file()));
        vm.otherFiles().forEach(name -> reporter.warn("%s is no image: not packaged".formatted(name)));
        if (!request.isPiped() && PackageFormat.of(Path.of(request.file())) == PackageFormat.TAR_ZST
                && context.packages().lacksZstd()) {
            reporter.detail("libzstd cannot be loaded here (Debian: libzstd1): .tar.zst takes several times as long");
        }
        boolean isGzip = request.isPiped() || PackageFormat.of(Path.of(request.file())) == PackageFormat.TAR_GZ;
        if (request.level().fast() && isGzip && context.packages().lacksFastLibrary()) {
            reporter.hint(
                    "this system has no ISA-L (Debian: libisal2): without it, the fast compression takes twice as long");
        }
    }

    private void begin(FolderVm vm, PackageCheckpoint start) {
        announce(context, request, vm);
        if (isToBeKept() && context.packages().existing(Path.of(request.file())).isPresent() && !replaced.canKeep()) {
            sayThatItGoes();
        }
        if (start.written().equals(ByteCount.ZERO) && operation.packed().isPresent()) {
            context.reporter().warn("%s has changed since: the package is written anew".formatted(request.vm()));
        }
        boolean isReadAgain = !readAgain(start).equals(ByteCount.ZERO);
        if (isReadAgain) {
            context.reporter().expect(readAgain(start));
            context.reporter().begin("read the package so far", readAgain(start));
        }
        requireSpace(vm, start);
        target.begin(start, request.level(), this::readAgain);
        if (isReadAgain) {
            context.reporter().expect(vm.allocated());
        }
    }

    /**
     * How much a package takes that is compressed shows only when it is written: it is refused where it cannot fit, and warned
     * of where it may not.
     */
    private void requireSpace(FolderVm vm, PackageCheckpoint start) {
        PackageTarget.SpaceNeed need = target.spaceNeed(start, vm.images().stream().map(this::file).toList());
        if (need.least().compareTo(need.free()) > 0) {
            throw new Failure.NotEnoughSpace(
                    need.folder().toString(), need.least().brief(), need.free().brief()).thrown();
        }
        if (need.archive().compareTo(need.free()) > 0) {
            context.reporter().warn("%s has %s free for %s that are to be compressed: the package may not fit"
                    .formatted(need.folder(), need.free().brief(), need.archive().brief()));
        }
    }

    /** What is written already, for the digest of the whole file: that cannot be kept in the journal. */
    private static ByteCount readAgain(PackageCheckpoint start) {
        return start.complete() ? ByteCount.ZERO : start.written();
    }

    private void readAgain(long bytes) {
        context.reporter().advance(bytes);
        context.stop().throwIfMade();
    }

    /** Where to go on: at the last checkpoint, if package and images are what it was about. */
    private PackageCheckpoint start(FolderVm vm) {
        return operation.packed()
                .filter(packed -> target.canGoOn(packed, vm.images().stream().map(this::file).toList()))
                .orElse(PackageCheckpoint.NOTHING);
    }

    private Step pack(FolderImage image, PackageCheckpoint start) {
        ImageFile file = file(image);
        return Step.copying("package " + image.name(), image::allocated, () -> {
            start.image(image.name()).ifPresent(packed -> context.reporter().alreadyDone(Math.max(0,
                    image.allocated().bytes() - context.store().data(file.path(), packed.packed().bytes()).bytes())));
            target.add(file, checkpoints.packing());
        });
    }

    private ImageFile file(FolderImage image) {
        return new ImageFile(image.name(), source.path(image));
    }

    private void finish(FolderVm vm) {
        PackageCheckpoint whole = target.finish();
        source.requireUnchanged(vm);
        finished = List.of(
                new Event.PackageCheckpointReached(request.vm(), whole),
                new Event.VmStaged(request.vm(), vm.facts(), target.inode()));
    }

    private void publish(Event.VmStaged staged) {
        Optional<ByteCount> size = now().packed().map(PackageCheckpoint::written);
        if (!target.isPublished(staged.folderInode(), size) && !target.isWaiting(staged.folderInode(), size)) {
            // What has the partial name is the package that was replaced.
            throw new Unsafe.StagedIsGone(request.describe(), operation.id().text()).thrown();
        }
        try {
            target.publish(staged.folderInode(), size, operation.staged().isPresent());
        } catch (VmException failed) {
            if (failed.problem() instanceof AlreadyThere taken) {
                throw new AlreadyThere.TakenMeanwhile(
                        taken, request.describe(), false, operation.id().text()).thrown();
            }
            throw failed;
        }
    }

    /**
     * If we die before the rename, the package is whole, and the journal knows it by its inode, and what is in it; after it, it
     * stands under its name, and only its record is missing.
     */
    private Event publish() {
        Event.VmStaged staged = stage();
        publish(staged);
        return record(staged);
    }

    /**
     * To free the package that had the name takes long where it is large: others use the journal meanwhile. If we die after it got
     * its name in the trash, it has two.
     */
    private void replace() {
        context.journal().writeSession(this::stage);
        Event.VmStaged staged = now().staged().orElseThrow();
        if (isToBeKept() && isReplacing() && !replaced.keep() && !isSaid) {
            sayThatItGoes();
        }
        publish(staged);
        context.journal().writeSession(() -> record(staged));
        if (replaced.isKept()) {
            context.reporter().replaced(Path.of(request.file()), context.keep());
        }
    }

    /** Before an attempt has given the new package the name. */
    private boolean isReplacing() {
        return !isPublished(now().staged()) && context.packages().existing(Path.of(request.file())).isPresent();
    }

    private boolean isToBeKept() {
        return request.replace() && !request.freesAtOnce();
    }

    /** Before the first byte, or as soon as that is known. */
    private void sayThatItGoes() {
        isSaid = true;
        context.reporter()
                .warn(("%s cannot be kept in the trash, which is on the filesystem of the VMs: it is replaced for good")
                        .formatted(request.file()));
    }

    private Event.VmStaged stage() {
        finished.forEach(event -> context.journal().append(operation.id(), event));
        return now().staged().orElseThrow();
    }

    private OpenOperation now() {
        return context.journal().inventory().operation(operation.id()).orElseThrow();
    }

    private Event record(Event.VmStaged staged) {
        // A package that an older program has staged has no checkpoint, and no digests are known of it.
        PackageCheckpoint packed = now().packed().orElse(PackageCheckpoint.NOTHING);
        var exported = new Event.PackageExported(
                request.vm(), request.file(), staged.images(), target.size(), packed.digests(), packed.seal(),
                packed.file(),
                Optional.of(context.keep()).filter(_ -> isToBeKept() && replaced.isKept())
                        .map(keep -> context.keptFor(keep.time())));
        Event recorded = context.journal().append(operation.id(), exported).event();
        context.reporter().exported(exported);
        return recorded;
    }
}
