package ctl.vm.operation.plan;

import ctl.vm.inventory.value.DecompressedFile;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.FolderVm;
import ctl.vm.inventory.ImportedPackage;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Origin;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.Rules;
import ctl.vm.inventory.Vm;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ContentSample;
import ctl.vm.inventory.value.ImageDigest;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.OperationId;
import ctl.vm.inventory.value.VmName;
import ctl.vm.journal.Journal;
import ctl.vm.operation.OperationContext;
import ctl.vm.problem.Failure;
import ctl.vm.problem.Problem;
import ctl.vm.store.Staging;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * How every new VM comes in: built in staging, then published and recorded.
 *
 * <p>Crash windows, in order: after the sync of staging, nothing but staging is there; after {@code VmStaged}, the
 * same; after the rename, the VM stands under its staged or its final name, whole, and the inode in {@code VmStaged}
 * tells which; after {@code VmArrived}, all is done but tidying up. Those of a VM that is replaced are told in
 * {@link Publication}.
 */
abstract class NewVmPlan implements Plan {

    private final OperationContext context;
    private final Journal journal;
    private final OpenOperation operation;
    private final Consumer<ByteCount> freeSpace;
    private final Staging staging;
    private final Publication publication;
    private final Checkpoints checkpoints;
    private final Map<ImageName, ImageDigest> digests = new TreeMap<>();
    private Optional<DecompressedFile> decompressed = Optional.empty();
    private Optional<ImportedPackage> unpacked = Optional.empty();
    /** Whether this attempt has filled staging. */
    private boolean filled;

    NewVmPlan(OperationContext context, OpenOperation operation, Consumer<ByteCount> freeSpace) {
        this.context = context;
        this.journal = context.journal();
        this.operation = operation;
        this.freeSpace = freeSpace;
        this.staging = context.store().work().staging(operation.id());
        this.publication = new Publication(context, operation);
        this.checkpoints = new Checkpoints(context, operation);
    }

    Staging staging() {
        return staging;
    }

    Checkpoints checkpoints() {
        return checkpoints;
    }

    @Override
    public final List<Step> steps() {
        List<Step> steps = new ArrayList<>();
        if (operation.staged().isEmpty()) {
            steps.add(Step.brief("initialise VM", this::initialise));
            steps.addAll(fill());
            steps.add(steps.removeLast().then(this::filled));
        }
        steps.add(Step.brief(publishTitle(), this::publish));
        return steps;
    }

    /** The steps that fill staging; not asked for where an earlier attempt has got that far. */
    abstract List<Step> fill();

    /** What the user reads of the last step; empty for nothing. */
    String publishTitle() {
        return "";
    }

    private void initialise() {
        VmName vm = vm();
        context.store().look(List.of(vm)).vm(vm).map(FolderVm::otherFiles).filter(files -> !files.isEmpty())
                .ifPresent(
                        files -> context.reporter().warn("%s holds files that are no images and go with it: %s"
                                .formatted(vm, String.join(", ", files))));
        // An attempt that died may have left half a rehearsal.
        boolean isBegun = staging.isThere();
        prepare();
        staging.requireName(vm);
        // An empty image is made in an instant.
        if (isBegun || !(operation.request() instanceof Request.Create create) || create.replace()) {
            staging.rehearse();
        }
    }

    /** Makes the folder in staging. */
    void prepare() {
        staging.prepare();
    }

    /** What came through a pipe does not come again: from here on, it survives whatever ends this process. */
    private void filled() {
        filled = true;
        if (operation.request().isPiped()) {
            journal.writeSession(this::stage);
        }
    }

    /** Says what is in an image that stands whole in staging: the journal keeps it. */
    void digested(ImageName image, ImageDigest digest) {
        digests.put(image, digest);
    }

    /** Says which compressed file the image was in: the journal keeps it. */
    void decompressed(DecompressedFile file) {
        decompressed = Optional.of(file);
    }

    /** Says which package the images were in: the journal keeps it. */
    void unpacked(ImportedPackage from) {
        unpacked = Optional.of(from);
    }

    /**
     * @param work bytes that the whole VM takes: what stands in staging is part of them
     * @throws ctl.vm.problem.VmException NotEnoughSpace, before a byte is written
     */
    void requireSpace(ByteCount work) {
        requireSpace(missing(work), (needed, free) -> new Failure.NotEnoughSpace("vm/", needed, free));
    }

