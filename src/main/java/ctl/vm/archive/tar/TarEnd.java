package ctl.vm.archive.tar;

import ctl.vm.archive.member.BadPackage;
import ctl.vm.archive.member.PackageWarnings;
import ctl.vm.inventory.value.Zeros;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The end of a tar archive: two empty blocks, and then whatever fills up its file.
 *
 * <p>Where the two blocks are missing, members may be missing as well: that is taken only where the compressed data
 * shows that it is whole, or where the user says so. What stands behind them is ignored by all programs, unless it is
 * another archive: some programs read that one, too, and others find other images.
 */
final class TarEnd {

    private final TarInput input;
    private final PackageWarnings warnings;
    private final boolean acceptCutOff;

    /** @param acceptCutOff whether an archive is taken that ends behind any of its members */
    TarEnd(TarInput input, PackageWarnings warnings, boolean acceptCutOff) {
        this.input = input;
        this.warnings = warnings;
        this.acceptCutOff = acceptCutOff;
    }

    /**
     * Reads up to the end of the file, and makes sure that the archive has ended.
     *
     * @param found bytes that have been read of an empty block; none where the file has ended
     * @param isAll whether nothing came before it: then it may be anything
     */
    void read(int found, boolean isAll) throws IOException {
        if (isAll && found == 0) {
            throw BadPackage.empty();
        }
        byte[] second = found == TarInput.BLOCK_BYTES ? input.blockOrEnd() : new byte[0];
        if (!isEmpty(second)) {
            throw isAll
                    ? BadPackage.notTar(ByteBuffer.wrap(second))
                    : BadPackage.ambiguous("goes on behind an empty block, where some programs stop and others do not");
        }
        long others = 0;
        if (second.length == TarInput.BLOCK_BYTES) {
            others = passRest(isAll);
        } else if (!isAll) {
            requireWhole();
        }
        if (isAll) {
            throw BadPackage.onlyZeros();
        }
        others += input.trailer().others();
        if (others > 0) {
            warnings.add("%d %s behind the end of the package %s no part of it and %s ignored".formatted(
                    others, others == 1 ? "byte" : "bytes", others == 1 ? "is" : "are", others == 1 ? "was" : "were"));
        }
    }

    /** Returns how many bytes there are from the first block on that is not empty. */
    private long passRest(boolean isAll) throws IOException {
        long others = 0;
        for (byte[] block = input.blockOrEnd(); block.length > 0; block = input.blockOrEnd()) {
            boolean isOther = !isEmpty(block);
            if (isAll && isOther) {
                // A raw disk image can begin with zeros as well.
                throw BadPackage.notTar(ByteBuffer.wrap(block));
            }
            if (isOther && block.length == TarInput.BLOCK_BYTES && new TarHeader(block).hasRightChecksum()) {
                throw BadPackage
                        .ambiguous("holds a second archive behind the end of the first, which only some programs read");
            }
            if (isOther || others > 0) {
                others += block.length;
            }
        }
        return others;
    }

    /** All members so far are whole. Are they all? */
    private void requireWhole() throws IOException {
        if (input.trailer().others() > 0) {
            throw BadPackage.endsTooEarly(input.trailer().others());
        }
        if (input.isWhole()) {
            warnings.add(
                    "the tar archive lacks the two empty blocks at its end; nothing is missing, as the compressed data is whole");
        } else if (acceptCutOff) {
            warnings.add("the tar archive lacks the two empty blocks at its end: members may be missing");
        } else {
            throw BadPackage.lacksEnd();
        }
    }

    private static boolean isEmpty(byte[] block) {
        return Zeros.isAllZero(ByteBuffer.wrap(block));
    }
}
