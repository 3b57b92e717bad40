/** Writes packages: the data of images is cut into blocks, packed on all cores and put out in order. */
package ctl.vm.archive.write;
