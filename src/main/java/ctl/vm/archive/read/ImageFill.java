package ctl.vm.archive.read;

import ctl.vm.problem.DiskException;
import ctl.vm.problem.Errno;
import ctl.vm.archive.member.Malformed;
import ctl.vm.archive.member.OverLimit;
import ctl.vm.archive.tar.MemberData;
import ctl.vm.archive.tar.SparseMap;
import ctl.vm.archive.tar.TarInput;
import ctl.vm.durable.DiskFile;
import ctl.vm.inventory.value.ImageDigest;
import java.io.IOException;
import java.util.Optional;

/**
 * Fills a file with the data of a member, and digests it meanwhile. Blocks of zeros are not written, so that an image that
 * was packed without a map of its holes gets them back.
 *
 * <p>Only the caller's thread touches the file: what the disk reports comes up where it can be acted upon.
 */
final class ImageFill {

    /** Skipped between two looks at whether somebody wants to stop. */
    private static final long STEP_BYTES = 64 << 20;

    /** So much is written between two hints to the kernel to begin with it. */
    private static final long STRETCH_BYTES = 16 << 20;

    private final TarInput input;
    private final ExpansionLimit inflation;
    private final ChunkDigests digests;
    private final DiskFile target;
    private final MemberData content;
    private final FilledImage start;
    private final Progress progress;

    private Optional<Chunk> window = Optional.empty();
    private long bytesSince;
    private long hinted;

    /**
     * @param inflation of the whole package
     * @param digests of nothing else meanwhile
     * @param start what is right already, and only passed over in the archive
     */
    ImageFill(
            TarInput input, ExpansionLimit inflation, ChunkDigests digests, DiskFile target, MemberData content,
            FilledImage start,
            Progress progress) {
        this.input = input;
        this.inflation = inflation;
        this.digests = digests;
        this.target = target;
        this.content = content;
        this.start = start;
        this.progress = progress;
        this.hinted = start.end();
    }

    /** Follows a filling. */
    interface Progress {

        /** So many bytes of data more have been read and are in the file. */
        void filled(long bytes);

        /** Whether somebody wants to know how far the file is filled. Asked often. */
        default boolean wantsCheckpoint() {
            return false;
        }

        /** So much of the file is filled. May throw to end the filling. */
        default void reached(FilledImage filled) {}
    }

    /** Gives the file its content; what it held behind the start is replaced. */
    FilledImage fill() throws IOException {
        target.resize(Math.min(start.end(), content.size()));
        enlarge();
        digests.begin(start.chain());
        SparseMap data = content.data();
        for (int index = 0; index < data.count(); index++) {
            long from = skip(data.start(index), data.end(index));
            copy(from, data.end(index));
        }
        endWindow();
        return new FilledImage(content.size(), digests.chain());
    }

    /** No filesystem takes any size: what is larger than that is the package's fault, not the disk's. */
    private void enlarge() throws Malformed {
        try {
            target.resize(content.size());
        } catch (DiskException failed) {
            if (failed.is(Errno.EFBIG, Errno.EINVAL)) {
                throw new Malformed("has an absurd size of %d bytes, more than the filesystem takes"
                        .formatted(content.size()));
            }
            throw failed;
        }
    }

    /** Passes over data that is in the file already; returns where what is missing begins. */
    private long skip(long from, long end) throws IOException {
        long position = from;
        while (position < Math.min(end, start.end())) {
            long length = Math.min(STEP_BYTES, Math.min(end, start.end()) - position);
            input.skip(length);
            position += length;
            progress.filled(length);
            if (progress.wantsCheckpoint()) {
                progress.reached(start);
            }
        }
        return position;
    }

    private void copy(long from, long end) throws IOException {
        for (long position = from; position < end;) {
            Chunk open = windowAt(position);
            int length = (int) (Math.min(end, open.end()) - position);
            open.take(input, position, length);
            position += length;
            bytesSince += length;
        }
    }

    private Chunk windowAt(long position) throws IOException {
        long number = position / ImageDigest.WINDOW_BYTES;
        if (window.filter(open -> open.number() == number).isEmpty()) {
            endWindow();
            Chunk next = digests.lend();
            window = Optional.of(next);
            next.open(number, content.size());
        }
        return window.orElseThrow();
    }

    private void endWindow() throws IOException {
        if (window.isPresent()) {
            Chunk full = window.get();
            window = Optional.empty();
            full.complete();
            long end = full.end();
            settle(full);
            progress.filled(bytesSince);
            bytesSince = 0;
            if (progress.wantsCheckpoint()) {
                progress.reached(new FilledImage(end, digests.chain()));
            }
        }
    }

    private void settle(Chunk full) throws OverLimit {
        if (full.isZero()) {
            digests.giveBack(full);
            return;
        }
        digests.add(full);
        inflation.add(full.write(target));
        if (full.end() - hinted >= STRETCH_BYTES) {
            target.startWriting(hinted, full.end() - hinted);
            hinted = full.end();
        }
    }
}
