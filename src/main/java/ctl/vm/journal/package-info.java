/**
 * The journal: events appended durably, and read again.
 *
 * <p>{@link ctl.vm.journal.Journal} is the port; {@link ctl.vm.journal.H2Journal} keeps it in an H2 file with a mirror
 * of JSON lines beside it. The order of writing and what is on disk if we die stands with
 * {@link ctl.vm.journal.Journal#append}.
 */
package ctl.vm.journal;
