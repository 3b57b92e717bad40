-- Who saw a change that was made by hand is not who made it, and has columns of its own; and what the change was.
--
-- As in h2/, but for two things: each column is added by a statement of its own, as PostgreSQL has no list of them; and
-- texts compare byte by byte. In the collation of a database the order of names depends on the system that it runs on,
-- and an update of that system can break the indexes.

DROP VIEW audit_log;
DROP VIEW vm_listing;
DROP VIEW operation_log;

DELETE FROM deed;
DELETE FROM vm_name;

-- Who asked for it; empty for what was done by hand, as nobody knows.
ALTER TABLE deed ALTER COLUMN by_user DROP NOT NULL;
-- Of what was done by hand: the user whose command noticed it.
ALTER TABLE deed ADD COLUMN seen_by CHARACTER VARYING;
-- Of what was done by hand: vm-appeared, vm-restored, vm-moved, vm-vanished, snapshot-appeared, image-vanished,
-- image-changed or image-restored.
ALTER TABLE deed ADD COLUMN change CHARACTER VARYING;

ALTER TABLE event
    ALTER COLUMN operation TYPE CHARACTER VARYING COLLATE "C",
    ALTER COLUMN name TYPE CHARACTER VARYING COLLATE "C",
    ALTER COLUMN vm TYPE CHARACTER VARYING COLLATE "C",
    ALTER COLUMN snapshot TYPE CHARACTER VARYING COLLATE "C",
    ALTER COLUMN actor TYPE CHARACTER VARYING COLLATE "C",
    ALTER COLUMN payload TYPE CHARACTER VARYING COLLATE "C",
    ALTER COLUMN previous TYPE CHARACTER(64) COLLATE "C",
    ALTER COLUMN hash TYPE CHARACTER(64) COLLATE "C";

ALTER TABLE vm
    ALTER COLUMN name TYPE CHARACTER VARYING COLLATE "C",
    ALTER COLUMN origin TYPE CHARACTER VARYING COLLATE "C",
    ALTER COLUMN source TYPE CHARACTER VARYING COLLATE "C",
    ALTER COLUMN arrived_by TYPE CHARACTER VARYING COLLATE "C";

ALTER TABLE image
    ALTER COLUMN vm TYPE CHARACTER VARYING COLLATE "C",
    ALTER COLUMN file TYPE CHARACTER VARYING COLLATE "C";

ALTER TABLE operation
    ALTER COLUMN id TYPE CHARACTER VARYING COLLATE "C",
    ALTER COLUMN action TYPE CHARACTER VARYING COLLATE "C",
    ALTER COLUMN request TYPE CHARACTER VARYING COLLATE "C",
    ALTER COLUMN vm TYPE CHARACTER VARYING COLLATE "C",
    ALTER COLUMN snapshot TYPE CHARACTER VARYING COLLATE "C",
    ALTER COLUMN started_by TYPE CHARACTER VARYING COLLATE "C",
    ALTER COLUMN actor TYPE CHARACTER VARYING COLLATE "C",
    ALTER COLUMN state TYPE CHARACTER VARYING COLLATE "C",
    ALTER COLUMN progress TYPE CHARACTER VARYING COLLATE "C",
    ALTER COLUMN reason TYPE CHARACTER VARYING COLLATE "C";

ALTER TABLE deed
    ALTER COLUMN operation TYPE CHARACTER VARYING COLLATE "C",
    ALTER COLUMN action TYPE CHARACTER VARYING COLLATE "C",
    ALTER COLUMN vm TYPE CHARACTER VARYING COLLATE "C",
    ALTER COLUMN snapshot TYPE CHARACTER VARYING COLLATE "C",
    ALTER COLUMN counterpart TYPE CHARACTER VARYING COLLATE "C",
    ALTER COLUMN snapshots TYPE CHARACTER VARYING COLLATE "C",
    ALTER COLUMN by_user TYPE CHARACTER VARYING COLLATE "C",
    ALTER COLUMN sudo_user TYPE CHARACTER VARYING COLLATE "C",
    ALTER COLUMN outcome TYPE CHARACTER VARYING COLLATE "C",
    ALTER COLUMN reason TYPE CHARACTER VARYING COLLATE "C",
    ALTER COLUMN seen_by TYPE CHARACTER VARYING COLLATE "C",
    ALTER COLUMN change TYPE CHARACTER VARYING COLLATE "C";

ALTER TABLE vm_name ALTER COLUMN name TYPE CHARACTER VARYING COLLATE "C";

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

CREATE VIEW operation_log AS
SELECT id AS operation, action, request, vm, snapshot, started, started_by, state, ended, reason, exit_code
FROM operation;
