package ctl.vm.archive.member;

import ctl.vm.inventory.value.Sha256;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * How many members a package has, and the digest of them all: a chain over the SHA-256 of each, so that they can be
 * digested in parallel.
 *
 * @param digest 32 zero bytes at first; with a member, SHA-256(digest, SHA-256(the member's bytes))
 */
public record MemberDigestChain(long count, Sha256 digest) {

    public static final MemberDigestChain START = new MemberDigestChain(0, Sha256.ZERO);

    /** Bytes of what a closing member holds behind the version. */
    public static final int BYTES = Long.BYTES + 32;

    /** What a closing member holds behind the version, lowest byte first. */
    public static MemberDigestChain read(ByteBuffer field) {
        long count = field.getLong();
        byte[] digest = new byte[32];
        field.get(digest);
        return new MemberDigestChain(count, Sha256.of(digest));
    }

    /** What {@link #read} reads. */
    public byte[] bytes() {
        return ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(count).put(digest.bytes()).array();
    }

    /** Makes sure that no newer program wrote it, which may mean something else. */
    public static void requireVersion(short version) throws BadPackage {
        if (version != MemberWriter.VERSION) {
            throw BadPackage.newerFormat(Short.toUnsignedInt(version));
        }
    }

    public MemberDigestChain with(Sha256 member) {
        return new MemberDigestChain(count + 1, Sha256.over(digest.bytes(), member.bytes()));
    }

    /** Makes sure that this is what the closing member says. */
    public void requireSame(MemberDigestChain closing) throws BadPackage {
        if (count != closing.count) {
            throw new BadPackage("is altered: it has %d parts and was made with %d".formatted(count, closing.count));
        }
        if (!digest.equals(closing.digest)) {
            throw new BadPackage("is altered: it is not as it was made");
        }
    }
}
