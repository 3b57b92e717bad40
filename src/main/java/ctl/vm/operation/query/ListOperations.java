package ctl.vm.operation.query;

import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.PackageCheckpoint.PackedImage;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.VmName;
import ctl.vm.operation.DiskFailures;
import ctl.vm.operation.OperationContext;
import ctl.vm.problem.DiskException;
import ctl.vm.problem.NotFound;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Lists the operations that have not ended: those that run, and those that were interrupted. */
public final class ListOperations {

    private final OperationContext context;

    public ListOperations(OperationContext context) {
        this.context = context;
    }

    /**
     * An operation that has not ended.
     *
     * @param running whether a living process carries it out;
     * @param elsewhere which one, where it is one of another host that shares the folder
     * @param progress in words
     */
    public record Unfinished(
            OpenOperation operation, boolean running, Optional<Elsewhere> elsewhere, String progress) {}

    /**
     * A process of another host.
     *
     * @param since when it has carried the operation out
     * @param until when that can be taken from it, unless it goes on renewing that time
     */
    public record Elsewhere(String host, long pid, Instant since, Instant until) {}

    /** The oldest first. */
    public List<Unfinished> all() {
        return DiskFailures.explained(() -> context.journal().latest().inventory().open().values().stream()
                .sorted((one, other) -> one.started().compareTo(other.started()))
                .map(this::unfinished)
                .toList());
    }

    private Unfinished unfinished(OpenOperation operation) {
        Optional<Elsewhere> elsewhere = context.locks().elsewhere(operation.id()).map(
                holder -> new Elsewhere(holder.host(), holder.pid(), holder.since(), holder.until()));
        return new Unfinished(
                operation, elsewhere.isPresent() || context.locks().isRunning(operation.id()), elsewhere,
                progress(operation));
    }

    /** Those that no process carries out. */
    public List<Unfinished> interrupted() {
        return all().stream().filter(operation -> !operation.running()).toList();
    }

    /** The operation of this id, or all that were interrupted. @throws ctl.vm.problem.VmException NoSuchOperation */
    public List<Unfinished> chosen(Optional<String> id) {
        return id.map(text -> List.of(require(text))).orElseGet(this::interrupted);
    }

    private Unfinished require(String id) {
        return all().stream()
                .filter(unfinished -> unfinished.operation().id().text().equals(id))
                .findFirst()
                .orElseThrow(() -> new NotFound.NoSuchOperation(id).thrown());
    }

    /** How far an operation has come: {@code clone of MyBox to Two: 3.1 GiB of 7.5 GiB are done}. */
    public String progress(OpenOperation operation) {
        String what = operation.request().describe();
        if (operation.staged().isPresent()) {
            return what + ": all is copied";
        }
        if (operation.durable().equals(ByteCount.ZERO)) {
            return what;
        }
        try {
            return what + ": " + withTotal(operation);
        } catch (DiskException unreadable) {
            // It is but a hint: what cannot be read is named by what has to read it.
            return what + ": " + withoutTotal(operation);
        }
    }

    private String withTotal(OpenOperation operation) {
        return switch (operation.request()) {
            case Request.Clone clone -> withTotal(sources(clone.source()), operation);
            case Request.Export export -> withTotal(sources(export.vm()), operation);
            case Request.Import from when from.raw() && !context.packages().isCompressed(from) ->
                withTotal(Map.of(ImageName.DISK, Path.of(from.file())), operation);
            case Request.Import _, Request.Create _, Request.DeleteVm _, Request.DeleteSnapshot _,
                    Request.UndeleteVm _, Request.UndeleteSnapshot _, Request.UndeletePackage _, Request.Purge _, Request.Rename _ ->
                withoutTotal(operation);
        };
    }

    /** Where no one knows the total before the end. */
    private static String withoutTotal(OpenOperation operation) {
        return "%s are done".formatted(operation.durable().brief());
    }

    /** Holes are not counted: what the line of progress shows is the same. */
    private String withTotal(Map<ImageName, Path> sources, OpenOperation operation) {
        long total = 0;
        long missing = 0;
        for (Map.Entry<ImageName, Path> source : sources.entrySet()) {
            total += data(source.getValue(), 0);
            missing += data(source.getValue(), durable(operation, source.getKey()));
        }
        return "%s of %s are done".formatted(
                new ByteCount(Math.max(0, total - missing)).brief(), new ByteCount(total).brief());
    }

    /** How much of an image is copied or packed. */
    private static long durable(OpenOperation operation, ImageName image) {
        return operation.packed().flatMap(packed -> packed.image(image)).map(PackedImage::packed)
                .or(() -> operation.checkpoint(image).map(checkpoint -> checkpoint.durable()))
                .map(ByteCount::bytes)
                .orElse(0L);
    }

    /** None of a source that is gone. */
    private long data(Path source, long position) {
        return context.packages().existing(source).isEmpty() ? 0 : context.store().data(source, position).bytes();
    }

    private Map<ImageName, Path> sources(VmName name) {
        return context.store().look(List.of(name)).vm(name)
                .map(vm -> vm.images().stream().map(image -> image.name()).collect(
                        Collectors.toMap(Function.identity(), image -> context.store().path(name, image))))
                .orElse(Map.of());
    }
}
