/** What this process has from its surroundings: the terminal and its size, whether it is in the foreground, the umask. */
package ctl.vm.process;
