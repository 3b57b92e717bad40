/**
 * Linux itself: its calls, the errors that they return, and open files and names as the kernel has them. Only the rooms
 * above that do something with it make calls: {@code durable} with files, {@code process} with this process.
 */
package ctl.vm.linux;
