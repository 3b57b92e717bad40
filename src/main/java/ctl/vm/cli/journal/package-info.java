/** {@code ctl vm journal}: where the journal of a root is, and moving it. */
package ctl.vm.cli.journal;
