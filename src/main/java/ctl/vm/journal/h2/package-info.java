/**
 * The journal on H2: opening, locking, the schema whitelist, durable appends and compaction. Another database engine would
 * stand beside this package.
 */
package ctl.vm.journal.h2;
