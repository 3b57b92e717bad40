/**
 * The journal: events appended durably, and read again.
 *
 * <p>{@link ctl.vm.journal.Journal} is the port; {@link ctl.vm.journal.engine.DatabaseJournal} keeps it in a database
 * with a mirror of JSON lines in the folder, and names the invariants; the database is an H2 file, or a server's. The order of writing, and what is on disk if we die, stands
 * with {@code WriteSession}; how each event is written, with {@code EventName} and {@code EventJson}; what another
 * process may do meanwhile, with {@code JournalLock}; how a damaged journal is mended, with
 * {@link ctl.vm.journal.repair.Rebuild}. Why it is so: {@code docs/decisions/}, from {@code 0007-synced-appends.md} on;
 * what is checked when: {@code docs/decisions/0043-openings-check-the-end.md}.
 */
package ctl.vm.journal;
