-- Who saw a change that was made by hand is not who made it, and has columns of its own; and what the change was.
--
-- The rows of "deed" and "vm_name" are told anew from the events when the tables are brought to this version.

DROP VIEW audit_log;
DROP VIEW vm_listing;

DELETE FROM deed;
DELETE FROM vm_name;

-- Who asked for it; empty for what was done by hand, as nobody knows.
ALTER TABLE deed ALTER COLUMN by_user DROP NOT NULL;
-- In one statement, as H2 writes the table and its indexes anew for each.
ALTER TABLE deed ADD COLUMN (
    -- Of what was done by hand: the user whose command noticed it.
    seen_by CHARACTER VARYING,
    -- Of what was done by hand: vm-appeared, vm-restored, vm-moved, vm-vanished, snapshot-appeared, image-vanished,
    -- image-changed or image-restored.
    change  CHARACTER VARYING
);

CREATE VIEW audit_log AS
SELECT d.sequence, d.latest AS last_sequence, d.operation, d.time, d.by_user, d.sudo_user, d.action, d.vm, d.snapshot,
       d.counterpart, d.snapshots, d.outcome, d.reason, d.ended, d.size AS size_bytes, d.vm_id, e.actor,
       d.seen_by, d.change
FROM deed d JOIN event e ON e.sequence = d.sequence;

-- A VM that was put into the folder by hand was noticed by somebody, who need not have put it there.
CREATE VIEW vm_listing AS
SELECT v.name AS vm, v.since AS vm_id, v.origin, v.source, v.arrived,
       CASE WHEN v.origin IN ('found', 'copied-by-hand') THEN NULL ELSE v.arrived_by END AS arrived_by,
       i.file, i.size AS size_bytes, i.modified,
       CASE WHEN v.origin IN ('found', 'copied-by-hand') THEN v.arrived_by END AS seen_by
FROM vm v LEFT JOIN image i ON i.vm = v.name;
