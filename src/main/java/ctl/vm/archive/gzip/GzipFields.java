package ctl.vm.archive.gzip;

import ctl.vm.archive.member.MemberDigestChain;
import ctl.vm.archive.member.NewerFormat;
import ctl.vm.archive.member.PackedInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The header of a gzip member as we write it, with nothing but an extra field in it.
 *
 * @param headerBytes length of the header
 * @param deflateBytes length of the deflate data behind it: sub-field {@code MZ}, as MiGz has it
 * @param ours sub-field {@code CV}, lowest byte first: the version of our format and, in the closing member, a
 *     {@link MemberDigestChain}; only the first and the closing member have one
 */
public record GzipFields(int headerBytes, OptionalInt deflateBytes, Optional<ByteBuffer> ours) {

    private static final int FIXED_BYTES = 12;
    private static final int FIXED_START = 0x0408_8b1f;
    private static final int EXTRA_LENGTH_OFFSET = 10;
    private static final int SUBFIELD_HEADER_BYTES = 4;
    private static final int LENGTH_ID = 'M' | 'Z' << Byte.SIZE;
    private static final int OUR_ID = 'C' | 'V' << Byte.SIZE;

    /** The header that comes next, which stays to be read; empty where it is of another form. */
    public static Optional<GzipFields> peek(PackedInput packed) throws IOException {
        ByteBuffer fixed = packed.peek(FIXED_BYTES);
        if (fixed.remaining() < FIXED_BYTES || fixed.getInt(0) != FIXED_START) {
            return Optional.empty();
        }
        int length = FIXED_BYTES + Short.toUnsignedInt(fixed.getShort(EXTRA_LENGTH_OFFSET));
        ByteBuffer header = packed.peek(length);
        return header.remaining() < length ? Optional.empty() : parse(header.position(FIXED_BYTES));
    }

    private static Optional<GzipFields> parse(ByteBuffer extra) {
        OptionalInt deflateBytes = OptionalInt.empty();
        Optional<ByteBuffer> ours = Optional.empty();
        while (extra.remaining() >= SUBFIELD_HEADER_BYTES) {
            int id = Short.toUnsignedInt(extra.getShort());
            int length = Short.toUnsignedInt(extra.getShort());
            if (length > extra.remaining()) {
                return Optional.empty();
            }
            ByteBuffer field = extra.slice(extra.position(), length).order(extra.order());
            if (id == LENGTH_ID && length == Integer.BYTES) {
                deflateBytes = OptionalInt.of(field.getInt(0));
            }
            if (id == OUR_ID) {
                ours = Optional.of(field);
            }
            extra.position(extra.position() + length);
        }
        return Optional.of(new GzipFields(extra.limit(), deflateBytes, ours));
    }

    /** Whether a package that begins with this is one of ours. @throws NewerFormat where a newer program made it */
    public boolean beginsOurs() throws NewerFormat {
        if (ours.isEmpty() || ours.get().remaining() < Short.BYTES) {
            return false;
        }
        MemberDigestChain.requireVersion(version());
        return true;
    }

    /** Whether this is the header of a closing member. */
    boolean isClosing() {
        return ours.filter(field -> field.remaining() == Short.BYTES + MemberDigestChain.BYTES).isPresent();
    }

    /** What a closing member says. */
    MemberDigestChain closing() throws NewerFormat {
        MemberDigestChain.requireVersion(version());
        return MemberDigestChain.read(ours.orElseThrow().position(Short.BYTES));
    }

    private int version() {
        return Short.toUnsignedInt(ours.orElseThrow().getShort(0));
    }
}
