package ctl.vm.inventory.value;

/**
 * The compressed file that a raw image was in.
 *
 * @param compression such as {@code gzip}
 * @param size bytes of the file, all of which were read
 * @param sha256 of these bytes, as {@code sha256sum} prints it
 */
public record DecompressedFile(String compression, ByteCount size, Sha256 sha256) {}
