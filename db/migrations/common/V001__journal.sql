-- The journal: events as they were appended, and the tables that follow them.
--
-- Rows of "event" are only ever inserted. The other tables hold what the events fold to; they are changed in the
-- transaction of the event that changes them, and can be made again from the events at any time.

CREATE TABLE event (
    -- 1, 2, 3 and so on, without gaps.
    sequence  BIGINT PRIMARY KEY,
    operation CHARACTER VARYING NOT NULL,
    -- UTC.
    time      TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    -- What happened, and the version of how it is written: docs/events.md lists them.
    name      CHARACTER VARYING NOT NULL,
    version   INTEGER NOT NULL,
    -- What it happened to, where it is about one VM or snapshot.
    vm        CHARACTER VARYING,
    snapshot  CHARACTER VARYING,
    -- Who asked, and the event's own fields: JSON, kept to the letter because the hash is taken over it.
    actor     CHARACTER VARYING NOT NULL,
    payload   CHARACTER VARYING NOT NULL,
    -- SHA-256, 64 hexadecimal digits: of the event before, and of everything here but itself.
    previous  CHARACTER(64) NOT NULL,
    hash      CHARACTER(64) NOT NULL
);

-- Each ends in the sequence number, so that the newest rows of one VM or operation are read without sorting.
CREATE INDEX event_vm ON event (vm, sequence);
CREATE INDEX event_operation ON event (operation, sequence);
CREATE INDEX event_time ON event (time, sequence);

-- VMs that are there.
CREATE TABLE vm (
    name       CHARACTER VARYING PRIMARY KEY,
    -- Sequence number of the event that brought it in: the order of listings.
    since      BIGINT NOT NULL,
    -- created, cloned, imported or found; and the VM or file that it came from.
    origin     CHARACTER VARYING NOT NULL,
    source     CHARACTER VARYING,
    arrived    TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    arrived_by CHARACTER VARYING NOT NULL
);

-- Their disk images and snapshots.
CREATE TABLE image (
    vm       CHARACTER VARYING NOT NULL REFERENCES vm (name) ON DELETE CASCADE,
    -- disk.s2e, or disk.s2e.SNAPSHOT.
    file     CHARACTER VARYING NOT NULL,
    -- Bytes, holes included.
    size     BIGINT NOT NULL,
    modified TIMESTAMP(9) WITH TIME ZONE NOT NULL,
    PRIMARY KEY (vm, file)
);

-- Everything that was asked for, also what has ended.
CREATE TABLE operation (
    id         CHARACTER VARYING PRIMARY KEY,
    -- create, clone, import, export, vm-deletion or snapshot-deletion; and the fields of the request as JSON.
    action     CHARACTER VARYING NOT NULL,
    request    CHARACTER VARYING NOT NULL,
    vm         CHARACTER VARYING NOT NULL,
    snapshot   CHARACTER VARYING,
    started    TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    started_by CHARACTER VARYING NOT NULL,
    actor      CHARACTER VARYING NOT NULL,
    -- started, staged or interrupted while it is open; then finished, failed or abandoned.
    state      CHARACTER VARYING NOT NULL,
    -- How far it has come, as JSON: its checkpoints, and its vm-staged and operation-interrupted events, once there.
    progress   CHARACTER VARYING NOT NULL,
    -- Empty while it is open.
    ended      TIMESTAMP(6) WITH TIME ZONE,
    -- Of an interrupted or failed one.
    reason     CHARACTER VARYING,
    exit_code  INTEGER
);

CREATE INDEX operation_ended ON operation (ended);
CREATE INDEX operation_vm ON operation (vm, started);
