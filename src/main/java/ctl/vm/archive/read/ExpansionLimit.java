package ctl.vm.archive.read;

import ctl.vm.problem.Unsafe.PackageLimit;
import ctl.vm.archive.member.BadPackage;
import ctl.vm.archive.member.PackedInput;
import ctl.vm.inventory.value.ByteCount;

/**
 * How much comes out of a package for what goes in. Zeros are not counted: they become holes, which take no space, and an
 * image that was packed with all its zeros shrinks by ten thousand times.
 */
final class ExpansionLimit {

    /** So much may come out of anything: it does no harm, and a small file can be all one pattern. */
    private static final long HARMLESS_BYTES = 64 << 20;

    private final PackedInput packed;
    private final long maximum;
    private long written;

    /** @param maximum bytes that may come out for each one that goes in */
    ExpansionLimit(PackedInput packed, long maximum) {
        this.packed = packed;
        this.maximum = maximum;
    }

    void add(long bytes) throws BadPackage {
        written += bytes;
        if (written > HARMLESS_BYTES && written / maximum > packed.bytesRead()) {
            throw BadPackage.overLimit("unpacks to more than %d times its size: %s of %s".formatted(
                    maximum, new ByteCount(written).brief(), new ByteCount(packed.bytesRead()).brief()),
                    PackageLimit.RATIO);
        }
    }
}
