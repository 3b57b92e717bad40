/**
 * Compression of blocks and streams in memory, with whichever library of the machine is the fastest. It knows neither
 * files nor packages.
 *
 * <p>{@link ctl.vm.compression.Compressors} chooses the {@link ctl.vm.compression.DeflateLibrary}, which gives a
 * {@link ctl.vm.compression.BlockCompressor} or its inverse. Native libraries come from the jar (libdeflate, zstd) or
 * the system (ISA-L), and are loaded when they are first used. None of them is trusted with a length: whatever is
 * inflated goes into a buffer of a size that the caller has chosen, and what does not fit is an error.
 */
package ctl.vm.compression;
