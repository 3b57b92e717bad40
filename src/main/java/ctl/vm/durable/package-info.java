/**
 * The file acts that crash safety rests on: write, sync, rename, sync folder, and the Linux calls for holes.
 *
 * <p>{@link ctl.vm.durable.Disk} is the port; {@link ctl.vm.durable.LinuxDisk} implements it, and {@code ForgetfulDisk}
 * in the tests forgets what was not synced. Every method either does what it says or throws a
 * {@link ctl.vm.problem.DiskException} that names the file.
 */
package ctl.vm.durable;
