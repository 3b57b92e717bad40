/** What the kernel says about processes: this one's terminal and umask, and who has a file open. */
package ctl.vm.process;
