/**
 * The containers of data that LZMA compresses: .xz, .lz of lzip, and the old .lzma.
 *
 * <p>What is in a container stands in {@link ctl.vm.compression}; here are its parts, so that several of them are
 * decompressed at a time, and its checks.
 */
package ctl.vm.archive.xz;
