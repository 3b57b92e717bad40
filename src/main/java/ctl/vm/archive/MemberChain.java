package ctl.vm.archive;

import ctl.vm.inventory.Sha256;
import java.nio.ByteBuffer;

/**
 * How many members a package has, and the digest of them all: a chain over the SHA-256 of each, so that they can be
 * digested in parallel.
 *
 * @param digest 32 zero bytes at first; with a member, SHA-256(digest, SHA-256(the member's bytes))
 */
record MemberChain(long count, Sha256 digest) {

    static final MemberChain START = new MemberChain(0, Sha256.ZERO);

    /** The version of our format that we read and write. */
    static final int VERSION = 1;

    /** Bytes of what a closing member holds behind the version. */
    static final int BYTES = Long.BYTES + 32;

    /** What a closing member holds behind the version, lowest byte first. */
    static MemberChain read(ByteBuffer field) {
        long count = field.getLong();
        byte[] digest = new byte[32];
        field.get(digest);
        return new MemberChain(count, Sha256.of(digest));
    }

    /** @throws NewerFormat where a newer program wrote it */
    static void requireVersion(int version) throws NewerFormat {
        if (version != VERSION) {
            throw new NewerFormat(version);
        }
    }

    MemberChain with(Sha256 member) {
        return new MemberChain(count + 1, Sha256.over(digest.bytes(), member.bytes()));
    }

    /** Makes sure that this is what the closing member says. */
    void requireSame(MemberChain closing) throws Malformed {
        if (count != closing.count) {
            throw new Malformed("is altered: it has %d parts and was made with %d".formatted(count, closing.count));
        }
        if (!digest.equals(closing.digest)) {
            throw new Malformed("is altered: it is not as it was made");
        }
    }
}
