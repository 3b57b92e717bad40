/**
 * The tables that hold events and what they fold to, and the queries of the audit, in SQL that is not bound to one
 * database engine.
 */
package ctl.vm.journal.sql;
