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
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Records how far an operation has come: at intervals, and when it is asked to stop.
 *
 * <p>The events are appended between two blocks of a copy, each after the sync that it promises.
 */
final class Checkpoints {

    private final OperationContext context;
    private final OpenOperation operation;
    private long bytesSince;
    private Instant last;
    /** Whether what earlier attempts have recorded is of no use. */
    private boolean isAnew;

    Checkpoints(OperationContext context, OpenOperation operation) {
        this.context = context;
        this.operation = operation;
        this.last = context.clock().instant();
    }

    /** What an earlier attempt recorded of the image; nothing where all is done anew. */
    Optional<Checkpoint> of(ImageName image) {
        return operation.checkpoint(image)
                .filter(checkpoint -> !isAnew && !checkpoint.durable().equals(ByteCount.ZERO));
    }

    /**
     * Records which file is imported, before anything of it is. What an earlier attempt has brought in of another file,
     * or of what it was then, is of no use.
     */
    void importing(Path file) {
        Optional<Checkpoint.Source> now = context.packages().state(file);
        Optional<Checkpoint.Source> before = operation.checkpoint(ImageName.DISK).map(Checkpoint::source);
        isAnew = before.isPresent() && !before.equals(now);
        if (isAnew) {
            context.reporter()
                    .warn(("%s is not the file that it was when this import began: it was written to or replaced."
                            + " It is imported from its start").formatted(file));
        }
        if (before.isEmpty() || isAnew) {
            now.ifPresent(source -> record(new Event.CheckpointReached(
                    operation.request().vm(), new Checkpoint(ImageName.DISK, ByteCount.ZERO, source))));
        }
    }

    /** Follows the copying of an image. @param goesOn is handed the position at which an earlier attempt goes on */
    CopyWatcher copying(ImageName image, LongConsumer goesOn) {
        return new Watcher(Optional.of(image), context.reporter()::advance, goesOn);
    }

    /** Follows the unpacking of an image. @param progress is handed the bytes that were written */
    CopyWatcher unpacking(ImageName image, LongConsumer progress) {
        return new Watcher(Optional.of(image), progress, _ -> {});
    }

    /** Follows the copying of a file that is copied anew after an interruption. */
    CopyWatcher copyingOther() {
        return new Watcher(Optional.empty(), context.reporter()::advance, _ -> {});
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

    private boolean isDue() {
        return bytesSince >= context.checkpointInterval().bytes().bytes() || (bytesSince > 0 && isLong());
    }

    private boolean isLong() {
        return Duration.between(last, context.clock().instant()).compareTo(context.checkpointInterval().time()) >= 0;
    }

    private void record(Event checkpoint) {
        context.journal().append(operation.id(), checkpoint);
        bytesSince = 0;
        last = context.clock().instant();
    }

    private final class Watcher implements CopyWatcher {

        private final Optional<ImageName> image;
        private final LongConsumer progress;
        private final LongConsumer goesOn;

        /** @param image empty for a file of which nothing is recorded */
        Watcher(Optional<ImageName> image, LongConsumer progress, LongConsumer goesOn) {
            this.image = image;
            this.progress = progress;
            this.goesOn = goesOn;
        }

        @Override
        public void copied(long bytes) {
            bytesSince += bytes;
            progress.accept(bytes);
        }

        @Override
        public boolean wantsCheckpoint() {
            return image.isPresent() && isDue() || context.stop().isMade();
        }

        @Override
        public void reached(ByteCount durable, Optional<ImageDigest.Chain> digest, Checkpoint.Source source) {
            image.ifPresent(name -> record(new Event.CheckpointReached(
                    operation.request().vm(), new Checkpoint(name, durable, digest, source))));
            context.stop().throwIfMade();
        }

        @Override
        public void goesOnAt(long position) {
            goesOn.accept(position);
        }

        @Override
        public void startsAnew() {
            image.ifPresent(name -> context.reporter()
                    .warn((context.locks().areShared()
                            ? "%s has changed since, or was copied by a host that may still write: it is copied anew"
                            : "%s has changed since: it is copied anew").formatted(name)));
        }
    }
}
