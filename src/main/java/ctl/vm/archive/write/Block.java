package ctl.vm.archive.write;

import ctl.vm.archive.tar.SparseMap;
import ctl.vm.durable.DiskFile;

/** A part of a package's archive: what becomes one member. */
sealed interface Block {

    /** What stands between the data of two images: padding, headers with their maps, the end. */
    record Frame(byte[] bytes) implements Block {}

    /**
     * The data of some windows of an image, each of them whole, so that it can be hashed by itself.
     *
     * @param size of the image, holes included
     * @param data of the whole image
     * @param start of the first window
     * @param end of the last one, or of the image
     */
    record Stretch(DiskFile image, long size, SparseMap data, long start, long end) implements Block {}
}
