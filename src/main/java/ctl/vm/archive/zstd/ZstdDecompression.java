package ctl.vm.archive.zstd;

import ctl.vm.archive.member.Decompression;
import ctl.vm.archive.member.Malformed;
import ctl.vm.archive.member.PackedInput;
import ctl.vm.compression.DamagedData;
import ctl.vm.compression.ZstdStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/** What a file of zstd frames holds, whoever made it. */
public final class ZstdDecompression implements Decompression {

    private final ZstdStream stream;

    public ZstdDecompression(PackedInput packed) {
        this.stream = new ZstdStream(packed.stream());
    }

    @Override
    public void fill(ByteBuffer target) throws IOException {
        try {
            stream.fill(target);
        } catch (DamagedData damaged) {
            throw new Malformed("is damaged: " + damaged.getMessage());
        }
    }

    @Override
    public void close() {
        stream.close();
    }
}
