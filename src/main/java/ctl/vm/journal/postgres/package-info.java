/**
 * The journal of a root on a PostgreSQL server, for a folder that several hosts share:
 * {@code docs/decisions/0076-folder-of-several-hosts.md}.
 */
package ctl.vm.journal.postgres;
