/**
 * Disk images in the formats of other programs, and the one in an OVA: their headers are read here, before
 * {@code qemu-img} sees the image, and what refers to another file is refused.
 */
package ctl.vm.archive.disk;
