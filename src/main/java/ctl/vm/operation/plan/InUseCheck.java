package ctl.vm.operation.plan;

import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.Request;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.inventory.value.VmName;
import ctl.vm.operation.OperationContext;
import ctl.vm.problem.Busy;
import ctl.vm.problem.Problem;
import ctl.vm.problem.Unsafe;
import ctl.vm.problem.VmException;
import ctl.vm.store.ImageWatch;
import ctl.vm.store.Store;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Sees to it that no image is read while somebody writes to it, and none taken away from a virtual machine that has it
 * open. It is raised when the operation has its locks and before anything is recorded, and stands until the operation ends.
 * Who comes meanwhile to write makes the operation stop at its next look; until then he waits.
 */
public final class InUseCheck implements AutoCloseable {

    private final OperationContext context;
    private final List<Post> posts;

    private InUseCheck(OperationContext context, List<Post> posts) {
        this.context = context;
        this.posts = posts;
    }

    /** @throws ctl.vm.problem.VmException OpenForWriting or OpenInMachine */
    static InUseCheck over(OperationContext context, Request request) {
        List<Post> posts = new ArrayList<>(read(context.store(), request).stream().toList());
        takenAway(context.store(), request).ifPresent(posts::add);
        return raised(context, posts);
    }

    /** For one that goes on: what is staged already is not read again. */
    static InUseCheck over(OperationContext context, OpenOperation operation) {
        return operation.staged().isEmpty()
                ? over(context, operation.request())
                : raised(context, takenAway(context.store(), operation.request()).stream().toList());
    }

    /** For what is done whoever is at it: only warns. */
    static InUseCheck warning(OperationContext context, Request request) {
        try (InUseCheck _ = over(context, request)) {
            return none(context);
        } catch (VmException inUse) {
            context.reporter().warn(inUse.problem().message());
            return none(context);
        }
    }

    static InUseCheck none(OperationContext context) {
        return new InUseCheck(context, List.of());
    }

    private static InUseCheck raised(OperationContext context, List<Post> posts) {
        InUseCheck guard = new InUseCheck(context, posts);
        Optional<Problem> refusal = posts.stream().flatMap(post -> post.refusal().stream()).findFirst();
        if (refusal.isPresent()) {
            guard.close();
            throw refusal.get().thrown();
        }
        context.stop().alsoFor(guard::disturbance);
        return guard;
    }

    private Optional<Problem> disturbance() {
        return posts.stream()
                .flatMap(post -> post.watch().intruder().stream()
                        .<Problem>map(who -> new Busy.OpenedMeanwhile(post.what(), who)))
                .findFirst();
    }

    @Override
    public void close() {
        context.stop().alsoFor(Optional::empty);
        posts.forEach(post -> post.watch().close());
    }

    private static Optional<Post> read(Store store, Request request) {
        return switch (request) {
            case Request.Clone clone -> Optional.of(reading(store, clone.source()));
            case Request.Export export -> Optional.of(reading(store, export.vm()));
            case Request.Import from when from.raw() ->
                Optional.of(new Post(from.file(), store.watch(Path.of(from.file())), false));
            case Request.Import _, Request.Create _, Request.DeleteVm _, Request.DeleteSnapshot _, Request.Rename _,
                    Request.UndeleteVm _, Request.UndeleteSnapshot _, Request.Purge _ ->
                Optional.empty();
        };
    }

    private static Post reading(Store store, VmName vm) {
        return new Post(vm.text(), store.watch(vm), false);
    }

    /** Where something is replaced, the one that was there is taken away; and what gets another name, from its old one. */
    private static Optional<Post> takenAway(Store store, Request request) {
        return switch (request) {
            case Request.DeleteVm delete -> Optional.of(removing(store, delete.vm()));
            case Request.DeleteSnapshot delete -> Optional.of(new Post(
                    delete.vm() + ":" + delete.snapshot(),
                    store.watch(store.path(delete.vm(), ImageName.of(delete.snapshot()))), true));
            case Request.Create create ->
                create.replace() ? Optional.of(removing(store, create.vm())) : Optional.empty();
            case Request.Clone clone -> clone.replace() ? Optional.of(removing(store, clone.vm())) : Optional.empty();
            case Request.Import from -> from.replace() ? Optional.of(removing(store, from.vm())) : Optional.empty();
            case Request.Rename rename -> Optional.of(removing(store, rename.from()));
            // Who still has open what was deleted has been told so then.
            case Request.Export _, Request.UndeleteVm _, Request.UndeleteSnapshot _, Request.Purge _ ->
                Optional.empty();
        };
    }

    private static Post removing(Store store, VmName vm) {
        return new Post(vm.text(), store.watch(vm), true);
    }

    /** One thing that is watched. @param takenAway whether it is more than read: then no machine may have it open */
    private record Post(String what, ImageWatch watch, boolean takenAway) {

        Optional<Problem> refusal() {
            Optional<Problem> written = watch.writer().map(who -> new Unsafe.OpenForWriting(what, who));
            return written.isPresent() || !takenAway
                    ? written
                    : watch.machine().map(who -> new Unsafe.OpenInMachine(what, who));
        }
    }
}
