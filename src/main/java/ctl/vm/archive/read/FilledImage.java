package ctl.vm.archive.read;

import ctl.vm.inventory.value.ByteCount;
import ctl.vm.inventory.value.ImageDigest;

/**
 * The beginning of an image that stands in its file.
 *
 * @param end position behind its last byte: where a window of {@link ImageDigest} or the image ends
 * @param chain digest of its windows
 */
record FilledImage(long end, ImageDigest.Chain chain) {

    static final FilledImage NOTHING = new FilledImage(0, ImageDigest.Chain.START);

    /** The digest of the image that ends here. */
    ImageDigest digest() {
        return chain.end(new ByteCount(end));
    }
}
