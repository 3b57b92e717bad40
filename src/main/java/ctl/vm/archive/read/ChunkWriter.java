package ctl.vm.archive.read;

import ctl.vm.archive.member.BadPackage;
import ctl.vm.archive.read.ImageFill.ExpansionLimit;
import ctl.vm.durable.DiskFile;

/** Writes the chunks of an image to its file, in order, while they are digested. Those of zeros become holes. */
final class ChunkWriter {

    /** So much is written between two hints to the kernel to begin with it. */
    private static final long HINTED_BYTES = 16 << 20;

    private final DiskFile target;
    private final ChunkDigests digests;
    private final ExpansionLimit expansion;
    private long hinted;

    /** @param start position of the first chunk that comes */
    ChunkWriter(DiskFile target, ChunkDigests digests, ExpansionLimit expansion, long start) {
        this.target = target;
        this.digests = digests;
        this.expansion = expansion;
        this.hinted = start;
    }

    /** Returns how many bytes of it are no hole. @param full that {@code digests} has lent, and that is complete */
    int write(Chunk full) throws BadPackage {
        if (full.isZero()) {
            return 0;
        }
        digests.add(full);
        int written = full.write(target);
        expansion.add(written);
        if (full.end() - hinted >= HINTED_BYTES) {
            target.startWriting(hinted, full.end() - hinted);
            hinted = full.end();
        }
        return written;
    }
}
