package ctl.vm.archive.zstd;

import ctl.vm.archive.member.PackedInput;
import ctl.vm.compression.Compressors;
import ctl.vm.compression.StreamDecompressor;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What a zstd file of another program holds: all its frames one after the other. What follows the last one stays to be
 * read.
 */
public final class ZstdStream implements StreamDecompressor {

    private final ZstdFrames frames;
    private final StreamDecompressor zstd;

    /** @param packed at the first frame; left behind the last one */
    public ZstdStream(PackedInput packed) {
        this.frames = new ZstdFrames(packed);
        this.zstd = Compressors.zstdStream(frames);
    }

    @Override
    public void fill(ByteBuffer target) throws IOException {
        zstd.fill(target);
    }

    @Override
    public boolean isWhole() {
        return frames.isOneChecked();
    }

    @Override
    public void close() {
        zstd.close();
    }
}
