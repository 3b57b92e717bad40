/** How the journal's own files are opened, locked, synced and kept private. */
package ctl.vm.journal.file;
