package ctl.vm.archive.tar;

import ctl.vm.archive.member.Malformed;

/**
 * What a member holds.
 *
 * @param size bytes of the file, holes included
 * @param data where the stored bytes belong
 * @param stored bytes of data in the archive
 */
public record MemberData(long size, SparseMap data, long stored) {

    /** No filesystem that we know holds a file of this size, and the sizes of a few cannot overflow. */
    private static final long MAXIMUM_SIZE = 1L << 60;

    /** A file without holes. */
    static MemberData dense(long size) {
        return new MemberData(size, SparseMap.dense(size), size);
    }

    /** This content, if its parts agree. */
    MemberData checked() throws Malformed {
        if (size > MAXIMUM_SIZE) {
            throw new Malformed("has an absurd size of %d bytes".formatted(size));
        }
        data.check(size, stored);
        return this;
    }
}
