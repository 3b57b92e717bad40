-- The journals of a team's roots, as each root ships them: docs/team.md.
--
-- Who ships calls the functions "join_root" and "ship"; nothing else can write here. Events are only ever inserted. The
-- other tables hold what the events fold to, as the root that shipped them says; they can be made again from the events.
--
-- The schema is "ctl_team", the database is encoded in UTF-8, and the roles "ctl_writer" and "ctl_reader" exist.

CREATE TABLE root (
    -- Stands for the root in the other tables.
    number         INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- What identifies the root: 64 hexadecimal digits.
    id             TEXT COLLATE "C" NOT NULL UNIQUE CHECK (id ~ '^[0-9a-f]{64}$'),
    -- What people call it: a host, or a host and a folder.
    name           TEXT COLLATE "C" NOT NULL UNIQUE CHECK (name ~ '^[^/:[:cntrl:]]{1,255}$'),
    -- The login that may ship its events.
    owner          TEXT NOT NULL,
    joined         TIMESTAMP (6) WITH TIME ZONE NOT NULL,
    -- The newest event that is here; 0, and a hash of zeros, where none is.
    sequence       BIGINT NOT NULL DEFAULT 0,
    hash           TEXT NOT NULL DEFAULT repeat('0', 64),
    -- When the root shipped last, and the newest event that it had then.
    seen           TIMESTAMP (6) WITH TIME ZONE NOT NULL,
    local_sequence BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE event (
    root     INTEGER NOT NULL REFERENCES root (number),
    -- 1, 2, 3 and so on, without gaps.
    sequence BIGINT NOT NULL,
    -- SHA-256 of the event, 64 hexadecimal digits.
    hash     TEXT NOT NULL,
    -- The event as its line in the root's mirror, to the letter: docs/events.md.
    line     TEXT NOT NULL,
    received TIMESTAMP (6) WITH TIME ZONE NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (root, sequence)
);

-- The tables of one root's journal, with the number of the root in front.

CREATE TABLE audit_entry (
    root        INTEGER NOT NULL REFERENCES root (number),
    sequence    BIGINT NOT NULL,
    latest      BIGINT NOT NULL,
    operation   TEXT COLLATE "C" NOT NULL,
    time        TIMESTAMP (6) WITH TIME ZONE NOT NULL,
    action      TEXT COLLATE "C" NOT NULL,
    vm          TEXT COLLATE "C",
    snapshot    TEXT COLLATE "C",
    counterpart TEXT,
    snapshots   TEXT NOT NULL,
    by_user     TEXT COLLATE "C",
    sudo_user   TEXT COLLATE "C",
    outcome     TEXT COLLATE "C" NOT NULL,
    reason      TEXT,
    ended       TIMESTAMP (6) WITH TIME ZONE,
    size        BIGINT,
    vm_id       BIGINT,
    replaced_id BIGINT,
    source_id   BIGINT,
    seen_by     TEXT,
    change      TEXT,
    PRIMARY KEY (root, sequence)
);

-- Each ends like the order of the answers, so that the first of them are read without sorting.
CREATE INDEX audit_entry_time ON audit_entry (time, root, sequence);
CREATE INDEX audit_entry_root_time ON audit_entry (root, time, sequence);
CREATE INDEX audit_entry_operation ON audit_entry (operation, time, root, sequence);
CREATE INDEX audit_entry_action ON audit_entry (action, time, root, sequence);
CREATE INDEX audit_entry_vm ON audit_entry (vm, time, root, sequence);
CREATE INDEX audit_entry_by_user ON audit_entry (by_user, time, root, sequence);
CREATE INDEX audit_entry_sudo_user ON audit_entry (sudo_user, time, root, sequence) WHERE sudo_user IS NOT NULL;
CREATE INDEX audit_entry_outcome ON audit_entry (outcome, time, root, sequence);
CREATE INDEX audit_entry_vm_id ON audit_entry (root, vm_id, time, sequence);
CREATE INDEX audit_entry_replaced_id ON audit_entry (root, replaced_id, time, sequence) WHERE replaced_id IS NOT NULL;
CREATE INDEX audit_entry_source_id ON audit_entry (root, source_id, time, sequence) WHERE source_id IS NOT NULL;

CREATE TABLE vm_name (
    root  INTEGER NOT NULL REFERENCES root (number),
    vm_id BIGINT NOT NULL,
    name  TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (root, vm_id, name)
);

CREATE INDEX vm_name_name ON vm_name (name, root, vm_id);

CREATE TABLE vm (
    root       INTEGER NOT NULL REFERENCES root (number),
    name       TEXT COLLATE "C" NOT NULL,
    since      BIGINT NOT NULL,
    origin     TEXT NOT NULL,
    source     TEXT,
    arrived    TIMESTAMP (6) WITH TIME ZONE NOT NULL,
    arrived_by TEXT NOT NULL,
    PRIMARY KEY (root, name)
);

CREATE TABLE image (
    root        INTEGER NOT NULL,
    vm          TEXT COLLATE "C" NOT NULL,
    file        TEXT COLLATE "C" NOT NULL,
    size        BIGINT NOT NULL,
    -- Nanoseconds since the beginning of 1970 in UTC: a timestamp of PostgreSQL's would round them to microseconds.
    modified_ns NUMERIC(30) NOT NULL,
    device      BIGINT,
    inode       BIGINT,
    PRIMARY KEY (root, vm, file),
    FOREIGN KEY (root, vm) REFERENCES vm (root, name) ON DELETE CASCADE
);

-- Makes a root known, under a name, to be shipped by the login that asks; or gives it another name.
CREATE FUNCTION join_root(root_id TEXT, root_name TEXT) RETURNS BIGINT
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ctl_team, pg_temp AS $$
DECLARE
    mine root;
BEGIN
    INSERT INTO root (id, name, owner, joined, seen)
    VALUES (root_id, root_name, session_user, clock_timestamp(), clock_timestamp())
    ON CONFLICT (id) DO UPDATE SET name = excluded.name WHERE root.owner = session_user
    RETURNING * INTO mine;
    IF mine.number IS NULL THEN
        RAISE EXCEPTION 'another login ships root %', root_id USING ERRCODE = 'CT001';
    END IF;
    RETURN mine.sequence;
EXCEPTION WHEN unique_violation THEN
    RAISE EXCEPTION 'another root is called %', root_name USING ERRCODE = 'CT002';
END $$;

-- Takes events of a root, in order, and what they have changed in its projections. What is here already is compared and
-- not taken again, so that a shipment of which the end is unknown is simply repeated. All of it happens, or nothing.
--
-- lines: events as in the mirror. entries: rows of audit_entry, all columns but root. names: rows of vm_name. touched:
-- names of VMs whose rows may have changed; vms and images: their rows as they are now, none of those that are gone.
-- Answers the number of the newest event that is here.
CREATE FUNCTION ship(
    root_id TEXT, newest BIGINT, lines TEXT[], entries JSON, names JSON, touched TEXT[], vms JSON, images JSON)
RETURNS BIGINT
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ctl_team, pg_temp AS $$
DECLARE
    mine root;
    wrong RECORD;
BEGIN
    SELECT * INTO mine FROM root WHERE id = root_id FOR UPDATE;
    IF mine.number IS NULL OR mine.owner <> session_user THEN
        RAISE EXCEPTION 'root % is not shipped by %', root_id, session_user USING ERRCODE = 'CT001';
    END IF;

    -- The hash of an event is that of its line without the hash, and the last field before it is that of the event before.
    SELECT * INTO wrong FROM (
        SELECT place, sequence, CASE
            WHEN sequence IS NULL OR hash <> own THEN 'CT005'
            WHEN sequence <= mine.sequence THEN CASE WHEN hash IS DISTINCT FROM (
                SELECT e.hash FROM event e WHERE e.root = mine.number AND e.sequence = linked.sequence)
                THEN 'CT004' END
            WHEN sequence <> coalesce(sequence_before, mine.sequence) + 1 THEN 'CT003'
            WHEN previous <> coalesce(hash_before, mine.hash) THEN 'CT004'
        END AS state
        FROM (
            SELECT place, sequence, hash, encode(sha256(convert_to(unsealed, 'UTF8')), 'hex') AS own,
                substr(right(unsealed, 66), 1, 64) AS previous,
                lag(sequence) OVER (ORDER BY place) AS sequence_before, lag(hash) OVER (ORDER BY place) AS hash_before
            FROM (
                SELECT place, substring(line FROM '^\{"sequence":([0-9]{1,18}),')::BIGINT AS sequence,
                    substr(right(line, 66), 1, 64) AS hash, left(line, -75) || '}' AS unsealed
                FROM unnest(lines) WITH ORDINALITY AS given (line, place)) AS parsed) AS linked) AS judged
    WHERE state IS NOT NULL ORDER BY place LIMIT 1;
    IF wrong.state IS NOT NULL THEN
        RAISE EXCEPTION 'event % of root % does not follow', wrong.sequence, root_id
            USING ERRCODE = wrong.state, DETAIL = wrong.sequence::TEXT, HINT = mine.sequence::TEXT;
    END IF;

    WITH taken AS (
        INSERT INTO event (root, sequence, hash, line)
        SELECT mine.number, sequence, substr(right(line, 66), 1, 64), line
        FROM (
            SELECT line, substring(line FROM '^\{"sequence":([0-9]{1,18}),')::BIGINT AS sequence
            FROM unnest(lines) AS given (line)) AS parsed
        WHERE sequence > mine.sequence ORDER BY sequence
        RETURNING sequence, hash)
    SELECT sequence, hash INTO wrong FROM taken ORDER BY sequence DESC LIMIT 1;
    IF wrong.sequence IS NOT NULL THEN
        mine.sequence := wrong.sequence;
        mine.hash := wrong.hash;
    END IF;

    INSERT INTO audit_entry
    SELECT mine.number, sequence, latest, operation, time, action, vm, snapshot, counterpart, snapshots, by_user,
        sudo_user, outcome, reason, ended, size, vm_id, replaced_id, source_id, seen_by, change
    FROM json_populate_recordset(NULL::audit_entry, entries)
    ON CONFLICT (root, sequence) DO UPDATE SET
        latest = excluded.latest, operation = excluded.operation, time = excluded.time, action = excluded.action,
        vm = excluded.vm, snapshot = excluded.snapshot, counterpart = excluded.counterpart,
        snapshots = excluded.snapshots, by_user = excluded.by_user, sudo_user = excluded.sudo_user,
        outcome = excluded.outcome, reason = excluded.reason, ended = excluded.ended, size = excluded.size,
        vm_id = excluded.vm_id, replaced_id = excluded.replaced_id, source_id = excluded.source_id,
        seen_by = excluded.seen_by, change = excluded.change
    WHERE audit_entry.latest <= excluded.latest;

    INSERT INTO vm_name SELECT mine.number, vm_id, name FROM json_populate_recordset(NULL::vm_name, names)
    ON CONFLICT DO NOTHING;

    DELETE FROM vm WHERE root = mine.number AND name = ANY (touched);
    INSERT INTO vm SELECT mine.number, name, since, origin, source, arrived, arrived_by
    FROM json_populate_recordset(NULL::vm, vms);
    INSERT INTO image SELECT mine.number, vm, file, size, modified_ns, device, inode
    FROM json_populate_recordset(NULL::image, images);

    UPDATE root SET sequence = mine.sequence, hash = mine.hash, seen = clock_timestamp(),
        local_sequence = greatest(newest, mine.sequence)
    WHERE number = mine.number;
    -- A hint for who follows: it can be lost, and then is found out by asking.
    IF wrong.sequence IS NOT NULL THEN
        PERFORM pg_notify('ctl_team', root_id);
    END IF;
    RETURN mine.sequence;
END $$;

-- What is known here of the end of a root's journal, for the login that ships it.
CREATE FUNCTION shipped(root_id TEXT, OUT sequence BIGINT, OUT hash TEXT)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ctl_team, pg_temp AS $$
    SELECT sequence, hash FROM root WHERE id = root_id AND owner = session_user;
$$;

-- A witness keeps what it was told.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'events are never changed or removed' USING ERRCODE = 'CT006';
END $$;

CREATE TRIGGER event_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON event
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

REVOKE ALL ON FUNCTION join_root, ship, shipped FROM PUBLIC;
GRANT EXECUTE ON FUNCTION join_root, ship, shipped TO ctl_writer;
GRANT SELECT ON ALL TABLES IN SCHEMA ctl_team TO ctl_reader;
GRANT USAGE ON SCHEMA ctl_team TO ctl_reader, ctl_writer;
