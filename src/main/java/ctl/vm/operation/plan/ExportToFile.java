package ctl.vm.operation.plan;

import ctl.vm.archive.write.NewFile;
import ctl.vm.archive.write.SpaceNeed;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.ImageFacts;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.PackageCheckpoint;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.operation.OperationContext;
import ctl.vm.problem.AlreadyThere;
import ctl.vm.problem.Failure;
import ctl.vm.problem.Unsafe;
import ctl.vm.problem.VmException;
import ctl.vm.store.TrashedFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How every file is made of a VM: written beside its final name, made durable, and then renamed. Who sees the name sees
 * a whole file.
 */
abstract class ExportToFile implements Plan {

    private final OperationContext context;
    private final OpenOperation operation;
    private final Request.Export request;
    private final Path path;
    private final SourceVm source;
    private final NewFile file;
    private final TrashedFile replaced;
    /** What is to be recorded of a file that this attempt has finished. */
    private List<Event> finished = List.of();
    /** Whether the user knows that the file which is replaced cannot be kept. */
    private boolean isSaid;

    ExportToFile(OperationContext context, OpenOperation operation, Request.Export request) {
        this.context = context;
        this.operation = operation;
        this.request = request;
        this.path = Path.of(request.file());
        this.source = new SourceVm(context, request.vm());
        this.file = context.packages().newFile(
                path, context.store().work().partial(operation.id(), path), request.replace());
        this.replaced = context.store().work().trashedFile(operation.id(), path);
    }

    NewFile file() {
        return file;
    }

    SourceVm source() {
        return source;
    }

    @Override
    public final List<Step> steps() {
        List<Step> steps = new ArrayList<>();
        if (operation.staged().isEmpty()) {
            steps.addAll(fill());
        }
        steps.add(request.replace()
                ? Step.lasting("clean up", ByteCount.ZERO, this::replace)
                : Step.brief("clean up", () -> context.journal().writeSession(this::publish)));
        return steps;
    }

    /**
     * The steps that write the file; not asked for where an earlier attempt has got that far. The last one says
     * {@link #finished}.
     */
    abstract List<Step> fill();

    /** Lets go of what writes the file. What is written stays as it is. */
    void close() {}

    /**
     * Says that the file is whole and durable.
     *
     * @param whole what is in it;
     * @param images what the journal is to say of these
     */
    final void finished(PackageCheckpoint whole, List<ImageFacts> images) {
        finished = List.of(
                new Event.PackageCheckpointReached(request.vm(), whole),
                new Event.VmStaged(request.vm(), images, file.inode()));
    }

    @Override
    public final boolean isDone() {
        return isPublished(operation.staged());
    }

    private boolean isPublished(Optional<Event.VmStaged> staged) {
        return staged
                .filter(event -> file.isPublished(event.folderInode(),
                        operation.packed().map(PackageCheckpoint::written)))
                .isPresent();
    }

    /** The file that was to be replaced gets its name back before the other name that it may have goes. */
    @Override
    public final void undo() {
        if (request.replace()) {
            replaced.giveBack();
        }
        close();
        operation.staged().ifPresentOrElse(
                staged -> file.undoFinished(staged.folderInode(), operation.packed().map(PackageCheckpoint::written)),
                file::undo);
    }

    @Override
    public final void tidy() {
        close();
        file.discard();
        if (request.replace()) {
            context.store().work().trash(operation.id()).removeIfEmpty();
        }
    }

    /** Says where an export goes, and what will not be in it. */
    static void announce(OperationContext context, Request.Export request, FolderVm vm) {
        context.reporter().info("exporting to " + (request.isPiped() ? "standard output" : request.file()));
        vm.otherFiles().forEach(name -> context.reporter().warn("%s is no image: not packaged".formatted(name)));
    }

    /** Says it before the first byte is written, if the file that is replaced goes for good. */
    final void warnOfLoss() {
        if (isToBeKept() && context.packages().existing(path).isPresent() && !replaced.canKeep()) {
            sayThatItGoes();
        }
    }

    /**
     * How much a file takes that is compressed shows only when it is written: it is refused where it cannot fit, and
     * warned of where it may not.
     *
     * @param what the file is
     */
    final void requireSpace(SpaceNeed need, String what) {
        if (need.least().compareTo(need.free()) > 0) {
            throw new Failure.NotEnoughSpace(
                    need.folder().toString(), need.least().brief(), need.free().brief()).thrown();
        }
        if (need.most().compareTo(need.free()) > 0) {
            context.reporter().warn("%s has %s free for %s that are to be compressed: the %s may not fit"
                    .formatted(need.folder(), need.free().brief(), need.most().brief(), what));
        }
    }

    private void publish(Event.VmStaged staged) {
        Optional<ByteCount> size = now().packed().map(PackageCheckpoint::written);
        if (!file.isPublished(staged.folderInode(), size) && !file.isWaiting(staged.folderInode(), size)) {
            // What has the partial name is the file that was replaced.
            throw new Unsafe.StagedIsGone(request.describe(), operation.id().text()).thrown();
        }
        try {
            file.publish(staged.folderInode(), size, operation.staged().isPresent());
        } catch (VmException failed) {
            if (failed.problem() instanceof AlreadyThere taken) {
                throw new AlreadyThere.TakenMeanwhile(
                        taken, request.describe(), false, operation.id().text()).thrown();
            }
            throw failed;
        }
    }

    /**
     * If we die before the rename, the file is whole, and the journal knows it by its inode, and what is in it; after
     * it, it stands under its name, and only its record is missing.
     */
    private Event publish() {
        Event.VmStaged staged = stage();
        publish(staged);
        return record(staged);
    }

    /**
     * To free the file that had the name takes long where it is large: others use the journal meanwhile. If we die
     * after it got its name in the trash, it has two.
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
            context.reporter().replaced(path, context.keep());
        }
    }

    /** Before an attempt has given the new file the name. */
    private boolean isReplacing() {
        return !isPublished(now().staged()) && context.packages().existing(path).isPresent();
    }

    private boolean isToBeKept() {
        return request.replace() && !request.freesAtOnce();
    }

    /** Before the first byte, or as soon as that is known. */
    private void sayThatItGoes() {
        isSaid = true;
        context.reporter()
                .warn(("%s cannot be kept in the trash, which is on the filesystem of the VMs: it is replaced for good")
                        .formatted(path));
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
                request.vm(), request.file(), staged.images(), file.size(), packed.digests(), packed.seal(),
                packed.file(),
                Optional.of(context.keep()).filter(_ -> isToBeKept() && replaced.isKept())
                        .map(keep -> context.keptFor(keep.time())));
        Event recorded = context.journal().append(operation.id(), exported).event();
        context.reporter().exported(exported);
        return recorded;
    }
}
