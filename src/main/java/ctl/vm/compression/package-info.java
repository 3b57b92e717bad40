/**
 * Compression of blocks and streams in memory, with whichever library of the machine is the fastest. It knows neither
 * files nor packages.
 *
 * <p>Who compresses says which {@link ctl.vm.compression.DeflateCompressor} is to do it and gets a
 * {@link ctl.vm.compression.BlockCompressor}. Native libraries come from the jar (libdeflate, zstd) or the system (ISA-L), and
 * are loaded when they are first used. None of them is trusted with a length: whatever is inflated goes into a buffer of
 * a size that the caller has chosen, and what does not fit is an error.
 */
package ctl.vm.compression;
