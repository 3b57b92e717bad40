/** Packages that are compressed with lz4, in frames of its frame format. */
package ctl.vm.archive.lz4;
