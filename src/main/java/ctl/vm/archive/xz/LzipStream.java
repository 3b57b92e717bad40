package ctl.vm.archive.xz;

import ctl.vm.archive.member.BadPackage;
import ctl.vm.archive.member.PackedInput;
import ctl.vm.compression.ByteSource;
import ctl.vm.compression.Compressors;
import ctl.vm.compression.StreamDecompressor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * What a file of lzip holds: its members one after the other, each with its checksum and both of its lengths proved.
 */
public final class LzipStream implements StreamDecompressor {

    private final PackedInput packed;
    private final CRC32 checksum = new CRC32();
    private Optional<StreamDecompressor> member = Optional.empty();
    private long members;
    private long size;
    private long start;

    /** @param packed at the header of the first member; left behind the last member */
    public LzipStream(PackedInput packed) {
        this.packed = packed;
    }

    @Override
    public void fill(ByteBuffer target) throws IOException {
        while (target.hasRemaining() && startMember()) {
            int start = target.position();
            member.orElseThrow().fill(target);
            checksum.update(target.slice(start, target.position() - start));
            size += target.position() - start;
            if (target.hasRemaining()) {
                close();
                requireTrailer();
            }
        }
    }

    /** Whether there is a member to read from. */
    private boolean startMember() throws IOException {
        if (member.isEmpty() && LzipHeader.isNext(packed)) {
            checksum.reset();
            members++;
            size = 0;
            start = packed.position();
            ByteBuffer header = LzipHeader.read(packed).lzma();
            ByteSource data = () -> header.hasRemaining() ? header : packed.buffered();
            member = Optional.of(Compressors.lzma(data));
        }
        return member.isPresent();
    }

    private void requireTrailer() throws IOException {
        if (packed.number(Integer.BYTES) != checksum.getValue()) {
            throw new BadPackage("is damaged: a checksum is wrong");
        }
        if (packed.number(Long.BYTES) != size) {
            throw new BadPackage("is damaged: a length is wrong");
        }
        long memberBytes = packed.position() + Long.BYTES - start;
        if (packed.number(Long.BYTES) != memberBytes) {
            throw new BadPackage("is damaged: a length is wrong");
        }
    }

    @Override
    public boolean isWhole() {
        return members == 1;
    }

    @Override
    public void close() {
        member.ifPresent(StreamDecompressor::close);
        member = Optional.empty();
    }
}
