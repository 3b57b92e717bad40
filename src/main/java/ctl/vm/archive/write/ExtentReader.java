package ctl.vm.archive.write;

import ctl.vm.archive.write.Block.Stretch;
import ctl.vm.durable.DiskFile;
import ctl.vm.inventory.value.ImageDigest;
import ctl.vm.inventory.value.Sha256;
import ctl.vm.problem.Failure;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/** Reads stretches of images and hashes their windows. For one thread at a time. */
final class ExtentReader {

    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(ImageDigest.WINDOW_BYTES).asReadOnlyBuffer();

    private final MessageDigest sha256 = Sha256.algorithm();

    /** A window that holds a byte other than zero. @param content digest of all its bytes, holes being zeros */
    record Hashed(long index, Sha256 content) {}

    /**
     * Puts the data of a stretch into {@code target}; returns the digests of those of its windows that are not all zero.
     *
     * @throws ctl.vm.problem.VmException SourceChanged, where the image has become shorter
     */
    List<Hashed> read(Stretch stretch, ByteBuffer target) {
        List<Hashed> hashed = new ArrayList<>();
        for (var windows = new Chunks(stretch.data(), stretch.start(), stretch.end()); windows.hasNext();) {
            int from = target.position();
            List<DiskFile.Extent> extents = stretch.data().extents(windows.start(), windows.end());
            extents.forEach(extent -> read(stretch.image(), extent, target));
            ByteBuffer data = target.slice(from, target.position() - from);
            if (!isZero(data)) {
                long index = windows.start() / ImageDigest.WINDOW_BYTES;
                hashed.add(new Hashed(index, digest(windows, extents, data)));
            }
            windows.pass();
        }
        return hashed;
    }

    static boolean isZero(ByteBuffer data) {
        return data.mismatch(ZEROS.slice(0, data.remaining())) < 0;
    }

    private static void read(DiskFile image, DiskFile.Extent extent, ByteBuffer target) {
        int limit = target.limit();
        target.limit(Math.toIntExact(target.position() + extent.length()));
        while (target.hasRemaining()) {
            if (image.read(target, extent.end() - target.remaining()) < 1) {
                throw new Failure.SourceChanged(image.path().toString()).thrown();
            }
        }
        target.limit(limit);
    }

    private Sha256 digest(Chunks windows, List<DiskFile.Extent> extents, ByteBuffer data) {
        long position = windows.start();
        for (DiskFile.Extent extent : extents) {
            zeros(extent.start() - position);
            data.limit(data.position() + (int) extent.length());
            sha256.update(data);
            position = extent.end();
        }
        zeros(windows.end() - position);
        return Sha256.of(sha256.digest());
    }

    private void zeros(long count) {
        sha256.update(ZEROS.slice(0, (int) count));
    }
}
