package ctl.vm.operation.plan;

import ctl.vm.archive.write.PackingWatcher;
import ctl.vm.inventory.Checkpoint;
import ctl.vm.inventory.CopyWatcher;
import ctl.vm.inventory.Event;
import ctl.vm.inventory.OpenOperation;
import ctl.vm.inventory.PackageCheckpoint;
import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageDigest;
import ctl.vm.inventory.value.ImageName;
import ctl.vm.operation.OperationContext;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Records how far an operation has come: at its pace, and when it is asked to stop.
 *
 * <p>The events are appended between two pieces of a copy, each after the sync that it promises.
 */
final class Checkpoints {

    private final OperationContext context;
    private final OpenOperation operation;
    private long bytesSince;
    private Instant last;

    Checkpoints(OperationContext context, OpenOperation operation) {
        this.context = context;
        this.operation = operation;
        this.last = context.clock().instant();
    }

    /** What an earlier attempt recorded of the image. */
    Optional<Checkpoint> of(ImageName image) {
        return operation.checkpoint(image);
    }

    /** Follows the copying of an image. @param goesOn is handed the position at which an earlier attempt goes on */
    CopyWatcher watcher(ImageName image, LongConsumer goesOn) {
        return watcher(image, context.reporter()::advance, goesOn);
    }

    /** Follows the unpacking of an image. @param progress is handed the bytes that were written */
    CopyWatcher watcherOfUnpacking(ImageName image, LongConsumer progress) {
        return watcher(image, progress, _ -> {});
    }

    private CopyWatcher watcher(ImageName image, LongConsumer progress, LongConsumer goesOn) {
        return new Watcher(progress) {
            @Override
            public void goesOnAt(long position) {
                goesOn.accept(position);
            }

            @Override
            public boolean wantsCheckpoint() {
                return isDue() || context.stop().isMade();
            }

            @Override
            public void reached(ByteCount durable, Optional<ImageDigest.Chain> digest, Checkpoint.Source source) {
                record(new Event.CheckpointReached(
                        operation.request().vm(), new Checkpoint(image, durable, digest, source)));
                context.stop().throwIfMade();
            }

            @Override
            public void startsAnew() {
                context.reporter().warn("%s has changed since: it is copied anew".formatted(image));
            }
        };
    }

    /** Follows the packing of images. */
    PackingWatcher packing() {
        return new PackingWatcher() {
            @Override
            public void packed(long bytes) {
                bytesSince += bytes;
                context.reporter().advance(bytes);
            }

            @Override
            public boolean wantsCheckpoint() {
                return isDue() || context.stop().isMade();
            }

            @Override
            public void reached(PackageCheckpoint durable) {
                record(new Event.PackageCheckpointReached(operation.request().vm(), durable));
                context.stop().throwIfMade();
            }
        };
    }

    /** Follows the copying of a file that is no image: it is copied anew after an interruption. */
    CopyWatcher watcherOfOthers() {
        return new Watcher(context.reporter()::advance) {
            @Override
            public boolean wantsCheckpoint() {
                return context.stop().isMade();
            }

            @Override
            public void reached(ByteCount durable, Optional<ImageDigest.Chain> digest, Checkpoint.Source source) {
                context.stop().throwIfMade();
            }

            @Override
            public void startsAnew() {}
        };
    }

    private boolean isDue() {
        return bytesSince >= context.pace().bytes().bytes() || (bytesSince > 0 && isLong());
    }

    private boolean isLong() {
        return Duration.between(last, context.clock().instant()).compareTo(context.pace().time()) >= 0;
    }

    private void record(Event checkpoint) {
        context.journal().append(operation.id(), checkpoint);
        bytesSince = 0;
        last = context.clock().instant();
    }

    /** What both watchers of copies do alike. */
    private abstract class Watcher implements CopyWatcher {

        private final LongConsumer progress;

        Watcher(LongConsumer progress) {
            this.progress = progress;
        }

        @Override
        public void copied(long bytes) {
            bytesSince += bytes;
            progress.accept(bytes);
        }
    }
}
