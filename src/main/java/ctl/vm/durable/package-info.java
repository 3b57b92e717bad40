/**
 * The file acts that crash safety rests on: write, sync, rename, sync folder, and the Linux calls for holes.
 *
 * <p>{@link ctl.vm.durable.Disk} is the port; {@link ctl.vm.durable.LinuxDisk} does it for real, and a twin in the
 * tests forgets what was not synced. Every method either does what it says or throws an
 * {@link java.io.UncheckedIOException} whose cause is a {@link java.nio.file.FileSystemException} that names the file.
 * This package uses nothing of ours.
 */
package ctl.vm.durable;
