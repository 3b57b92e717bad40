package ctl.vm.archive.write;

import ctl.vm.inventory.value.Sha256;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * What has become of a piece.
 *
 * @param member its bytes in the package; they stay there only until the piece is released
 * @param digest of these bytes, where the package is to have one
 * @param tarBytes bytes of the archive in it
 * @param windows of the image, where it is a stretch of one
 * @param end position in the image behind it, where it is a stretch of one
 */
record PackedBlock(
        ByteBuffer member, Optional<Sha256> digest, int tarBytes, List<ExtentReader.Hashed> windows, long end) {}
