package ctl.vm.archive.lz4;

import ctl.vm.archive.member.BadPackage;
import ctl.vm.archive.member.PackedInput;
import ctl.vm.compression.Compressors;
import ctl.vm.compression.StreamDecompressor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What an lz4 file holds (LZ4 Frame Format 1.6.4): all its frames one after the other, each with the checksums and the
 * length that it has proved. What is in skippable frames is for others, and passed over. What stands behind the last
 * frame is not read.
 *
 * <p>A frame need not have a checksum: then what is damaged is found only where it cannot be lz4 any more.
 */
public final class Lz4Stream implements StreamDecompressor {

    private static final int FRAME_MAGIC = 0x184d_2204;

    /** The lowest four bits are free, and zstd has the same. */
    private static final int SKIPPABLE_MAGIC = 0x184d_2a50;

    private static final int SKIPPABLE_MASK = 0xffff_fff0;

    /** In the byte behind the magic number. */
    private static final int FLAG_DICTIONARY = 1;

    private static final int FLAG_CHECKSUM = 1 << 2;
    private static final int FLAG_SIZE = 1 << 3;

    private final PackedInput packed;
    private Optional<StreamDecompressor> frame = Optional.empty();
    private long frames;
    private boolean allChecked = true;

    /** @param packed at the first frame; left behind the last one */
    public Lz4Stream(PackedInput packed) {
        this.packed = packed;
    }

    @Override
    public void fill(ByteBuffer target) throws IOException {
        while (target.hasRemaining() && startFrame()) {
            frame.orElseThrow().fill(target);
            if (target.hasRemaining()) {
                close();
            }
        }
    }

    /** Whether there is a frame to read from. */
    private boolean startFrame() throws IOException {
        if (frame.isEmpty()) {
            while (isSkippable(packed.peek(Integer.BYTES))) {
                skipFrame();
            }
            ByteBuffer start = packed.peek(Integer.BYTES + 1);
            if (start.remaining() > Integer.BYTES && start.getInt() == FRAME_MAGIC) {
                int flags = start.get();
                requireNoDictionary(flags);
                frames++;
                allChecked &= (flags & (FLAG_CHECKSUM | FLAG_SIZE)) != 0;
                frame = Optional.of(Compressors.lz4(packed::buffered));
            }
        }
        return frame.isPresent();
    }

    private static boolean isSkippable(ByteBuffer start) {
        return start.remaining() == Integer.BYTES && (start.getInt(0) & SKIPPABLE_MASK) == SKIPPABLE_MAGIC;
    }

    private static void requireNoDictionary(int flags) throws BadPackage {
        if ((flags & FLAG_DICTIONARY) != 0) {
            throw new BadPackage("is compressed with a dictionary, which it does not hold");
        }
    }

    private void skipFrame() throws IOException {
        packed.number(Integer.BYTES);
        for (long left = packed.number(Integer.BYTES); left > 0;) {
            ByteBuffer buffered = packed.buffered();
            int count = (int) Math.min(left, buffered.remaining());
            buffered.position(buffered.position() + count);
            left -= count;
        }
    }

    @Override
    public boolean isWhole() {
        return frames == 1 && allChecked;
    }

    @Override
    public void close() {
        frame.ifPresent(StreamDecompressor::close);
        frame = Optional.empty();
    }
}
