-- The table of the audit is called by the field's term. Only names change: the rows, and the columns of the view
-- "audit_log", stay as they are.

DROP VIEW audit_log;

ALTER TABLE deed RENAME TO audit_entry;
ALTER INDEX deed_time RENAME TO audit_entry_time;
ALTER INDEX deed_operation RENAME TO audit_entry_operation;
ALTER INDEX deed_action RENAME TO audit_entry_action;
ALTER INDEX deed_vm RENAME TO audit_entry_vm;
ALTER INDEX deed_by_user RENAME TO audit_entry_by_user;
ALTER INDEX deed_sudo_user RENAME TO audit_entry_sudo_user;
ALTER INDEX deed_outcome RENAME TO audit_entry_outcome;
ALTER INDEX deed_vm_id RENAME TO audit_entry_vm_id;
ALTER INDEX deed_replaced_id RENAME TO audit_entry_replaced_id;
ALTER INDEX deed_source_id RENAME TO audit_entry_source_id;

CREATE VIEW audit_log AS
SELECT a.sequence, a.latest AS last_sequence, a.operation, a.time, a.by_user, a.sudo_user, a.action, a.vm, a.snapshot,
       a.counterpart, a.snapshots, a.outcome, a.reason, a.ended, a.size AS size_bytes, a.vm_id, e.actor,
       a.seen_by, a.change
FROM audit_entry a JOIN event e ON e.sequence = a.sequence;
