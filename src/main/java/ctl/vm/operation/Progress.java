package ctl.vm.operation;

import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.VmName;
import ctl.vm.problem.DiskException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Says how far an operation has come. */
public final class Progress {

    private final OperationContext context;

    public Progress(OperationContext context) {
        this.context = context;
    }

    /** {@code clone of MyBox to Two: 3.1 GiB of 7.5 GiB are done}. */
    public String describe(OpenOperation operation) {
        String what = operation.request().describe();
        if (operation.staged().isPresent()) {
            return what + ": all is copied";
        }
        if (operation.durable().equals(ByteCount.ZERO)) {
            return what;
        }
        try {
            return withTotal(what, operation);
        } catch (DiskException unreadable) {
            // It is but a hint: what cannot be read is named by what has to read it.
            return durable(what, operation);
        }
    }

    private String withTotal(String what, OpenOperation operation) {
        return switch (operation.request()) {
            case Request.Clone clone -> describe(what, sources(clone.source()), durable(operation));
            case Request.Export export -> describe(what, sources(export.vm()), packed(operation));
            case Request.Import from when from.raw() ->
                describe(what, Map.of(ImageName.DISK, Path.of(from.file())), durable(operation));
            case Request.Import _, Request.Create _, Request.DeleteVm _, Request.DeleteSnapshot _,
                    Request.UndeleteVm _, Request.UndeleteSnapshot _, Request.Purge _, Request.Rename _ ->
                durable(what, operation);
        };
    }

    /** Where nobody knows the total before the end. */
    private static String durable(String what, OpenOperation operation) {
        return "%s: %s are done".formatted(what, operation.durable().brief());
    }

    /** Holes are not counted: what the line of progress shows is the same. */
    private String describe(String what, Map<ImageName, Path> sources, Map<ImageName, ByteCount> done) {
        long total = sources.values().stream().mapToLong(source -> data(source, 0)).sum();
        long behind = sources.entrySet().stream()
                .mapToLong(source -> data(
                        source.getValue(), done.getOrDefault(source.getKey(), ByteCount.ZERO).bytes()))
                .sum();
        return "%s: %s of %s are done".formatted(
                what, new ByteCount(Math.max(0, total - behind)).brief(), new ByteCount(total).brief());
    }

    /** None of a source that is gone. */
    private long data(Path source, long position) {
        return context.packages().existing(source).isEmpty() ? 0 : context.store().data(source, position).bytes();
    }

    private Map<ImageName, Path> sources(VmName name) {
        Map<ImageName, Path> sources = new HashMap<>();
        context.store().look(List.of(name)).vm(name).ifPresent(vm -> vm.images()
                .forEach(image -> sources.put(image.name(), context.store().path(name, image.name()))));
        return sources;
    }

    private static Map<ImageName, ByteCount> durable(OpenOperation operation) {
        Map<ImageName, ByteCount> durable = new HashMap<>();
        operation.checkpoints().values().forEach(reached -> durable.put(reached.image(), reached.durable()));
        return durable;
    }

    private static Map<ImageName, ByteCount> packed(OpenOperation operation) {
        Map<ImageName, ByteCount> packed = new HashMap<>();
        operation.packed().ifPresent(
                checkpoint -> checkpoint.images().forEach(image -> packed.put(image.name(), image.packed())));
        return packed;
    }
}
