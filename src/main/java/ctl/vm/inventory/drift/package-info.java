/** The folder against the journal: what differs, what was renamed by hand, what a user should be warned of. Pure. */
package ctl.vm.inventory.drift;
