/**
 * The journal: events appended durably, and read again.
 *
 * <p>{@link ctl.vm.journal.Journal} is the port; {@link ctl.vm.journal.H2Journal} keeps it in an H2 file with a mirror
 * of JSON lines beside it, and names the invariants. The order of writing, and what is on disk if we die, stands with
 * {@code WritableJournal.append}; how each event is written, with {@code EventName} and {@code EventJson}; what another
 * process may do meanwhile, with {@code JournalLock}.
 */
package ctl.vm.journal;
