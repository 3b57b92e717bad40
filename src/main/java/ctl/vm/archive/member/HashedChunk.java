package ctl.vm.archive.member;

import ctl.vm.inventory.value.ImageDigest;
import ctl.vm.inventory.value.Sha256;

/**
 * A chunk of an image (see {@link ImageDigest}) that holds a byte other than zero.
 *
 * @param index its position divided by its size
 * @param content digest of all its bytes, holes being zeros
 */
public record HashedChunk(long index, Sha256 content) {

    public ImageDigest.Chain addTo(ImageDigest.Chain chain) {
        return chain.with(index, content);
    }
}
