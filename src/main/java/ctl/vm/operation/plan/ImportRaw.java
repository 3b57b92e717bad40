package ctl.vm.operation.plan;

import ctl.vm.archive.read.RawSource;
import ctl.vm.inventory.CopyOptions;
import ctl.vm.inventory.CopyWatcher;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.operation.OperationContext;
import ctl.vm.problem.ImportLine;
import ctl.vm.problem.Misuse;
import ctl.vm.problem.VmException;
import ctl.vm.problem.Unsafe.PackageLimit;
import ctl.vm.problem.Unsafe;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Makes a VM from a raw disk image: copies its file, or reads once from front to back what is compressed or comes
 * through a pipe.
 */
final class ImportRaw extends NewVmPlan {

    private final OperationContext context;
    private final Request.Import request;
    /** Bytes of the compressed file that have been reported. */
    private long shown;

    ImportRaw(OperationContext context, OpenOperation operation, Consumer<ByteCount> freeSpace,
            Request.Import request) {
        super(context, operation, freeSpace);
        this.context = context;
        this.request = request;
    }

    @Override
    List<Step> fill() {
        if (request.isPiped()) {
            return List.of(Step.lasting("copy " + ImageName.DISK, ByteCount.ZERO, this::copyStandardInput));
        }
        Path file = Path.of(request.file());
        Step begin = Step.brief("", () -> checkpoints().importing(file));
        return context.packages().isCompressed(request)
                ? List.of(begin, Step.lasting("", ByteCount.ZERO, () -> decompress(file)))
                : copy(begin, file);
    }

    private List<Step> copy(Step begin, Path file) {
        context.packages().oddities(file, request.file()).forEach(context.reporter()::warn);
        List<Step> steps = new ArrayList<>(List.of(
                begin,
                Step.brief("", () -> requireWithinLimit(file)),
                Step.takingSpace(
                        () -> isFree(context.packages().size(file)),
                        () -> requireSpaceForHoles(ImageName.DISK, context.packages().size(file)))));
        steps.addAll(new ImageCopies(context, this, CopyOptions.USUAL, Map.of(ImageName.DISK, file))
                .steps(() -> context.packages().allocated(file)));
        return steps;
    }

    private void requireWithinLimit(Path file) {
        if (request.limits().data().isPresent()) {
            ByteCount data = context.store().data(file, 0);
            if (data.compareTo(request.limits().data().get()) > 0) {
                throw new Unsafe.PackageOverLimit(request.file(), "", "holds %s of data".formatted(data.brief()),
                        PackageLimit.DATA)
                        .thrown();
            }
        }
    }

    private void copyStandardInput() {
        try (RawSource source = context.packages().openRawStandardInput(request)) {
            read(source, Optional.empty(), checkpoints().copyingOther(), "what came from standard input");
        }
    }

    /**
     * What an image holds is known only when all of it is decompressed. Whatever compressed it has hardly made its data
     * larger: without so much space as its file takes, this would fail after much work.
     */
    private void decompress(Path file) {
        ByteCount size = context.packages().size(file);
        if (request.limits().data().isEmpty()) {
            requireSpace(size);
        }
        context.reporter().expect(size);
        context.reporter().beginShare("decompress " + ImageName.DISK);
        try (RawSource source = context.packages().openRaw(request)) {
            read(source, Optional.of(file), checkpoints().unpacking(ImageName.DISK, _ -> advance(source)),
                    request.file());
        }
        context.reporter().end();
    }

    /** Ctrl-C ends all of a pipeline: what looks like an image that is cut off may be one. */
    private void read(RawSource source, Optional<Path> file, CopyWatcher watcher, String name) {
        Path image = staging().image(ImageName.DISK);
        try {
            digested(ImageName.DISK,
                    source.copyTo(image, file.flatMap(_ -> checkpoints().of(ImageName.DISK)), watcher));
            source.decompressed().ifPresent(packed -> {
                decompressed(packed);
                context.reporter().detail("sha256 %s  %s".formatted(packed.sha256(), request.file()));
            });
        } catch (VmException failed) {
            context.stop().throwIfMade();
            throw failed.problem() instanceof Misuse.UnfitContent unfit
                    ? unfit.typed(new ImportLine(request.vm().text(), request.replace())).thrown()
                    : failed;
        }
        if (!request.asIs()) {
            context.packages().oddities(image, name).forEach(context.reporter()::warn);
        }
    }

    private void advance(RawSource source) {
        long read = source.bytesRead();
        context.reporter().advance(read - shown);
        shown = read;
    }
}
