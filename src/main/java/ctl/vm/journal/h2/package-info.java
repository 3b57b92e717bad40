/**
 * The journal on H2: opening, locking, the schema whitelist, durable appends and compaction.
 *
 * <p>H2 opens, locks, writes and syncs its file itself, by its path. All else goes through {@link ctl.vm.durable.Disk},
 * also the making, copying and renaming of that file: {@code docs/decisions/0060-journal-on-the-disk-port.md}.
 */
package ctl.vm.journal.h2;
