/**
 * Packages: tar archives of a VM's images, mostly compressed, written and read in a single pass with a few MiB of
 * memory a core and nothing temporary on disk.
 *
 * <p>{@link ctl.vm.archive.write.PackageOutput} writes what every tar unpacks, in members by which it can go on
 * another day; {@link ctl.vm.archive.read.PackageReader} trusts
 * nothing that it reads and refuses what two tools could understand differently. Commons Compress brings the number
 * fields, the checksums and the recognition of foreign compressions. Its reading of sparse members is not used: it
 * fails on large images and is wrong without a word on some, so the maps of holes are ours.
 */
package ctl.vm.archive;
