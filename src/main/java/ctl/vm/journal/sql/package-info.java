/**
 * The tables that hold events and what they fold to, and the queries of the audit, in SQL that H2 and PostgreSQL both
 * speak. What they do not share is {@link ctl.vm.journal.sql.IndexHint}.
 */
package ctl.vm.journal.sql;
