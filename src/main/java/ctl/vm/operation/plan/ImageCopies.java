package ctl.vm.operation.plan;

import ctl.vm.inventory.CopyOptions.When;
import ctl.vm.inventory.CopyOptions;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.operation.OperationContext;
import ctl.vm.problem.Misuse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Brings files into staging as images: shares the blocks of those that the filesystem can share, which takes a moment
 * and no space, and copies the others.
 */
final class ImageCopies {

    private final OperationContext context;
    private final NewVmPlan target;
    private final CopyOptions options;
    private final Map<ImageName, Path> sources;
    private final Set<ImageName> shared = new HashSet<>();
    private final Map<ImageName, ByteCount> work = new HashMap<>();

    /** @param sources in the order in which they are copied */
    ImageCopies(OperationContext context, NewVmPlan target, CopyOptions options, Map<ImageName, Path> sources) {
        this.context = context;
        this.target = target;
        this.options = options;
        this.sources = sources;
    }

    /** @param space bytes that the whole VM takes where nothing of it is shared; asked for only where that is so */
    List<Step> steps(Supplier<ByteCount> space) {
        List<Step> steps = new ArrayList<>();
        steps.add(Step.brief("", this::share));
        steps.add(Step.takingSpace(() -> !takesSpace() || target.hasSpace(space.get()), () -> {
            if (takesSpace()) {
                target.requireSpace(space.get());
            }
        }));
        sources.forEach((image, source) -> steps.add(Step.copying(
                "copy " + image, () -> work.computeIfAbsent(image, _ -> work(image, source)),
                () -> copy(image, source))));
        return steps;
    }

    private void share() {
        if (options.mayShare()) {
            sources.forEach(this::share);
        }
    }

    private boolean takesSpace() {
        return shared.size() < sources.size() && options.sparse() != When.ALWAYS;
    }

    /** What an earlier attempt could only copy is not begun anew. */
    private void share(ImageName image, Path source) {
        if (target.checkpoints().of(image).isPresent()) {
            return;
        }
        if (target.staging().shareImage(source, image)) {
            shared.add(image);
        } else if (options.mustShare()) {
            throw new Misuse.NoSharing(source.toString()).thrown();
        }
    }

    private ByteCount work(ImageName image, Path source) {
        if (shared.contains(image)) {
            return ByteCount.ZERO;
        }
        return from(source, 0);
    }

    /** Bytes that are to be written for what stands behind a position of the source. */
    private ByteCount from(Path source, long position) {
        return options.sparse() == When.NEVER
                ? new ByteCount(Math.max(0, context.store().size(source).bytes() - position))
                : context.store().data(source, position);
    }

    private void copy(ImageName image, Path source) {
        if (!shared.contains(image)) {
            target.staging().copyImage(
                    source, image, options, target.checkpoints().of(image),
                    target.checkpoints().copying(image, position -> context.reporter().alreadyDone(
                            Math.max(0, work.getOrDefault(image, ByteCount.ZERO).bytes()
                                    - from(source, position).bytes()))));
        }
    }
}