    /** Whether there is that space already. */
    boolean hasSpace(ByteCount work) {
        return missing(work) <= context.store().free().bytes();
    }

    boolean isFree(ByteCount bytes) {
        return bytes.compareTo(context.store().free()) <= 0;
    }

    private long missing(ByteCount work) {
        return work.bytes() - staging.allocated().bytes();
    }

    /**
     * @param image bytes that are still to be written of one image. Asked for each of thousands: it must not look at
     *     the others
     * @throws ctl.vm.problem.VmException NoSpaceToUnpack, before a byte is written
     */
    void requireSpaceToUnpack(ByteCount image) {
        requireSpace(image.bytes(), (needed, free) -> new Failure.NoSpaceToUnpack("vm/", needed, free));
    }

    /**
     * Makes sure that an image has room with its holes as well, where the filesystem keeps none: it is asked for an
     * empty file of that size, which takes no room elsewhere.
     *
     * @throws ctl.vm.problem.VmException NotEnoughSpace, before a byte is written
     */
    void requireSpaceForHoles(ImageName image, ByteCount size) {
        var rest = new ByteCount(Math.max(0, size.bytes() - staging.allocated(image).bytes()));
        if (!isFree(rest) && !staging.takesEmpty(rest)) {
            requireSpace(rest.bytes(), (needed, free) -> new Failure.NotEnoughSpace(
                    "vm/, on a filesystem without holes,", needed, free));
        }
    }

    private void requireSpace(long missing, BiFunction<String, String, Problem> lack) {
        if (missing > context.store().free().bytes()) {
            freeSpace.accept(new ByteCount(missing));
        }
        ByteCount free = context.store().free();
        if (missing > free.bytes()) {
            throw lack.apply(new ByteCount(missing).brief(), free.brief()).thrown();
        }
    }

    @Override
    public final boolean isDone() {
        return staged().filter(publication::isDone).isPresent();
    }

    @Override
    public final void secure() {
        if (filled && staged().isEmpty()) {
            stage();
        }
    }

    @Override
    public final void chooseName(VmName name) {
        Rules.claimFree(name, journal.inventory(), context.store().look(List.of(name)))
                .forEach(event -> journal.append(id(), event));
        publication.giveBack();
        journal.append(id(), new Event.TargetChosen(name, Optional.empty()));
    }

    /** Staging is no part of the inventory, and stays until the end is recorded. */
    @Override
    public final void undo() {
        publication.giveBack();
    }

    @Override
    public final void tidy() {
        staging.discard();
    }

    /** A write session, so that no other process can publish or delete between our rename and its record. */
    private void publish() {
        Origin origin = Origin.of(operation.request());
        // An empty image is known by its size: a start is not to wait for more classes.
        Map<ImageName, ContentSample> samples = origin instanceof Origin.Created || isPublishedBefore()
                ? Map.of()
                : staging.samples();
        Optional<Vm> replaced = journal.writeSession(() -> {
            Event.VmStaged staged = staged().orElseGet(this::stage);
            Optional<Vm> trashed = publication.publish(staged);
            journal.append(id(), new Event.VmArrived(
                    vm(), origin, staged.images(), staged.digests(), samples, trashed,
                    trashed.map(_ -> context.keptFor(context.keep().time())), staged.decompressed(),
                    staged.unpacked()));
            return trashed;
        });
        replaced.ifPresent(_ -> context.reporter().replaced(vm(), context.keep()));
    }

    /** By an attempt before this one. */
    private boolean isPublishedBefore() {
        return operation.staged().filter(publication::isDone).isPresent();
    }

    private Event.VmStaged stage() {
        staging.sync();
        var staged = new Event.VmStaged(vm(), staging.images(), staging.folderInode(), digests, decompressed,
                unpacked);
        journal.append(id(), staged);
        return staged;
    }

    /** As the journal knows it now: this attempt may have staged the VM, or an earlier one. */
    private Optional<Event.VmStaged> staged() {
        return journal.inventory().operation(id()).flatMap(OpenOperation::staged);
    }

    private VmName vm() {
        return operation.request().vm();
    }

    private OperationId id() {
        return operation.id();
    }
}
