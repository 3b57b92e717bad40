/** The mirror: the events as lines of JSON in a file that follows the database. */
package ctl.vm.journal.mirror;
