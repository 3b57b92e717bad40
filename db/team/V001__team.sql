-- The journals of a team's roots, as each root ships them: docs/team.md.
--
-- Who ships calls the functions "join_root" and "ship"; nothing else can write here. Events are only ever inserted.
-- The other tables hold what the events fold to, as the root that shipped them says; they can be made again from the
-- events.
--
-- The schema is "ctl_team", and the first of the search path while this runs. A function that runs with the rights of
-- the owner names its own search path, the system's first and temporary tables last: whoever calls it can put nothing
-- before what it means.

-- The roles belong to the server, and may be there for another database of it.
DO $$
DECLARE
    missing TEXT;
BEGIN
    IF current_setting('server_encoding') <> 'UTF8' THEN
        RAISE EXCEPTION 'the database is encoded in %, and must be in UTF8', current_setting('server_encoding')
            USING ERRCODE = 'CT008';
    END IF;
    FOREACH missing IN ARRAY ARRAY['ctl_writer', 'ctl_reader'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = missing) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', missing);
        END IF;
    END LOOP;
END $$;

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

-- In this table and those of the audit "root" refers to nothing by a constraint: only "ship" writes, which has locked
-- the row of the root, and to look for it once more for each row takes longer than to insert that.

CREATE TABLE event (
    root     INTEGER NOT NULL,
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
    root        INTEGER NOT NULL,
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
    root  INTEGER NOT NULL,
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

-- Makes a root known, under a name, to be shipped by the login that asks; or gives it another name. Answers the number
-- of the newest event that is here.
CREATE FUNCTION join_root(root_id TEXT, root_name TEXT) RETURNS BIGINT
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ctl_team, pg_temp AS $$
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
-- lines: at most 1,000 events as in the mirror. entries: rows of audit_entry, all columns but root. names: rows of
-- vm_name. touched: names of VMs whose rows may have changed; vms and images: their rows as they are now, none of those
-- that are gone. Rows that belong to no event or VM of this shipment are not taken, and none where no event is new:
-- what came with the events before is as new as these rows. Answers the number of the newest event that is here.
--
-- Errors: CT001, the root is not known or is another login's; CT003, an event is missing before these; CT004, an event
-- is not the one that is here, or does not follow it; CT005, a line is none; CT007, there are too many lines. HINT is
-- the number of the newest event that is here, DETAIL that of the event that is wrong.
CREATE FUNCTION ship(
    root_id TEXT, newest BIGINT, lines TEXT[], entries JSON, names JSON, touched TEXT[], vms JSON, images JSON)
RETURNS BIGINT
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, ctl_team, pg_temp AS $$
DECLARE
    mine root;
    wrong RECORD;
    taken RECORD;
BEGIN
    IF cardinality(lines) > 1000 THEN
        RAISE EXCEPTION '% events are too many for one shipment', cardinality(lines) USING ERRCODE = 'CT007';
    END IF;
    SELECT * INTO mine FROM root WHERE id = root_id FOR UPDATE;
    IF mine.number IS NULL OR mine.owner <> session_user THEN
        RAISE EXCEPTION 'root % is not shipped by %', root_id, session_user USING ERRCODE = 'CT001';
    END IF;

    -- The hash of an event is that of its line without the hash; the last field before it is that of the event before.
    SELECT * INTO wrong FROM (
        SELECT place, sequence, CASE
            WHEN sequence IS NULL OR hash IS NULL OR hash <> own THEN 'CT005'
            WHEN sequence <= mine.sequence THEN CASE WHEN hash IS DISTINCT FROM (
                SELECT e.hash FROM event e WHERE e.root = mine.number AND e.sequence = linked.sequence)
                THEN 'CT004' END
            WHEN sequence <> coalesce(sequence_before, mine.sequence) + 1 THEN 'CT003'
            WHEN previous <> coalesce(hash_before, mine.hash) THEN 'CT004'
        END AS state
        FROM (
            SELECT place, sequence, hash, substr(ends, 14, 64) AS previous,
                encode(sha256(convert_to(unsealed, 'UTF8')), 'hex') AS own,
                lag(sequence) OVER (ORDER BY place) AS sequence_before,
                lag(hash) OVER (ORDER BY place) AS hash_before
            FROM (
                SELECT place, substring(line FROM '^\{"sequence":([1-9][0-9]{0,17}),')::BIGINT AS sequence,
                    unsealed, ends,
                    -- A regular expression for both hashes takes thirty times as long as these.
                    CASE WHEN substr(ends, 1, 13) || substr(ends, 78, 10) || substr(ends, 152)
                        = ',"previous":"","hash":""}' THEN substr(ends, 88, 64) END AS hash
                FROM (
                    SELECT place, line, left(line, -75) || '}' AS unsealed, right(line, 153) AS ends
                    -- Without "OFFSET 0" each line is cut as often as a part of it is used.
                    FROM unnest(lines) WITH ORDINALITY AS given (line, place) OFFSET 0) AS cut
                OFFSET 0) AS parsed) AS linked) AS judged
    WHERE state IS NOT NULL ORDER BY place LIMIT 1;
    IF wrong.state IS NOT NULL THEN
        RAISE EXCEPTION 'event % of root % does not follow', wrong.sequence, root_id
            USING ERRCODE = wrong.state, DETAIL = coalesce(wrong.sequence::TEXT, ''), HINT = mine.sequence::TEXT;
    END IF;

    WITH inserted AS (
        INSERT INTO event (root, sequence, hash, line)
        SELECT mine.number, sequence, substr(right(line, 66), 1, 64), line
        FROM (
            SELECT line, substring(line FROM '^\{"sequence":([0-9]{1,18}),')::BIGINT AS sequence
            FROM unnest(lines) AS given (line)) AS parsed
        WHERE sequence > mine.sequence ORDER BY sequence
        RETURNING sequence, hash)
    SELECT sequence, hash INTO taken FROM inserted ORDER BY sequence DESC LIMIT 1;

    IF taken.sequence IS NOT NULL THEN
        INSERT INTO audit_entry
        SELECT mine.number, sequence, latest, operation, time, action, vm, snapshot, counterpart, snapshots, by_user,
            sudo_user, outcome, reason, ended, size, vm_id, replaced_id, source_id, seen_by, change
        FROM json_populate_recordset(NULL::audit_entry, entries)
        WHERE latest > mine.sequence AND latest <= taken.sequence AND sequence BETWEEN 1 AND latest
        ON CONFLICT (root, sequence) DO UPDATE SET
            latest = excluded.latest, operation = excluded.operation, time = excluded.time, action = excluded.action,
            vm = excluded.vm, snapshot = excluded.snapshot, counterpart = excluded.counterpart,
            snapshots = excluded.snapshots, by_user = excluded.by_user, sudo_user = excluded.sudo_user,
            outcome = excluded.outcome, reason = excluded.reason, ended = excluded.ended, size = excluded.size,
            vm_id = excluded.vm_id, replaced_id = excluded.replaced_id, source_id = excluded.source_id,
            seen_by = excluded.seen_by, change = excluded.change;

        INSERT INTO vm_name SELECT mine.number, vm_id, name FROM json_populate_recordset(NULL::vm_name, names)
        WHERE vm_id BETWEEN 1 AND taken.sequence
        ON CONFLICT DO NOTHING;

        DELETE FROM vm WHERE root = mine.number AND name = ANY (touched);
        INSERT INTO vm SELECT mine.number, name, since, origin, source, arrived, arrived_by
        FROM json_populate_recordset(NULL::vm, vms) WHERE name = ANY (touched);
        INSERT INTO image SELECT mine.number, vm, file, size, modified_ns, device, inode
        FROM json_populate_recordset(NULL::image, images) WHERE vm = ANY (touched);

        mine.sequence := taken.sequence;
        mine.hash := taken.hash;
        -- A hint for who follows: it can be lost, and then is found out by asking.
        PERFORM pg_notify('ctl_team', root_id);
    END IF;

    UPDATE root SET sequence = mine.sequence, hash = mine.hash, seen = clock_timestamp(),
        local_sequence = greatest(local_sequence, newest, mine.sequence)
    WHERE number = mine.number;
    RETURN mine.sequence;
END $$;

-- What is known here of a root, for the login that ships it: its name, and the end of its journal.
CREATE FUNCTION shipped(root_id TEXT, OUT name TEXT, OUT sequence BIGINT, OUT hash TEXT)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, ctl_team, pg_temp AS $$
    SELECT root.name, root.sequence, root.hash FROM root WHERE root.id = root_id AND root.owner = session_user;
$$;

-- Events of a root from a number on, for the login that ships it: a host may hold its own journal against them.
CREATE FUNCTION shipped_events(root_id TEXT, behind BIGINT, most INTEGER)
RETURNS TABLE (sequence BIGINT, hash TEXT, line TEXT, received TIMESTAMP (6) WITH TIME ZONE)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, ctl_team, pg_temp AS $$
    SELECT event.sequence, event.hash, event.line, event.received
    FROM root JOIN event ON event.root = root.number
    WHERE root.id = root_id AND root.owner = session_user AND event.sequence > behind
    ORDER BY event.sequence LIMIT most;
$$;

-- What identifies the root of that name, for the login that ships it. A host whose journal begins otherwise than it did
-- is not known by its identity.
CREATE FUNCTION shipped_under(root_name TEXT) RETURNS TEXT
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, ctl_team, pg_temp AS $$
    SELECT root.id FROM root WHERE root.name = root_name AND root.owner = session_user;
$$;

-- A witness keeps what it was told. The trigger fires where replication has switched off all others, too.
CREATE FUNCTION refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'events are never changed or removed' USING ERRCODE = 'CT006';
END $$;

CREATE TRIGGER event_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON event
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE event ENABLE ALWAYS TRIGGER event_never_changed;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA ctl_team FROM PUBLIC;
GRANT EXECUTE ON FUNCTION join_root, ship, shipped, shipped_events, shipped_under TO ctl_writer;
GRANT SELECT ON root, event, audit_entry, vm_name, vm, image TO ctl_reader;
-- By its version a program knows whether it knows these tables.
GRANT SELECT ON flyway_schema_history TO ctl_reader, ctl_writer;
GRANT USAGE ON SCHEMA ctl_team TO ctl_reader, ctl_writer;
