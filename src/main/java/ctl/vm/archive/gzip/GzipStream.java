package ctl.vm.archive.gzip;

import ctl.vm.archive.member.Decompression;
import ctl.vm.archive.member.Malformed;
import ctl.vm.archive.member.PackedInput;
import ctl.vm.compression.DamagedData;
import ctl.vm.compression.InflateLibrary;
import ctl.vm.compression.StreamInflater;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/**
 * What a gzip file holds (RFC 1952): all its members one after the other, each with its checksum and length proved.
 *
 * <p>The streams of the JDK and of Commons Compress each stop or go on at the end of a member under conditions of their
 * own, ignore garbage behind the last one, or keep names of any length; here nothing but members may come until the
 * very last byte. Bytes are handed out before the checksum of their member is known: they are good only after the end
 * of this stream was reached.
 */
public final class GzipStream implements Decompression {

    private final PackedInput packed;
    private final StreamInflater inflater;
    private final CRC32 checksum = new CRC32();
    private long length;
    private boolean insideMember;

    public GzipStream(PackedInput packed, InflateLibrary library) {
        this.packed = packed;
        this.inflater = library.streamInflater();
    }

    @Override
    public void fill(ByteBuffer target) throws IOException {
        while (target.hasRemaining() && startMember()) {
            if (inflate(target)) {
                endMember();
            }
        }
    }

    @Override
    public void close() {
        inflater.close();
    }

    /** Whether there is a member to read from. */
    private boolean startMember() throws IOException {
        if (!insideMember && packed.hasMore()) {
            new GzipHeader(packed).skip();
            inflater.reset();
            checksum.reset();
            length = 0;
            insideMember = true;
        }
        return insideMember;
    }

    /** Whether the member's data has ended. */
    private boolean inflate(ByteBuffer target) throws IOException {
        int start = target.position();
        try {
            // The checksum follows the data, so there is always a byte more.
            boolean ended = inflater.inflate(packed.buffered(), target);
            checksum.update(target.slice(start, target.position() - start));
            length += target.position() - start;
            return ended;
        } catch (DamagedData damaged) {
            throw new Malformed("is damaged: its compressed data cannot be read");
        }
    }

    private void endMember() throws IOException {
        if (packed.number(Integer.BYTES) != checksum.getValue()) {
            throw new Malformed("is damaged: a checksum is wrong");
        }
        if (packed.number(Integer.BYTES) != (length & 0xffff_ffffL)) {
            throw new Malformed("is damaged: a length is wrong");
        }
        insideMember = false;
    }
}
