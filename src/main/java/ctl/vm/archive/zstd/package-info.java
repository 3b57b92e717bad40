/** Zstd frames: how ours are written, how ours and those of other programs are read. */
package ctl.vm.archive.zstd;
