/** Reads packages of any program: members are unpacked ahead, checked, and put into images chunk by chunk. */
package ctl.vm.archive.read;
