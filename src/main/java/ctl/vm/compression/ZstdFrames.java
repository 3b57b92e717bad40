package ctl.vm.compression;

import io.airlift.compress.v3.MalformedInputException;
import io.airlift.compress.v3.zstd.ZstdDecompressor;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** Decompresses zstd frames that are whole in memory. For several threads. */
public final class ZstdFrames {

    private final ZstdDecompressor decompressor = ZstdDecompressor.create();

    /**
     * Decompresses all of {@code frame}, behind the position of {@code target}, and moves that position.
     *
     * @param frame a direct buffer; its position stays
     * @param target a direct buffer
     * @throws DamagedData where it is not one or several whole frames, or does not fit
     */
    public void decompress(ByteBuffer frame, ByteBuffer target) throws DamagedData {
        try {
            int count = decompressor.decompress(MemorySegment.ofBuffer(frame), MemorySegment.ofBuffer(target));
            target.position(target.position() + count);
        } catch (MalformedInputException | IllegalArgumentException damaged) {
            throw new DamagedData("a zstd frame cannot be read");
        }
    }
}
