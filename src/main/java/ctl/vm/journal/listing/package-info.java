/** The listing: the inventory as of the last event in a small file, so that a question need not open the database. */
package ctl.vm.journal.listing;
