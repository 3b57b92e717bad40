package ctl.vm.archive.bzip2;

import ctl.vm.archive.member.BadPackage;
import ctl.vm.archive.member.BlockSource;
import ctl.vm.archive.member.PackedInput;
import ctl.vm.archive.member.Pipeline;
import ctl.vm.archive.member.Workers;
import ctl.vm.compression.DamagedData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What a bzip2 file holds: its blocks, several at a time unpacked in a thread each, and handed out in order; all its
 * streams one after the other, each with the checksums of its blocks and of the whole proved. What stands behind the
 * last one is not read.
 *
 * <p>The format does not say how long a block is, but each begins with a {@link Mark}. Where the same bits stand within
 * a block, what was taken for a block cannot be decompressed, as a block says itself where it ends: then it is joined
 * with what follows.
 */
public final class Bzip2Blocks implements BlockSource {

    /** As many as keep the processors at work while the disk is waited for. */
    private static final int MORE_AHEAD = 2;

    /**
     * By chance, one mark stands within a block in many thousand gigabytes: more than a few are made to keep us busy.
     */
    private static final int MOST_JOINS = 8;

    private final Bzip2Scanner scanner;
    private final Pipeline<Segment, ByteBuffer> ahead;
    private final Segment joined = new Segment();
    private final int mostAhead;
    private int allowed;
    private Optional<Segment> lent = Optional.empty();

    /** Of all blocks of the stream so far. */
    private int checksum;

    private long streams;

    /** @param packed at the first byte of a stream, see {@link #areNext} */
    public Bzip2Blocks(PackedInput packed, Workers workers) throws IOException {
        this.scanner = new Bzip2Scanner(packed);
        this.ahead = new Pipeline<>(workers, Segment::new, Segment::close);
        this.mostAhead = workers.count() + MORE_AHEAD;
    }

    /** Whether a bzip2 stream comes next: a tar archive can begin with its first letters. */
    public static boolean areNext(PackedInput packed) throws IOException {
        return Bzip2Scanner.isNext(packed);
    }

    @Override
    public Optional<ByteBuffer> next() throws IOException {
        Optional<ByteBuffer> more = rest();
        // One more each time: the first blocks show what it is, and it may be nothing.
        allowed = Math.min(allowed + 1, mostAhead);
        while (more.isEmpty() && readAhead()) {
            more = Optional.of(nextContent()).filter(ByteBuffer::hasRemaining);
        }
        return more;
    }

    /** What follows in the block that was handed out last. */
    private Optional<ByteBuffer> rest() throws IOException {
        Optional<ByteBuffer> rest = Optional.empty();
        if (lent.isPresent()) {
            rest = Optional.of(lent.get().more()).filter(ByteBuffer::hasRemaining);
            if (rest.isEmpty()) {
                giveBack();
            }
        }
        return rest;
    }

    private void giveBack() {
        ahead.remove();
        lent = Optional.empty();
    }

    /** Whether there is another segment. */
    private boolean readAhead() throws IOException {
        while (ahead.size() < allowed && readSegment()) {
            // As many as are allowed.
        }
        return ahead.size() > 0;
    }

    private boolean readSegment() throws IOException {
        Segment segment = ahead.idle();
        boolean isThere = scanner.next(segment);
        if (isThere) {
            ahead.start(segment::unpack);
        }
        return isThere;
    }

    /** The content of the next block; nothing where a stream ends instead. */
    private ByteBuffer nextContent() throws IOException {
        ByteBuffer content = content();
        Segment segment = lent.orElseThrow();
        if (!segment.isEnd()) {
            checksum = Integer.rotateLeft(checksum, 1) ^ segment.checksum();
        } else if (checksum == segment.checksum()) {
            checksum = 0;
            streams++;
            giveBack();
        } else {
            throw new BadPackage("is damaged: a checksum is wrong");
        }
        return content;
    }

    private ByteBuffer content() throws IOException {
        lent = Optional.of(ahead.oldestSlot());
        try {
            return ahead.oldest();
        } catch (DamagedData damaged) {
            return joinedContent(damaged);
        }
    }

    /** The content of a block that has marks in it. @param failure of what stands before the first of them */
    private ByteBuffer joinedContent(DamagedData failure) throws IOException {
        joined.set(ahead.oldestSlot());
        lent = Optional.of(joined);
        for (int count = 0; count < MOST_JOINS; count++) {
            ahead.remove();
            if (!joinNext()) {
                throw failure;
            }
            try {
                return joined.unpack();
            } catch (DamagedData stillNotWhole) { // or damaged, which what follows will show
            }
        }
        throw failure;
    }

    /** Whether there was a segment to join with. */
    private boolean joinNext() throws IOException {
        boolean isMarked = true;
        try {
            if (ahead.size() == 0 && !readSegment()) {
                scanner.goOn();
                isMarked = false;
                readSegment();
            }
            ahead.oldest();
        } catch (DamagedData noBlock) { // as is to be expected
        } catch (BadPackage cutOff) { // there is nothing to join with
            return false;
        }
        return joined.join(ahead.oldestSlot(), isMarked);
    }

    @Override
    public boolean isWhole() {
        return streams == 1;
    }

    @Override
    public void close() {
        ahead.close();
        joined.close();
        scanner.close();
    }
}
