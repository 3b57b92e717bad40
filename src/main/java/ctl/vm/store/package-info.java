/**
 * The {@code vm/} folder: what stands in it, where new VMs are built before they appear, and where removed ones go.
 *
 * <p>{@link ctl.vm.store.Store} reads it, {@link ctl.vm.store.Staging} builds and publishes, {@link
 * ctl.vm.store.Trash} removes. Every method may be called again after it was interrupted, and then does the rest.
 */
package ctl.vm.store;
