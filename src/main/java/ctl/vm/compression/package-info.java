/**
 * Compression of blocks, natively where that is possible.
 *
 * <p>Who compresses says which {@link ctl.vm.compression.DeflateCompressor} is to do it and gets a
 * {@link ctl.vm.compression.BlockCompressor}. Native libraries are loaded when the first of these is made, so that
 * commands that compress nothing do not pay for them, and come from the jar (libdeflate, zstd) or the system (ISA-L).
 */
package ctl.vm.compression;
