/**
 * What the kernel says about processes: this one's terminal and umask, and who has a file open; and a program that this
 * one has work for it.
 */
package ctl.vm.process;
