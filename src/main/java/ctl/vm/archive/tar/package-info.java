/** Tar: headers, extended headers, numbers and the maps of sparse files, read and written. */
package ctl.vm.archive.tar;
