package ctl.vm.archive.gzip;

import ctl.vm.archive.member.BadPackage;
import ctl.vm.archive.member.PackedInput;
import ctl.vm.compression.StreamDecompressor;
import ctl.vm.compression.StreamInflater;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/**
 * What a gzip file holds (RFC 1952): all its members one after the other, each with its checksum and length proved.
 *
 * <p>The streams of the JDK and of Commons Compress each stop or go on at the end of a member under conditions of their
 * own, ignore garbage behind the last one, or keep names of any length. Here the stream ends whole behind the last
 * member, and what follows it stays to be read. Bytes are handed out before the checksum of their member is known: they
 * are good only after the end of this stream was reached.
 */
public final class GzipStream implements StreamDecompressor {

    /** The first two bytes of each member, lowest byte first. */
    private static final int MAGIC = 0x8b1f;

    private static final int DEFLATED = 8;
    private static final int FLAG_HEADER_CHECKSUM = 2;
    private static final int FLAG_EXTRA = 4;
    private static final int FLAG_NAME = 8;
    private static final int FLAG_COMMENT = 16;
    private static final int FLAGS_RESERVED = 0xe0;
    private static final int TIME_LEVEL_AND_SYSTEM_BYTES = 6;

    private final PackedInput packed;
    private final StreamInflater inflater;
    private final CRC32 checksum = new CRC32();
    private long length;
    private boolean insideMember;
    private long members;

    public GzipStream(PackedInput packed, StreamInflater inflater) {
        this.packed = packed;
        this.inflater = inflater;
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
    public boolean isWhole() {
        return members == 1;
    }

    @Override
    public void close() {
        inflater.close();
    }

    /** Whether there is a member to read from. */
    private boolean startMember() throws IOException {
        if (!insideMember && isMemberNext()) {
            checksum.reset();
            skipHeader();
            inflater.reset();
            checksum.reset();
            length = 0;
            members++;
            insideMember = true;
        }
        return insideMember;
    }

    private boolean isMemberNext() throws IOException {
        ByteBuffer start = packed.peek(Short.BYTES);
        return start.remaining() == Short.BYTES && Short.toUnsignedInt(start.getShort(0)) == MAGIC;
    }

    /** Whether the member's data has ended. */
    private boolean inflate(ByteBuffer target) throws IOException {
        int start = target.position();
        // The checksum follows the data, so there is always a byte more.
        boolean ended = inflater.inflate(packed.buffered(), target);
        checksum.update(target.slice(start, target.position() - start));
        length += target.position() - start;
        return ended;
    }

    private void endMember() throws IOException {
        if (packed.number(Integer.BYTES) != checksum.getValue()) {
            throw new BadPackage("is damaged: a checksum is wrong");
        }
        if (packed.number(Integer.BYTES) != (length & 0xffff_ffffL)) {
            throw new BadPackage("is damaged: a length is wrong");
        }
        insideMember = false;
    }

    /** Reads all of a member's header (section 2.3), and its checksum where it has one; nothing in it is of use. */
    private void skipHeader() throws IOException {
        skipHeader(Short.BYTES);
        int method = header();
        int flags = header();
        if (method != DEFLATED || (flags & FLAGS_RESERVED) != 0) {
            throw new BadPackage("is damaged: it is compressed in an unknown way");
        }
        skipHeader(TIME_LEVEL_AND_SYSTEM_BYTES);
        if ((flags & FLAG_EXTRA) != 0) {
            skipHeader(header() | header() << Byte.SIZE);
        }
        if ((flags & FLAG_NAME) != 0) {
            skipHeaderText();
        }
        if ((flags & FLAG_COMMENT) != 0) {
            skipHeaderText();
        }
        if ((flags & FLAG_HEADER_CHECKSUM) != 0
                && (checksum.getValue() & 0xffff) != packed.number(Short.BYTES)) {
            throw new BadPackage("is damaged: the checksum of a gzip header is wrong");
        }
    }

    private void skipHeader(int count) throws IOException {
        for (int left = count; left > 0; left--) {
            header();
        }
    }

    /** Names and comments are of no use here, and may be of any length. */
    private void skipHeaderText() throws IOException {
        int value;
        do {
            value = header();
        } while (value != 0);
    }

    /** The next byte of the header. */
    private int header() throws IOException {
        int value = packed.next();
        checksum.update(value);
        return value;
    }
}
