/**
 * Compression of blocks and streams in memory, with whichever library of the machine is the fastest. It knows neither
 * files nor packages.
 *
 * <p>Native libraries are loaded when they are first used. None of them is trusted with a length: whatever is inflated
 * goes into a buffer of a size that the caller has chosen, and what does not fit is an error.
 */
package ctl.vm.compression;
