/** What is asked of the history: audit entries, filters, seals, earlier states and the digests that are known. */
package ctl.vm.inventory.audit;
