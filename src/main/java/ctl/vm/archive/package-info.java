/**
 * Packages: tar archives of a VM's images, mostly compressed, written and read in a single pass with a few MiB of
 * memory a core and nothing temporary on disk.
 *
 * <p>{@link ctl.vm.archive.write.PackageWriter} writes what every tar unpacks, in members by which it can go on
 * another day; {@link ctl.vm.archive.read.PackageReader} trusts
 * nothing that it reads and refuses what two tools could understand differently.
 *
 * <p>A byte of an image on its way into a package: {@code SourceImage} finds it and cuts the image into blocks,
 * {@code PackingLine} reads, hashes and compresses a block, {@code GzipMemberWriter} makes it a member,
 * {@code PackageWriter} puts members in order, {@code NewFile} gives the file its name when it is durable. And back:
 * {@code PackedInput} reads the file, {@code MemberBlocks} unpacks members, {@code TarReader} reads headers,
 * {@code ImageFill} puts data into the image, {@code PackageSource} makes it durable.
 */
package ctl.vm.archive;
