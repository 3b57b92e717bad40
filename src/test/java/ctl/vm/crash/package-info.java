/**
 * What happens to the real program on real filesystems when it is killed, when its disk is full or broken, when the
 * power goes, and when many work at once. {@code docs/crash-safety.md} says how to run the long campaigns.
 */
package ctl.vm.crash;
