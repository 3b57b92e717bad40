package ctl.vm.archive;

import ctl.vm.durable.DiskFile;

/** A part of a package's archive: what becomes one member. */
sealed interface Piece {

    /** What stands between the data of two images: padding, headers with their maps, the end. */
    record Frame(byte[] bytes) implements Piece {}

    /**
     * The data of some windows of an image, each of them whole, so that it can be hashed by itself.
     *
     * @param size of the image, holes included
     * @param data of the whole image
     * @param start of the first window
     * @param end of the last one, or of the image
     */
    record Stretch(DiskFile image, long size, Segments data, long start, long end) implements Piece {}
}
