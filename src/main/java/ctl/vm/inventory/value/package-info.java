/** Names, sizes, digests and identifiers: values that check themselves. */
package ctl.vm.inventory.value;
