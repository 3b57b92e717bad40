/**
 * Packages that are compressed with bzip2: their blocks are found by the mark that each begins with, and unpacked side
 * by side.
 */
package ctl.vm.archive.bzip2;
