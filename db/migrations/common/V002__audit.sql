-- The audit: what was done, one row each, so that a question reads as many rows as it has answers, however long the
-- journal is. Like the other tables these hold what the events say, and can be made again from them at any time.

CREATE TABLE deed (
    -- Number of the event that began it: the start of an operation, or a change that was made by hand.
    sequence    BIGINT PRIMARY KEY,
    -- Number of its last event so far.
    latest      BIGINT NOT NULL,
    operation   CHARACTER VARYING NOT NULL,
    -- UTC.
    time        TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    -- create, clone, import, export, delete, undelete, purge, rename or by-hand.
    action      CHARACTER VARYING NOT NULL,
    -- What it was about, by the names of that time.
    vm          CHARACTER VARYING,
    snapshot    CHARACTER VARYING,
    -- The VM, name or file that it came from or went to.
    counterpart CHARACTER VARYING,
    -- Every snapshot that it was about, brought in, packed or found: "/ready/clean/".
    snapshots   CHARACTER VARYING NOT NULL,
    by_user     CHARACTER VARYING NOT NULL,
    sudo_user   CHARACTER VARYING,
    -- open, done, failed, abandoned or interrupted; and why it was not done.
    outcome     CHARACTER VARYING NOT NULL,
    reason      CHARACTER VARYING,
    -- Empty while it is open, and for what was done by hand.
    ended       TIMESTAMP(6) WITH TIME ZONE,
    -- Bytes, holes included: of the images that it brought in or found; of the package that it made.
    size        BIGINT,
    -- The VM that it was about, the one whose place that took, and the one that it is a copy of, whatever they were
    -- called: numbers of the events that brought them in.
    vm_id       BIGINT,
    replaced_id BIGINT,
    source_id   BIGINT
);

-- Each ends like the order of the answers, so that the first of them are read without sorting.
CREATE INDEX deed_time ON deed (time, sequence);
CREATE INDEX deed_operation ON deed (operation, time, sequence);
CREATE INDEX deed_action ON deed (action, time, sequence);
CREATE INDEX deed_vm ON deed (vm, time, sequence);
CREATE INDEX deed_by_user ON deed (by_user, time, sequence);
CREATE INDEX deed_sudo_user ON deed (sudo_user, time, sequence);
CREATE INDEX deed_outcome ON deed (outcome, time, sequence);
CREATE INDEX deed_vm_id ON deed (vm_id, time, sequence);
CREATE INDEX deed_replaced_id ON deed (replaced_id, time, sequence);
CREATE INDEX deed_source_id ON deed (source_id, time, sequence);

-- The names of VMs that have had more than one.
CREATE TABLE vm_name (
    vm_id BIGINT NOT NULL,
    name  CHARACTER VARYING NOT NULL,
    PRIMARY KEY (vm_id, name)
);

CREATE INDEX vm_name_name ON vm_name (name, vm_id);

-- What they served is asked of the table of deeds.
DROP INDEX event_vm;
DROP INDEX event_time;

-- For other programs: these stay as they are whatever becomes of the tables. docs/audit.md tells of their columns.

CREATE VIEW audit_log AS
SELECT d.sequence, d.latest AS last_sequence, d.operation, d.time, d.by_user, d.sudo_user, d.action, d.vm, d.snapshot,
       d.counterpart, d.snapshots, d.outcome, d.reason, d.ended, d.size AS size_bytes, d.vm_id, e.actor
FROM deed d JOIN event e ON e.sequence = d.sequence;

CREATE VIEW vm_listing AS
SELECT v.name AS vm, v.since AS vm_id, v.origin, v.source, v.arrived, v.arrived_by, i.file, i.size AS size_bytes,
       i.modified
FROM vm v LEFT JOIN image i ON i.vm = v.name;

CREATE VIEW operation_log AS
SELECT id AS operation, action, request, vm, snapshot, started, started_by, state, ended, reason, exit_code
FROM operation;
